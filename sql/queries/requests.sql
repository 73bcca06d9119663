-- name: hospitalInScope
select hospitals.id, hospitals.site_id from hospitals
where hospitals.id = $1 and hospitals.site_id in (select id from visible_sites);

-- name: insertRequests
with new as materialized (
  select *
  from jsonb_to_recordset($1::jsonb) as drafts
    (id uuid, hospital_id uuid, site_id uuid, urgency urgency, needed_by timestamptz,
     patient jsonb, requested_at timestamptz, requested_by uuid)
), told as (
  insert into events (at, kind, subject_id, account_id, site_id)
  select requested_at, 'request.made', id, requested_by, site_id from new
)
insert into requests (id, hospital_id, site_id, urgency, needed_by, patient, requested_at,
  requested_by)
select id, hospital_id, site_id, urgency, needed_by, patient, requested_at, requested_by
from new;

-- name: insertRequestLines
insert into request_lines (id, request_id, position, component, blood_group, quantity,
  attributes, substitution, requested_at)
select id, request_id, position, component, blood_group, quantity, attributes, substitution,
  requested_at
from jsonb_to_recordset($1::jsonb) as drafts
  (id uuid, request_id uuid, position integer, component component, blood_group blood_group,
   quantity integer, attributes text[], substitution substitution,
   requested_at timestamptz);

-- name: requests
-- Requests by id with their lines and counters, as people read them.
select requests.id, hospital_id, urgency, needed_by, requests.state, requests.requested_at,
  patient, lines.lines
from requests
cross join lateral (
  select coalesce(jsonb_agg(jsonb_build_object(
      'id', line.id, 'component', line.component, 'blood_group', line.blood_group,
      'attributes', line.attributes, 'substitution', line.substitution,
      'requested', line.quantity, 'allocated', got.allocated,
      'substituted', got.substituted, 'issued', got.issued, 'received', got.received,
      'returned', got.returned, 'cancelled', line.cancelled, 'lapsed', line.lapsed,
      'outstanding', line.quantity - line.cancelled - line.lapsed - got.allocated)
    order by line.position), '[]') as lines
  from request_lines as line
  cross join lateral (
    select count(*) as allocated,
      count(*) filter (where units.blood_group <> line.blood_group) as substituted,
      count(*) filter (where allocations.state in ('issued', 'received', 'returned')) as issued,
      count(*) filter (where allocations.received_at is not null) as received,
      count(*) filter (where allocations.state = 'returned') as returned
    from allocations join units on units.id = allocations.unit_id
    where allocations.line_id = line.id
      and allocations.state in ('held', 'issued', 'received', 'returned')
  ) as got
  where line.request_id = requests.id
) as lines
where requests.id = any($1::uuid[])
order by requests.id;

-- name: requestIds
select id from requests
where id > coalesce($1, '00000000-0000-0000-0000-000000000000'::uuid)
  and ($2::text is null or state::text = $2)
  and ($3::text is null or urgency::text = $3)
  and ($4::uuid is null or hospital_id = $4)
order by id limit $5;

-- name: lockRequests
select id, state, site_id from requests where id = any($1::uuid[])
order by id for no key update;

-- name: oneAllocationAtATime
-- Allocation decides over the whole stock of a scope, so batches queue here:
-- side by side, one would skip units that the other gives back, and a request
-- would go away empty while its unit lies on the shelf.
select pg_advisory_xact_lock(hashtext('tamshy.allocate'))::text;

-- name: openLines
select line.id as line_id, line.request_id, line.component, line.blood_group,
  line.attributes, line.substitution, requests.patient ->> 'blood_group' as patient_group,
  requests.needed_by, sites.region,
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

-- name: findUnits
-- For each wish, the first units to expire that may be promised at $2 and
-- outlive the hour they are needed. Locked until this decision commits. Uses
-- units_first_expired.
select wish.number, found.id, found.din, found.component, found.blood_group, found.expires_on
from jsonb_to_recordset($1::jsonb) as wish
  (number integer, component component, blood_group blood_group, attributes text[],
   needed_by timestamptz, region text, quantity integer)
