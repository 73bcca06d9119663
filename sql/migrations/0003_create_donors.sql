-- Donors, deferrals, drives, visits, donations, determinations, tests.

create type blood_group as enum ('O-', 'O+', 'A-', 'A+', 'B-', 'B+', 'AB-', 'AB+');
create type component as enum
  ('whole_blood', 'red_cells', 'plasma', 'platelets', 'cryoprecipitate');
create type sex as enum ('female', 'male');

create sequence donor_numbers start 100001;

create type donor_state as enum ('active', 'merged', 'anonymised');

-- What medicine needs of a donor, and what ties donations and units to one
-- person. Who that is stands in `identities` and can be deleted alone.
create table donors (
  id uuid primary key,
  donor_number bigint not null default nextval('donor_numbers')
    constraint donors_number unique,
  state donor_state not null default 'active',
  sex sex not null,
  -- The first of January of its year once the donor is anonymised.
  birth_date date not null,
  registered_at timestamptz not null,
  registered_by uuid not null,
  anonymised_at timestamptz,
  constraint donors_anonymised_has_time
    check ((state = 'anonymised') = (anonymised_at is not null))
);

-- The number of the key that made a sealed value or a look-up: its first two bytes.
create function key_of(value bytea) returns integer
language sql immutable strict parallel safe
return get_byte(value, 0) * 256 + get_byte(value, 1);

-- Who a donor is and how to reach him. The identity number and the telephone
-- are sealed by keys that the database never has; it finds them by keyed hashes.
-- Names are plain, because people search them by their beginning.
create table identities (
  donor_id uuid primary key constraint identities_donor references donors (id),
  family_name text not null,
  given_name text not null,
  patronymic text,
  -- Folded for search: lower case, Kazakh letters to their plain neighbours.
  -- Compared by bytes: only those comparisons reach an index under row-level security.
  search_name text collate "C" not null,
  iin bytea,
  iin_hash bytea,
  phone bytea,
  phone_hash bytea,
  language text not null,
  region text,
  constraint identities_language_known check (language in ('kk', 'ru', 'en')),
  constraint identities_iin_found check ((iin is null) = (iin_hash is null)),
  constraint identities_phone_found check ((phone is null) = (phone_hash is null)),
  -- Long enough for a key's number, a nonce and a tag, or for a key's number and a hash:
  -- nothing that anybody could read.
  constraint identities_iin_sealed
    check (octet_length(iin) >= 30 and octet_length(iin_hash) = 34),
  constraint identities_phone_sealed
    check (octet_length(phone) >= 30 and octet_length(phone_hash) = 34)
);
-- One donor per IIN: the last guard when two desks register the same person.
create unique index identities_iin on identities (iin_hash) where iin_hash is not null;
create index identities_phone on identities (phone_hash) where phone_hash is not null;
create index identities_search_name on identities (search_name, donor_id);

create table deferrals (
  id uuid primary key,
  donor_id uuid not null constraint deferrals_donor references donors (id),
  reason text not null,
  from_on date not null,
  until_on date,
  source text not null default 'manual',
  recorded_at timestamptz not null,
  recorded_by uuid not null,
  -- Ended early: it counted up to that day. Voided: it was a mistake and never counted.
  ended_on date,
  voided_at timestamptz,
  end_reason text,
  ended_by uuid,
  constraint deferrals_source_known check (source in ('manual', 'automatic')),
  constraint deferrals_end_after_start check (until_on is null or until_on > from_on),
  constraint deferrals_ended_not_before_start check (ended_on >= from_on),
  constraint deferrals_ended_has_reason
    check ((num_nonnulls(ended_on, voided_at) > 0) = (end_reason is not null)),
  constraint deferrals_ended_has_author check ((end_reason is null) = (ended_by is null))
);
create index deferrals_donor on deferrals (donor_id);

