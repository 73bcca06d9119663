-- What laboratories see of a donor beyond the label: the D antigen, and the other antigens.

create type rhd_observation as enum ('positive', 'negative', 'weak_d', 'd_variant');
create type typing_method as enum ('serology', 'genotype');

-- The D antigen as it was seen stands beside the group that a donor's label shows.
alter table determinations
  add column laboratory text,
  add column rhd_observed rhd_observation,
  add column rhd_type text,
  add column rhd_method typing_method,
  add column rhd_reagents text,
  add column rhd_strength text,
  -- Whatever D there is, the donor is labelled positive.
  add constraint determinations_label_shows_every_d
    check ((rhd_observed = 'negative') = (blood_group in ('O-', 'A-', 'B-', 'AB-'))),
  add constraint determinations_rhd_has_method
    check ((rhd_observed is null) = (rhd_method is null)),
  add constraint determinations_rhd_seen
    check (rhd_observed is not null or num_nonnulls(rhd_type, rhd_reagents, rhd_strength) = 0),
  add constraint determinations_type_is_of_variant
    check (rhd_type is null or rhd_observed in ('weak_d', 'd_variant'));

-- The names of the field, in the field's order; large and small letters are two antigens.
create type antigen as enum
  ('C', 'c', 'E', 'e', 'Cw', 'K', 'k', 'Kpa', 'Kpb', 'Fya', 'Fyb', 'Jka', 'Jkb', 'M', 'N', 'S',
   's', 'U', 'P1', 'Lea', 'Leb', 'Lua', 'Lub', 'Doa', 'Dob', 'Coa', 'Cob', 'Dia', 'Vel', 'H');

-- What a laboratory found of one sample. Nothing is written over: what is known of a donor is
-- concluded from all of them.
create table phenotypings (
  id uuid primary key,
  donation_id uuid not null constraint phenotypings_donation references donations (id),
  donor_id uuid not null constraint phenotypings_donor references donors (id),
  present antigen[] not null,
  absent antigen[] not null,
  sample text not null,
  method typing_method not null,
  laboratory text,
  tested_at timestamptz not null,
  tested_by uuid not null,
  constraint phenotypings_has_result check (cardinality(present) + cardinality(absent) > 0),
  constraint phenotypings_present_or_absent check (not present && absent)
);
create index phenotypings_donor on phenotypings (donor_id);

alter table phenotypings enable row level security;
alter table phenotypings force row level security;
create policy phenotypings_scope on phenotypings
  using ((select works_with_donors())) with check ((select works_with_donors()));
grant select, insert on phenotypings to tamshy_service;

-- Donors whom a laboratory calls rare by hand. A flag ends and is never erased.
create table rare_flags (
  id uuid primary key,
  donor_id uuid not null constraint rare_flags_donor references donors (id),
  reason text not null,
  flagged_at timestamptz not null,
  flagged_by uuid not null,
  ended_at timestamptz,
  end_reason text,
  ended_by uuid,
  constraint rare_flags_end_is_whole
    check (num_nonnulls(ended_at, end_reason, ended_by) in (0, 3)),
  constraint rare_flags_end_after_start check (ended_at >= flagged_at)
);
create index rare_flags_donor on rare_flags (donor_id);

alter table rare_flags enable row level security;
alter table rare_flags force row level security;
create policy rare_flags_scope on rare_flags
  using ((select works_with_donors())) with check ((select works_with_donors()));
grant select, insert on rare_flags to tamshy_service;
grant update (ended_at, end_reason, ended_by) on rare_flags to tamshy_service;
