-- Who a donor is, as people are; how donors are reached, and whether they may be.

-- The name in Latin letters; why an IIN that says another birth date or sex is right; the
-- document of a person without an IIN, as its number alone: copies are forbidden (Law 44-VIII
-- of 2023-12-11), and no column can hold one.
alter table identities
  add latin_name text,
  add iin_mismatch_reason text,
  add document bytea,
  add document_hash bytea,
  add constraint identities_iin_mismatch_of_iin
    check (iin_mismatch_reason is null or iin is not null),
  add constraint identities_document_found
    check ((document is null) = (document_hash is null)),
  add constraint identities_document_sealed
    check (octet_length(document) between 30 and 400 and octet_length(document_hash) = 34);
-- One donor per document, as per IIN.
create unique index identities_document on identities (document_hash)
  where document_hash is not null;
grant update (document, document_hash) on identities to tamshy_service;

-- How often a record was corrected. Whoever corrects it names the revision that was seen.
alter table donors
  add revision integer not null default 0,
  add constraint donors_revision_not_negative check (revision >= 0);

-- Which entries were corrected and why; never what stood in them.
create table donor_corrections (
  id uuid primary key,
  donor_id uuid not null constraint donor_corrections_donor references donors (id),
  revision integer not null,
  fields text[] not null,
  reason text,
  corrected_at timestamptz not null,
  corrected_by uuid not null,
  constraint donor_corrections_revision unique (donor_id, revision),
  constraint donor_corrections_of_something check (cardinality(fields) > 0)
);
alter table donor_corrections enable row level security;
alter table donor_corrections force row level security;
create policy donor_corrections_scope on donor_corrections
  using ((select works_with_identities())) with check ((select works_with_identities()));
grant select on donor_corrections to tamshy_service;

-- Corrects a record, and writes down that it was. A function of the owner, because the
-- service may not rewrite who a donor is; row-level security holds within it as without.
create function correct_donor(donor uuid, seen integer, whole jsonb, correction jsonb)
returns void
language plpgsql security definer set search_path from current as $$
begin
  update donors set revision = revision + 1, sex = new.sex, birth_date = new.birth_date
  from jsonb_to_record(whole) as new (sex sex, birth_date date)
  where id = donor and state = 'active' and revision = seen;
  if not found then
    raise exception 'the record is not the one that was seen' using errcode = '40001';
  end if;
  update identities
  set family_name = new.family_name, given_name = new.given_name, patronymic = new.patronymic,
    latin_name = new.latin_name, search_name = new.search_name,
    sound_name = new.sound_name, name_parts = new.name_parts,
    latin_sound = new.latin_sound, iin = new.iin,
    iin_hash = new.iin_hash, iin_mismatch_reason = new.iin_mismatch_reason,
    document = new.document, document_hash = new.document_hash, phone = new.phone,
    phone_hash = new.phone_hash, language = new.language, region = new.region
  from jsonb_to_record(whole) as new
    (family_name text, given_name text, patronymic text, latin_name text, search_name text,
     sound_name text, name_parts text, latin_sound text, iin bytea, iin_hash bytea,
     iin_mismatch_reason text, document bytea, document_hash bytea,
     phone bytea, phone_hash bytea, language text, region text)
  where donor_id = donor;
  insert into donor_corrections
    (id, donor_id, revision, fields, reason, corrected_at, corrected_by)
  select id, donor, seen + 1, fields, reason, corrected_at, corrected_by
  from jsonb_to_record(correction) as new
    (id uuid, fields text[], reason text, corrected_at timestamptz, corrected_by uuid);
end $$;
revoke execute on function correct_donor from public;
grant execute on function correct_donor to tamshy_service;

create type contact_kind as enum ('mobile', 'home', 'work', 'email');
create type contact_channel as enum ('call', 'sms', 'whatsapp', 'telegram', 'email');
create type contact_purpose as enum ('recruitment', 'reminder', 'research', 'newsletter');

-- Ways to reach a donor beside the telephone of the registration, sealed as that is. They
-- end with the identity.
create table contacts (
  id uuid primary key,
  -- In the order in which they were written.
  number bigint generated always as identity,
  donor_id uuid not null constraint contacts_donor references donors (id),
  kind contact_kind not null,
  value bytea not null,
  value_hash bytea not null,
  channels contact_channel[] not null,
  position integer not null,
  recorded_at timestamptz not null,
  recorded_by uuid not null,
  ended_at timestamptz,
  constraint contacts_sealed
    check (octet_length(value) between 30 and 600 and octet_length(value_hash) = 34),
  constraint contacts_have_channels check (cardinality(channels) between 1 and 5),
  constraint contacts_position check (position between 1 and 1000)
);
-- What is used is there once.
create unique index contacts_once on contacts (donor_id, value_hash) where ended_at is null;
create index contacts_value on contacts (value_hash) where ended_at is null;

-- What a donor agreed to. Never deleted and never changed but for its withdrawal; it names
-- nobody, and stays as proof when the identity is deleted.
create table consents (
  id uuid primary key,
  donor_id uuid not null constraint consents_donor references donors (id),
  purpose contact_purpose not null,
  channel contact_channel not null,
  text_version text not null,
  manner text not null,
  given_at timestamptz not null,
  recorded_at timestamptz not null,
  recorded_by uuid not null,
  withdrawn_at timestamptz,
  withdrawn_by uuid,
  constraint consents_manner_known check (manner in ('paper', 'in_person', 'online')),
  constraint consents_withdrawn_after_given check (withdrawn_at >= given_at)
);
create index consents_donor on consents (donor_id);

-- Until when a donor does not want to be spoken to; the newest row counts.
create table unavailabilities (
  id uuid primary key,
  -- In the order in which they were written: two of one moment have a last one, too.
  number bigint generated always as identity,
  donor_id uuid not null constraint unavailabilities_donor references donors (id),
  until_on date not null,
  recorded_at timestamptz not null,
  recorded_by uuid not null
);
create index unavailabilities_donor on unavailabilities (donor_id);

create table contact_attempts (
  id uuid primary key,
  donor_id uuid not null constraint contact_attempts_donor references donors (id),
  purpose contact_purpose not null,
  channel contact_channel not null,
  contact_id uuid constraint contact_attempts_contact references contacts (id),
  outcome text not null,
  attempted_at timestamptz not null,
  recorded_at timestamptz not null,
  recorded_by uuid not null,
  constraint contact_attempts_outcome_known check (
    outcome in ('reached', 'no_answer', 'will_come', 'declined', 'wrong_number'))
);
create index contact_attempts_donor on contact_attempts (donor_id, attempted_at);

alter table contacts enable row level security;
alter table contacts force row level security;
create policy contacts_scope on contacts
  using ((select works_with_identities())) with check ((select works_with_identities()));
alter table consents enable row level security;
alter table consents force row level security;
create policy consents_scope on consents
  using ((select works_with_identities())) with check ((select works_with_identities()));
alter table unavailabilities enable row level security;
alter table unavailabilities force row level security;
create policy unavailabilities_scope on unavailabilities
  using ((select works_with_identities())) with check ((select works_with_identities()));
alter table contact_attempts enable row level security;
alter table contact_attempts force row level security;
create policy contact_attempts_scope on contact_attempts
  using ((select works_with_identities())) with check ((select works_with_identities()));

grant select, insert on contacts, consents, unavailabilities, contact_attempts
  to tamshy_service;
-- Keys are changed for new ones, and a number goes out of use.
grant update (value, value_hash, ended_at) on contacts to tamshy_service;
grant update (withdrawn_at, withdrawn_by) on consents to tamshy_service;
