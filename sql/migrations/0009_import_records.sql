-- Imports of what other systems kept: how far each is, and what was found in its rows.

-- By what another system knows the donor, and the row of which file he came from. They
-- stand here because they lead to a person: they end with the identity. A person may
-- have one name only.
alter table identities
  alter column given_name drop not null,
  add external_id text,
  add import_id uuid,
  add import_row integer,
  add constraint identities_import_has_row check ((import_id is null) = (import_row is null));
create unique index identities_external_id on identities (external_id)
  where external_id is not null;
-- Whoever has an identity number can be taken for nobody else but one without.
create index identities_without_iin on identities (search_name) where iin_hash is null;

create type import_kind as enum ('donors', 'donations', 'deferrals');

-- An import goes on where it was: its position moves in the transaction that takes the
-- rows before it.
create table imports (
  id uuid primary key,
  kind import_kind not null,
  -- A keyed hash of the file: a plain one would let somebody guess what is in it.
  fingerprint bytea not null,
  account_id uuid not null,
  started_at timestamptz not null,
  finished_at timestamptz,
  bytes_total bigint not null,
  bytes_done bigint not null default 0,
  rows_done integer not null default 0,
  taken integer not null default 0,
  known integer not null default 0,
  refused integer not null default 0,
  warned integer not null default 0,
  constraint imports_rows_add_up check (rows_done >= taken + known + refused)
);
create unique index imports_open on imports (kind, fingerprint) where finished_at is null;

-- What there is to say about rows: why one was refused, or taken with a doubt.
create table import_findings (
  id bigint generated always as identity primary key,
  import_id uuid not null constraint import_findings_import references imports (id),
  row_number integer not null,
  column_name text,
  code text not null,
  facts jsonb not null default '{}',
  is_warning boolean not null,
  -- The record that was made all the same.
  subject_id uuid,
  constraint import_findings_warning_has_subject
    check (is_warning or subject_id is null)
);
create index import_findings_import on import_findings (import_id, id);
create index import_findings_subject on import_findings (subject_id) where subject_id is not null;

-- What the rows of a dry run would have taken, so that later rows meet it. Gone with
-- the run; not worth a log.
create unlogged table import_claims (
  import_id uuid not null,
  claimed_at timestamptz not null,
  by text not null,
  key text not null,
  row_number integer not null,
  has_iin boolean,
  donor_id uuid,
  from_on date,
  until_on date
);
create index import_claims_key on import_claims (import_id, key);

-- Patterns of temporary tables, into which each import copies its rows before they are
-- checked as a set. No row is ever in these themselves; `stage` makes the copies.
create table staged_donors (
  row_number integer not null,
  id uuid not null,
  donor_number bigint,
  external_id text,
  family_name text not null,
  given_name text,
  patronymic text,
  search_name text collate "C" not null,
  sex sex not null,
  birth_date date not null,
  iin bytea,
  -- Under every key, the current one first.
  iin_hashes bytea[],
  phone bytea,
  phone_hash bytea,
  language text not null,
  region text,
  latin_name text,
  iin_mismatch_reason text,
  constraint staged_donors_is_a_pattern check (false) no inherit
);

create table staged_deferrals (
  row_number integer not null,
  id uuid not null,
  donor_number bigint,
  donor_external_id text,
  donor_iin_hashes bytea[],
  donor_birth_date date,
  reason text not null,
  from_on date not null,
  until_on date,
  source text not null,
  ended_on date,
  end_reason text,
  donor_id uuid,
  problem text,
  constraint staged_deferrals_is_a_pattern check (false) no inherit
);

create table staged_donations (
  row_number integer not null,
  id uuid not null,
  donor_number bigint,
  donor_external_id text,
  donor_iin_hashes bytea[],
  donor_birth_date date,
  din text not null,
  drive_id uuid,
  site_id uuid,
  kind donation_kind not null,
  intent donation_intent not null,
  volume_ml integer not null,
  collected_on date not null,
  started_at timestamptz,
  ended_at timestamptz,
  outcome donation_outcome not null,
  state donation_state not null,
  donor_id uuid,
  problem text,
  constraint staged_donations_is_a_pattern check (false) no inherit
);

-- A temporary table like the pattern, which it hides until the transaction ends. Its rows
-- are looked up one by one from then on: the planner knows neither how few they are nor how
-- tables grow while a file comes in, and must not read the whole country for them.
create function stage(kind import_kind) returns void
language plpgsql as $$
begin
  execute format(
    'create temporary table %1$I (like public.%1$I) on commit drop', 'staged_' || kind);
  perform set_config('enable_seqscan', 'off', true);
end $$;

-- The donor whom a row names, by one or more of: number, another system's number, IIN;
-- or why nobody is meant. What is given must all mean one active donor.
create function named_donor(number bigint, code text, hashes bytea[], born date)
returns table (donor uuid, problem text)
language sql stable as $$
  select case when wrong.problem is null then wrong.donor end, wrong.problem
  from (
    select meant.donor, case
        when meant.count = 0 then 'donor_unknown'
        when meant.count < num_nonnulls(number, code, hashes) or meant.people > 1
          then 'donor_ambiguous'
        when donors.state <> 'active' then 'donor_closed'
        when donors.birth_date <> born then 'donor_birth_date_differs'
      end as problem
    from (
      select min(id::text)::uuid as donor, count(id) as count, count(distinct id) as people
      from (
        select (select donors.id from donors where donors.donor_number = number) as id
        union all
        select (select donor_id from identities where identities.external_id = code)
        union all
        select (select donor_id from identities where identities.iin_hash = any(hashes) limit 1)
      ) as found
    ) as meant
    left join donors on donors.id = meant.donor
  ) as wrong
$$;

-- Numbers of donors that came with an import are not given again.
create function keep_donor_numbers(last bigint) returns void
language plpgsql security definer set search_path from current as $$
begin
  if last > (select last_value from donor_numbers) then
    perform setval('donor_numbers', last);
  end if;
end $$;

alter table imports enable row level security;
alter table imports force row level security;
create policy imports_scope on imports
  using ((select works_with_identities())) with check ((select works_with_identities()));
alter table import_findings enable row level security;
alter table import_findings force row level security;
create policy import_findings_scope on import_findings
  using ((select works_with_identities())) with check ((select works_with_identities()));
alter table import_claims enable row level security;
alter table import_claims force row level security;
create policy import_claims_scope on import_claims
  using ((select works_with_identities())) with check ((select works_with_identities()));

grant select, insert on imports, import_findings to tamshy_service;
grant update (finished_at, bytes_done, rows_done, taken, known, refused, warned) on imports
  to tamshy_service;
grant select, insert, delete on import_claims to tamshy_service;
grant select, insert, update, delete on staged_donors, staged_deferrals, staged_donations
  to tamshy_service;
revoke execute on function keep_donor_numbers from public;
grant execute on function keep_donor_numbers to tamshy_service;