-- The deferrals that count, each up to the day on which it really ended.
create view deferrals_in_force with (security_invoker = true) as
select id, donor_id, reason, from_on, least(until_on, ended_on) as until_on
from deferrals where voided_at is null;

create type drive_state as enum ('planned', 'open', 'closed', 'cancelled');

create table drives (
  id uuid primary key,
  name jsonb not null,
  host_id uuid constraint drives_host references hosts (id),
  site_id uuid not null constraint drives_site references sites (id),
  date_on date not null,
  starts_at timestamptz not null,
  ends_at timestamptz not null,
  capacity integer,
  state drive_state not null default 'planned',
  opened_at timestamptz,
  closed_at timestamptz,
  created_at timestamptz not null,
  constraint drives_end_after_start check (ends_at > starts_at),
  constraint drives_capacity_positive check (capacity > 0),
  constraint drives_open_has_opening check (state <> 'open' or opened_at is not null),
  constraint drives_closed_has_closure check ((state = 'closed') = (closed_at is not null))
);
create index drives_site on drives (site_id, date_on);

create type visit_outcome as enum ('donated', 'deferred', 'walked_out');

create table visits (
  id uuid primary key,
  drive_id uuid not null constraint visits_drive references drives (id),
  donor_id uuid not null constraint visits_donor references donors (id),
  arrived_at timestamptz not null,
  outcome visit_outcome,
  deferral_reason text,
  decided_at timestamptz,
  constraint visits_of_drive_and_donor unique (id, drive_id, donor_id),
  constraint visits_decided_when_outcome check ((outcome is null) = (decided_at is null)),
  constraint visits_reason_iff_deferred
    check ((outcome is not distinct from 'deferred') = (deferral_reason is not null))
);
create index visits_drive on visits (drive_id, donor_id);
-- A donor waits at most once at one drive.
create unique index visits_one_undecided on visits (drive_id, donor_id) where outcome is null;

create type donation_kind as enum
  ('whole_blood', 'plasmapheresis', 'plateletpheresis', 'double_red_cells');
create type donation_intent as enum
  ('voluntary', 'directed', 'replacement', 'autologous', 'paid');
create type donation_outcome as enum
  ('completed', 'low_volume', 'insufficient', 'failed_vein', 'stopped');
create type donation_state as enum ('collected', 'released', 'rejected');

create table donations (
  id uuid primary key,
  din text not null constraint donations_din unique,
  drive_id uuid not null constraint donations_drive references drives (id),
  visit_id uuid not null,
  donor_id uuid not null constraint donations_donor references donors (id),
  kind donation_kind not null,
  intent donation_intent not null,
  volume_ml integer not null,
  -- How the bag missed the limits of the policy that admitted it; null within them.
  volume_deviation text,
  started_at timestamptz not null,
  ended_at timestamptz not null,
  collected_on date not null,
  outcome donation_outcome not null,
  for_patient text,
  state donation_state not null default 'collected',
  policy_code text not null,
  policy_version integer not null,
  logged_at timestamptz not null,
  logged_by uuid not null,
  released_at timestamptz,
  -- Nobody's donation takes over another one's visit.
  constraint donations_visit foreign key (visit_id, drive_id, donor_id)
    references visits (id, drive_id, donor_id),
  constraint donations_din_shape check (din ~ '^[A-NP-Z1-9][A-NP-Z0-9]{2}[0-9]{10}$'),
  constraint donations_end_after_start check (ended_at >= started_at),
  constraint donations_volume_not_negative check (volume_ml >= 0),
  constraint donations_volume_deviation_known check (volume_deviation in ('under', 'over')),
  constraint donations_released_has_time
    check (state <> 'released' or released_at is not null)
);
create index donations_donor on donations (donor_id, collected_on);
create index donations_drive on donations (drive_id);