cross join lateral (
  select units.id, units.din, units.component, units.blood_group, units.expires_on,
    units.expires_at
  from units join sites on sites.id = units.site_id
  where units.component = wish.component and units.blood_group = wish.blood_group
    and units.state = 'available'
    and units.expires_at > greatest(wish.needed_by, $2::timestamptz)
    and units.attributes @> wish.attributes
    and (wish.region is null or sites.region = wish.region)
    and is_issuable(units, $2)
  order by units.expires_at, units.id
  limit wish.quantity
  for no key update of units
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
  where units.id = new.unit_id and is_issuable(units, new.held_at)
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

-- name: lockHeldUnits
-- Locks what a step is about, in the order of the ids.
select units.id from allocations join units on units.id = allocations.unit_id
where allocations.request_id = $1 and ($2::uuid[] is null or units.id = any($2))
  and allocations.state::text = any($3::text[])
order by units.id for no key update of units;

-- name: issueUnits
-- Sends what is held and still safe. The whole predicate stands inside the
-- update: what became unsafe since the promise does not go out.
with ready as (
  update units set state = 'issued'
  from allocations
  where allocations.unit_id = units.id and allocations.request_id = $1
    and allocations.state = 'held' and units.id = any($2::uuid[])
    and units.state = 'held' and units.expires_at > $3 and is_safe(units)
  returning units.id, units.site_id
), sent as (
  update allocations set state = 'issued', issued_at = $3
  from ready where allocations.unit_id = ready.id and allocations.state = 'held'
), told as (
  insert into events (at, kind, subject_id, account_id, site_id, detail)
  select $3, 'unit.issued', id, $4, site_id,
    jsonb_build_object('from', 'held', 'to', 'issued', 'request', $1) from ready
)
select id from ready;

-- name: withdrawHeldUnits
-- What could not be issued goes back behind the counter: expired or quarantined.
with unfit as (
  update units set state = (case when expires_at <= $3 then 'expired' else 'quarantined' end)
    ::unit_state
  where id = any($2::uuid[]) and state = 'held'
  returning id, state, site_id
), broken as (
  update allocations set state = 'withdrawn', ended_at = $3, end_reason = 'not_issuable'
  where request_id = $1 and unit_id = any($2::uuid[]) and state = 'held'
)
insert into events (at, kind, subject_id, account_id, site_id, detail)
select $3, 'unit.withdrawn', id, $4, site_id,
  jsonb_build_object('from', 'held', 'to', state, 'request', $1) from unfit;

-- name: receiveUnits
with arrived as (
  update units set state = 'received' from allocations
  where allocations.unit_id = units.id and allocations.request_id = $1
    and allocations.state = 'issued' and units.id = any($2::uuid[])
    and units.state = 'issued'
  returning units.id, units.site_id
), noted as (
  update allocations set state = 'received', received_at = $3
  from arrived where allocations.unit_id = arrived.id and allocations.state = 'issued'
), told as (
  insert into events (at, kind, subject_id, account_id, site_id, detail)
  select $3, 'unit.received', id, $4, site_id,
    jsonb_build_object('from', 'issued', 'to', 'received', 'request', $1) from arrived
)
select id from arrived;

-- name: returnUnits
-- A returned unit is in quarantine, never back on the shelf, until somebody
-- has looked at it.
with back as (
  update units set state = 'returned' from allocations
  where allocations.unit_id = units.id and allocations.request_id = $1
    and allocations.state in ('issued', 'received') and units.id = any($2::uuid[])
    and units.state in ('issued', 'received')
  returning units.id, units.site_id
), ended as (
  update allocations set state = 'returned', ended_at = $3, end_reason = $5
  from back
  where allocations.unit_id = back.id and allocations.state in ('issued', 'received')
), told as (
  insert into events (at, kind, subject_id, account_id, site_id, detail)
  select $3, 'unit.returned', id, $4, site_id,
    jsonb_build_object('to', 'returned', 'request', $1, 'reason', $5::text) from back
)
select id from back;

-- name: freeUnits
-- Puts held units back on the shelf, or where they belong if they are not safe.
with freed as (
  update units set state = (case when expires_at <= $3 then 'expired'
      when is_safe(units) then 'available' else 'quarantined' end)::unit_state
  from allocations
  where allocations.unit_id = units.id and allocations.request_id = $1
    and allocations.state = 'held' and units.id = any($2::uuid[]) and units.state = 'held'
  returning units.id, units.state, units.site_id
), ended as (
  update allocations set state = 'released', ended_at = $3, end_reason = $5
  from freed where allocations.unit_id = freed.id and allocations.state = 'held'
), told as (
  insert into events (at, kind, subject_id, account_id, site_id, detail)
  select $3, 'unit.freed', id, $4, site_id,
    jsonb_build_object('from', 'held', 'to', state, 'request', $1) from freed
)
select id from freed;

-- name: cancelOutstanding
update request_lines as line
set cancelled = line.quantity - line.lapsed - (
  select count(*) from allocations
  where allocations.line_id = line.id
    and allocations.state in ('held', 'issued', 'received', 'returned'))
where line.request_id = $1;

-- name: closeRequest
update requests set state = $2::request_state, closed_at = $3
where id = $1 and state = 'open';

-- name: closeWhenServed
-- A request is fulfilled once nothing is to be found and nothing is on its way.
update requests set state = 'fulfilled', closed_at = $2
where id = $1 and state = 'open'
  and not exists (select from allocations
    where allocations.request_id = requests.id and allocations.state in ('held', 'issued'))
  and not exists (select from request_lines as line
    where line.request_id = requests.id
      and line.quantity - line.cancelled - line.lapsed > (
        select count(*) from allocations where allocations.line_id = line.id
          and allocations.state in ('received', 'returned')));

-- name: overdueRequests
-- Open requests whose hour has passed, held units included.
select id from requests where state = 'open' and needed_by <= $1
order by id limit 500 for no key update skip locked;

-- name: lapseOutstanding
update request_lines as line
set lapsed = line.quantity - line.cancelled - (
  select count(*) from allocations
  where allocations.line_id = line.id
    and allocations.state in ('held', 'issued', 'received', 'returned'))
where line.request_id = any($1::uuid[]);

-- name: lapseRequests
update requests set state = 'lapsed', closed_at = $2
where id = any($1::uuid[]) and state = 'open'
  and not exists (select from allocations
    where allocations.request_id = requests.id and allocations.state in ('held', 'issued'))
  and exists (select from request_lines as line
    where line.request_id = requests.id and line.lapsed > 0);

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
