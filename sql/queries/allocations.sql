-- name: oneAllocationAtATime
-- Allocation decides over the whole stock of a scope, so batches queue here:
-- side by side, one would skip units that the other gives back, and a request
-- would go away empty while its unit lies on the shelf.
select pg_advisory_xact_lock(hashtext('tamshy.allocate'))::text;

-- name: openLines
select line.id as line_id, line.request_id, line.component, line.blood_group,
  line.attributes, line.substitution, requests.patient ->> 'blood_group' as patient_group,
  requests.urgency, requests.needed_by, sites.region,
  line.quantity - line.cancelled - line.lapsed - (
    select count(*) from allocations
    where allocations.line_id = line.id
      and allocations.state in ('held', 'issued', 'received', 'returned'))::integer
    as outstanding
from request_lines as line
join requests on requests.id = line.request_id
join sites on sites.id = requests.site_id
where line.request_id = any($1::uuid[])
order by requests.urgency, requests.needed_by, requests.requested_at, line.request_id,
  line.position;

-- name: reserveFacts
-- The O− stock of some components in this scope at $2, and how much of it was asked
-- for in the last $3 days.
select wanted.component,
  (select count(*) from units
   where units.shelf = shelf(wanted.component, 'O-') and units.state = 'available'
     and units.expires_at > $2)::integer as issuable,
  (select coalesce(sum(line.quantity - line.cancelled), 0) from request_lines as line
   where line.requested_at > $2::timestamptz - make_interval(days => $3::integer)
     and line.requested_at <= $2 and line.component = wanted.component
     and line.blood_group = 'O-')::integer as asked
from (select distinct component from unnest($1::text[]::component[]) as component) as wanted;

-- name: findUnits
-- For each wish, the first units to expire that may be promised at $2 and
-- outlive the hour they are needed. Locked until this decision commits. Uses
-- units_first_expired.
select wish.number, found.id, found.din, found.component, found.blood_group, found.expires_on
from jsonb_to_recordset($1::jsonb) as wish
  (number integer, component component, blood_group blood_group, attributes text[],
   needed_by timestamptz, region text, quantity integer)
cross join lateral (
  select near.*
  from sites
  cross join lateral (
    select units.id, units.din, units.component, units.blood_group, units.expires_on,
      units.expires_at
    from units
    where units.shelf = shelf(wish.component, wish.blood_group)
      and units.site_id = sites.id and units.state = 'available'
      and units.expires_at > greatest(wish.needed_by, $2::timestamptz)
      and units.attributes @> wish.attributes
      -- Asked for as a value: as a condition it might be joined, all units at once.
      and (select true from clear_labels as clear
        where clear.donation_id = units.donation_id and clear.blood_group = units.blood_group)
    order by units.expires_at, units.id
    limit wish.quantity
    for no key update of units
  ) as near
  where wish.region is null or sites.region = wish.region
  order by near.expires_at, near.id
  limit wish.quantity
) as found
order by wish.number, found.expires_at, found.id;

-- name: hold
-- Promises the units found. Each is taken only from the shelf, so that one
-- promised in between is noticed by its absence.
with new as materialized (
  select *
  from jsonb_to_recordset($1::jsonb) as drafts
    (id uuid, unit_id uuid, line_id uuid, request_id uuid, rank_reason text,
     held_at timestamptz, held_until timestamptz, allocated_by uuid)
), taken as (
  update units set state = 'held' from new
  where units.id = new.unit_id and units.state = 'available'
    and units.expires_at > new.held_at
    and (select true from clear_labels as clear
      where clear.donation_id = units.donation_id and clear.blood_group = units.blood_group)
  returning units.id, units.site_id
), told as (
  insert into events (at, kind, subject_id, account_id, site_id, detail)
  select new.held_at, 'unit.held', taken.id, new.allocated_by, taken.site_id,
    jsonb_build_object('from', 'available', 'to', 'held', 'request', new.request_id)
  from taken join new on new.unit_id = taken.id
)
insert into allocations (id, unit_id, line_id, request_id, rank_reason, held_at, held_until,
  allocated_by)
select new.id, new.unit_id, new.line_id, new.request_id, new.rank_reason, new.held_at,
  new.held_until, new.allocated_by
from new join taken on taken.id = new.unit_id;

-- name: allocatedUnits
select units.id, units.din, units.component, units.blood_group, units.expires_on,
  allocations.rank_reason, allocations.state
from allocations join units on units.id = allocations.unit_id
where allocations.request_id = $1 and ($2::uuid[] is null or units.id = any($2))
  and ($3::text[] is null or allocations.state::text = any($3))
order by units.expires_at, units.id;

-- name: expireHolds
-- A promise that nobody used ends by itself and its unit goes back.
with over as (
  select allocations.id, allocations.unit_id, allocations.request_id
  from allocations join units on units.id = allocations.unit_id
  where allocations.state = 'held' and held_until <= $1
  order by units.id limit 1000 for no key update skip locked
), ended as (
  update allocations set state = 'expired', ended_at = $1, end_reason = 'hold_expired'
  from over where allocations.id = over.id
), freed as (
  update units set state = (case when is_safe(units) then 'available'
    else 'quarantined' end)::unit_state
  from over where units.id = over.unit_id and units.state = 'held'
  returning units.id, units.state, units.site_id
), told as (
  insert into events (at, kind, subject_id, site_id, detail)
  select $1, 'unit.freed', id, site_id, jsonb_build_object('from', 'held', 'to', state)
  from freed
)
select count(*) from over;