create table determinations (
  id uuid primary key,
  donation_id uuid not null constraint determinations_donation references donations (id),
  donor_id uuid not null constraint determinations_donor references donors (id),
  blood_group blood_group not null,
  sample text not null,
  method text not null,
  determined_at timestamptz not null,
  determined_by uuid not null,
  -- The resolution of a conflict after which this one stands no longer.
  set_aside_by uuid
);
create index determinations_donor on determinations (donor_id);
create index determinations_donation on determinations (donation_id);

create type test_result as enum ('reactive', 'non_reactive', 'invalid');

create table tests (
  id uuid primary key,
  donation_id uuid not null constraint tests_donation references donations (id),
  donor_id uuid not null constraint tests_donor references donors (id),
  marker text not null,
  result test_result not null,
  tested_at timestamptz not null,
  tested_by uuid not null
);
create index tests_donation on tests (donation_id);
-- A reactive result bars the donor for ever, so it is looked up by donor.
create index tests_reactive on tests (donor_id) where result = 'reactive';

-- By what one tube is told from another: its donation and its mark, however that is typed.
-- Case, blanks, widths and Cyrillic letters that look Latin make no second tube: taking two
-- for one costs a sample more, taking one for two may cost a patient.
create function tube(donation uuid, sample text) returns text
language sql immutable parallel safe
return donation::text || ' ' || translate(
  regexp_replace(lower(normalize(sample, nfkc) collate "und-x-icu"), '\s', '', 'g'),
  'авсенкмортхуі', 'abcehkmoptxyi');

-- The group on which every standing determination of a donor agrees, from at least
-- two independent samples; null until then, and null while any two disagree. One row, so
-- that it joins: in a FROM it becomes part of the query, in a SELECT it is called for each row.
create function confirmed_group(donor uuid) returns table (confirmed blood_group)
language sql stable as $$
  select case when count(distinct blood_group) = 1
      and count(distinct tube(donation_id, sample)) >= 2
    then min(blood_group) end
  from determinations where donor_id = donor and set_aside_by is null
$$;

alter table donors enable row level security;
alter table donors force row level security;
create policy donors_scope on donors
  using ((select works_with_donors())) with check ((select works_with_donors()));
alter table identities enable row level security;
alter table identities force row level security;
create policy identities_scope on identities
  using ((select works_with_identities())) with check ((select works_with_identities()));
alter table deferrals enable row level security;
alter table deferrals force row level security;
create policy deferrals_scope on deferrals
  using ((select works_with_donors())) with check ((select works_with_donors()));
alter table drives enable row level security;
alter table drives force row level security;
create policy drives_scope on drives
  using (site_id in (select id from visible_sites)
         and (select current_setting('tamshy.role', true)) <> 'hospital');
alter table visits enable row level security;
alter table visits force row level security;
create policy visits_scope on visits
  using ((select works_with_donors())) with check ((select works_with_donors()));
alter table donations enable row level security;
alter table donations force row level security;
create policy donations_scope on donations
  using ((select works_with_donors())) with check ((select works_with_donors()));
alter table determinations enable row level security;
alter table determinations force row level security;
create policy determinations_scope on determinations
  using ((select works_with_donors())) with check ((select works_with_donors()));
alter table tests enable row level security;
alter table tests force row level security;
create policy tests_scope on tests
  using ((select works_with_donors())) with check ((select works_with_donors()));

grant select, insert on donors, identities, deferrals, determinations, tests to tamshy_service;
grant select, insert, update on drives, visits, donations to tamshy_service;
-- Locking a donor while a donation is decided needs the right to update; the
-- service changes only these columns.
grant update (state) on donors to tamshy_service;
-- Keys are changed for new ones, and contacts change.
grant update (iin, iin_hash, phone, phone_hash, language, region) on identities
  to tamshy_service;
grant usage on sequence donor_numbers to tamshy_service;
grant select on deferrals_in_force to tamshy_service;
-- What was recorded stays; only whether it counts may change.
grant update (ended_on, voided_at, end_reason, ended_by) on deferrals to tamshy_service;
grant update (set_aside_by) on determinations to tamshy_service;
