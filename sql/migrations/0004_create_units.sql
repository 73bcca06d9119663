-- Units of blood, hospital requests, and who got what.

create type unit_state as enum
  ('quarantined', 'available', 'held', 'issued', 'received', 'returned',
   'transfused', 'expired', 'discarded');

create table units (
  id uuid primary key,
  donation_id uuid not null constraint units_donation references donations (id),
  din text not null,
  component component not null,
  -- Null until a determination; final only once the donation is released.
  blood_group blood_group,
  volume_ml integer not null,
  attributes text[] not null default '{}',
  collected_on date not null,
  -- The last civil day of use at the site; the instant at which that day ends.
  expires_on date not null,
  expires_at timestamptz not null,
  site_id uuid not null constraint units_site references sites (id),
  state unit_state not null,
  made_at timestamptz not null,
  constraint units_volume_positive check (volume_ml > 0),
  constraint units_out_of_quarantine_has_group check (state in
    ('quarantined', 'expired', 'discarded') or blood_group is not null)
);
create index units_donation on units (donation_id);
-- First expired, first out: the order in which units are promised.
create index units_first_expired on units (component, blood_group, expires_at, id)
  where state = 'available';
create index units_expiring on units (expires_at)
  where state in ('quarantined', 'available', 'held', 'returned');
create index units_listing on units (site_id, expires_at, id);

create type urgency as enum ('emergency', 'urgent', 'routine', 'scheduled');
create type substitution as enum ('compatible', 'exact');
create type request_state as enum ('open', 'fulfilled', 'cancelled', 'lapsed');

create table requests (
  id uuid primary key,
  hospital_id uuid not null constraint requests_hospital references hospitals (id),
  site_id uuid not null constraint requests_site references sites (id),
  urgency urgency not null,
  needed_by timestamptz not null,
  patient jsonb,
  state request_state not null default 'open',
  requested_at timestamptz not null,
  requested_by uuid not null,
  closed_at timestamptz,
  constraint requests_open_has_no_end check ((state = 'open') = (closed_at is null))
);
create index requests_open on requests (needed_by) where state = 'open';
create index requests_site on requests (site_id, requested_at);

create table request_lines (
  id uuid primary key,
  request_id uuid not null constraint request_lines_request references requests (id),
  position integer not null,
  component component not null,
  blood_group blood_group not null,
  quantity integer not null,
  attributes text[] not null default '{}',
  substitution substitution not null,
  requested_at timestamptz not null,
  -- How many of the quantity nobody waits for any longer: the request was
  -- cancelled or its time passed before they were found.
  cancelled integer not null default 0,
  lapsed integer not null default 0,
  constraint request_lines_position unique (request_id, position),
  constraint request_lines_quantity_positive check (quantity > 0),
  constraint request_lines_ended_within_quantity
    check (cancelled >= 0 and lapsed >= 0 and cancelled + lapsed <= quantity)
);
create index request_lines_demand on request_lines (requested_at, component, blood_group);

create type allocation_state as enum
  ('held', 'issued', 'received', 'returned', 'released', 'expired', 'withdrawn');

create table allocations (
  id uuid primary key,
  unit_id uuid not null constraint allocations_unit references units (id),
  line_id uuid not null constraint allocations_line references request_lines (id),
  request_id uuid not null constraint allocations_request references requests (id),
  rank_reason text not null,
  state allocation_state not null default 'held',
  held_at timestamptz not null,
  held_until timestamptz not null,
  allocated_by uuid not null,
  issued_at timestamptz,
  received_at timestamptz,
  ended_at timestamptz,
  end_reason text,
  constraint allocations_issued_has_time
    check (state not in ('issued', 'received') or issued_at is not null),
  constraint allocations_received_has_time
    check (state <> 'received' or received_at is not null),
  constraint allocations_ended_has_reason
    check (state not in ('returned', 'released', 'expired', 'withdrawn')
           or (ended_at is not null and end_reason is not null))
);
-- A unit is promised to one line at a time, whatever the code above does.
create unique index allocations_one_live on allocations (unit_id)
  where state in ('held', 'issued', 'received');
create index allocations_request on allocations (request_id);
create index allocations_line on allocations (line_id);
create index allocations_held_until on allocations (held_until) where state = 'held';

-- True while nothing known of a donation or its donor speaks against using what
-- is made of it under a label: released, typed as labelled, never reactive, not
-- deferred since. It looks at everything, whoever asks: a hospital that cancels
-- sees no donor, and the unit goes back to the shelf all the same.
create function is_clear(donation uuid, label blood_group) returns boolean
language sql stable set tamshy.role = 'system'
return label is not null and exists (
    select from donations
    where donations.id = donation and donations.state = 'released'
      -- Kept for the donor himself, who need not meet the rules for others.
      and donations.intent <> 'autologous'
      and not exists (
        select from determinations
        where determinations.donor_id = donations.donor_id
          and determinations.blood_group <> label)
      and not exists (
        select from tests
        where tests.donor_id = donations.donor_id and tests.result = 'reactive')
      and not exists (
        select from deferrals
        where deferrals.donor_id = donations.donor_id
          -- An open end speaks against every unit of the donor still here.
          and (deferrals.until_on is null
               or daterange(deferrals.from_on, deferrals.until_on)
                  @> donations.collected_on)));

create function is_safe(unit units) returns boolean
language sql stable
return is_clear((unit).donation_id, (unit).blood_group);

-- The sites that must hear of a unit: where it is kept, and the hospital that
-- was promised it or has it.
create function places_of(unit uuid) returns table (site_id uuid)
language sql stable set tamshy.role = 'system'
begin atomic
  select units.site_id from units where units.id = unit
  union
  select requests.site_id
  from allocations join requests on requests.id = allocations.request_id
  where allocations.unit_id = unit and allocations.state in ('held', 'issued', 'received');
end;

-- The one predicate for "may be promised to a patient now".
create function is_issuable(unit units, at timestamptz) returns boolean
language sql stable
return (unit).state = 'available' and (unit).expires_at > at
  and is_safe(unit);

alter table units enable row level security;
alter table units force row level security;
alter table requests enable row level security;
alter table requests force row level security;
alter table request_lines enable row level security;
alter table request_lines force row level security;
alter table allocations enable row level security;
alter table allocations force row level security;

create policy requests_scope on requests
  using (site_id in (select id from visible_sites)
         and (select current_setting('tamshy.role', true))
             in ('hospital', 'coordinator', 'system'));
create policy request_lines_scope on request_lines
  using (exists (select from requests where requests.id = request_id));
create policy allocations_scope on allocations
  using (exists (select from requests where requests.id = request_id));
-- Whoever sees a request sees the units promised to it, from wherever they
-- come; staff see their sites' stock.
create policy units_scope on units
  using ((site_id in (select id from visible_sites) and (select works_with_donors()))
    or exists (select from allocations where allocations.unit_id = units.id
      and allocations.state in ('held', 'issued', 'received', 'returned')));

grant select, insert, update on units, requests, request_lines, allocations
  to tamshy_service;
