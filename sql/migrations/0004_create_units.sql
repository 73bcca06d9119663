-- Units of blood, hospital requests, and who got what.

create type unit_state as enum
  ('quarantined', 'available', 'held', 'issued', 'received', 'returned',
   'transfused', 'expired', 'discarded');

-- The shelf on which units of one component and one group stand, as a number.
-- Row-level security lets only leakproof comparisons reach an index, and those
-- of enums are not: without this number a search would read every unit.
create function shelf(component component, blood_group blood_group) returns smallint
language sql immutable parallel safe
return (
  case component
    when 'whole_blood' then 0 when 'red_cells' then 8 when 'plasma' then 16
    when 'platelets' then 24 when 'cryoprecipitate' then 32
  end
  + case blood_group
    when 'O-' then 0 when 'O+' then 1 when 'A-' then 2 when 'A+' then 3
    when 'B-' then 4 when 'B+' then 5 when 'AB-' then 6 when 'AB+' then 7
  end)::smallint;

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
  -- Called back after it had left; bars it until two persons lift the recall.
  recalled_at timestamptz,
  shelf smallint generated always as (shelf(component, blood_group)) stored,
  constraint units_volume_positive check (volume_ml > 0),
  constraint units_out_of_quarantine_has_group check (state in
    ('quarantined', 'expired', 'discarded') or blood_group is not null),
  constraint units_recalled_is_not_offered
    check (recalled_at is null or state not in ('available', 'held'))
);
create index units_donation on units (donation_id);
-- First expired, first out: the order in which units are promised, site by site
-- because a search begins near the hospital.
create index units_first_expired on units (shelf, site_id, expires_at, id)
  where state = 'available';
create index units_in_quarantine on units (shelf, collected_on)
  include (site_id, blood_group, id)
  where state in ('quarantined', 'returned');
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
  -- The site of the request, so that a report need not look up each one.
  site_id uuid not null constraint request_lines_site references sites (id),
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
-- Look-back asks where a unit has ever been.
create index allocations_unit on allocations (unit_id);
create index allocations_held_until on allocations (held_until) where state = 'held';

-- The labels under which nothing known of a donation or its donor speaks against
-- using what is made of it: released, typed as labelled also from this very bag,
-- never reactive, not deferred since. A view, so that a search over many units
-- plans it once.
create view clear_labels as
select donations.id as donation_id, label.blood_group
from donations
cross join unnest(enum_range(null::blood_group)) as label (blood_group)
where donations.state = 'released'
  -- Kept for the donor himself, who need not meet the rules for others.
  and donations.intent <> 'autologous'
  -- Every determination that stands says so, and one of them is of this donation.
  and (
    select bool_and(determinations.blood_group = label.blood_group)
      and bool_or(determinations.donation_id = donations.id)
    from determinations
    where determinations.donor_id = donations.donor_id
      and determinations.set_aside_by is null)
  and not exists (
    select from tests
    where tests.donor_id = donations.donor_id and tests.result = 'reactive')
  and not exists (
    select from deferrals_in_force as deferrals
    where deferrals.donor_id = donations.donor_id
      -- An open end speaks against every unit of the donor still here.
      and (deferrals.until_on is null
           or daterange(deferrals.from_on, deferrals.until_on) @> donations.collected_on));

-- Whether a label is among them. It looks at everything, whoever asks: a hospital
-- that cancels sees no donor, and the unit goes back to the shelf all the same.
create function is_clear(donation uuid, label blood_group) returns boolean
language sql stable set tamshy.role = 'system'
return exists (
  select from clear_labels where donation_id = donation and blood_group = label);

create function is_safe(unit units) returns boolean
language sql stable
return (unit).recalled_at is null and is_clear((unit).donation_id, (unit).blood_group);

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

-- Whether a unit is promised to a request that this authority sees. In PL/pgSQL,
-- so that what it asks does not weigh on the plan of every statement about units.
create function is_promised_here(unit uuid) returns boolean
language plpgsql stable as $$
begin
  return exists (
    select from allocations
    where allocations.unit_id = unit
      and allocations.state in ('held', 'issued', 'received', 'returned'));
end $$;

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
         and (select works_with_requests()));
create policy request_lines_scope on request_lines
  using (site_id in (select id from visible_sites) and (select works_with_requests()));
create policy allocations_scope on allocations
  using (exists (select from requests where requests.id = request_id));
-- Whoever sees a request sees the units promised to it, from wherever they
-- come; staff see their sites' stock.
create policy units_scope on units
  using ((site_id in (select id from visible_sites) and (select works_with_donors()))
    or is_promised_here(id));

grant select, insert, update on units, requests, request_lines, allocations
  to tamshy_service;
grant select on clear_labels to tamshy_service;
