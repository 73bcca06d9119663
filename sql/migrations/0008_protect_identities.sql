-- Keys of identities, their deletion, and what is remembered after it.

-- The keys that this database's values were made with: never the keys themselves,
-- but proofs by which a server sees at its start that it has the right ones.
create table privacy_keys (
  purpose text not null,
  number integer not null,
  proof bytea not null,
  made_at timestamptz not null,
  removed_at timestamptz,
  constraint privacy_keys_pkey primary key (purpose, number),
  constraint privacy_keys_purpose_known check (purpose in ('seal', 'lookup')),
  constraint privacy_keys_number check (number between 1 and 65535)
);
grant select, insert, update (removed_at) on privacy_keys to tamshy_service;

-- People who were deferred when their identity was deleted, as keyed hashes of
-- their IIN alone: nothing leads from here to a donor, but whoever comes back is
-- recognised.
create table barred_people (
  iin_hash bytea primary key,
  -- The first day on which the person may give again; null for never.
  until_on date,
  constraint barred_people_hashed check (octet_length(iin_hash) = 34)
);
alter table barred_people enable row level security;
alter table barred_people force row level security;
create policy barred_people_scope on barred_people
  using ((select works_with_identities())) with check ((select works_with_identities()));
grant select on barred_people to tamshy_service;

-- Answers about people are sealed, as `{"key":1,"sealed":"…"}`, with the fingerprint
-- of the request inside: a plain hash of it would let somebody guess the IIN.
create index answers_sealed on answers (account_id, key) where fingerprint = 'sealed';
create index answers_sealed_subject on answers (subject_id) where fingerprint = 'sealed';

-- Deletes an identity for good. A function of the owner, because the service may
-- delete nothing; it does this and no more.
create function anonymise_donor(
  donor uuid, at timestamptz, said text, hash bytea, barred_until date, is_barred boolean
) returns void
language plpgsql security definer set search_path from current set tamshy.role = 'system' as $$
begin
  update donors set state = 'anonymised', anonymised_at = at,
    birth_date = date_trunc('year', birth_date)::date
  where id = donor and state = 'active';
  if not found then
    raise exception 'the donor is not active' using errcode = 'P0001';
  end if;
  delete from identities where donor_id = donor;
  -- How to reach him and why his record was corrected go as well. What he agreed to names
  -- nobody: it stays as proof, withdrawn from now on.
  delete from contact_attempts where donor_id = donor;
  delete from contacts where donor_id = donor;
  delete from unavailabilities where donor_id = donor;
  delete from donor_corrections where donor_id = donor;
  update consents set withdrawn_at = greatest(at, given_at)
  where donor_id = donor and withdrawn_at is null;
  -- What was answered when the donor was registered names him, too.
  update answers set body = said
  where subject_id = donor and fingerprint = 'sealed';
  if is_barred and hash is not null then
    insert into barred_people as known (iin_hash, until_on) values (hash, barred_until)
    on conflict (iin_hash) do update
      set until_on = case when known.until_on is null or excluded.until_on is null then null
        else greatest(known.until_on, excluded.until_on) end;
  end if;
end $$;

-- Seals kept answers anew; each only if it is still what was read.
create function reseal_answers(changes jsonb) returns integer
language plpgsql security definer set search_path from current as $$
declare changed integer;
begin
  update answers set body = new.body
  from jsonb_to_recordset(changes) as new (account_id uuid, key text, was text, body text)
  where answers.account_id = new.account_id and answers.key = new.key
    and answers.fingerprint = 'sealed' and answers.body = new.was;
  get diagnostics changed = row_count;
  return changed;
end $$;

revoke execute on function anonymise_donor, reseal_answers from public;
grant execute on function anonymise_donor, reseal_answers to tamshy_service;
