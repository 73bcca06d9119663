-- name: lockUnit
select id, din, component, blood_group, volume_ml, attributes, collected_on, expires_on,
  expires_at, site_id, state, recalled_at
from units where id = $1 for no key update;

-- name: inspectUnit
-- What came back goes behind the counter or is condemned, never onto the shelf.
with seen as (
  update units set state = $2::unit_state where id = $1 and state = 'returned'
  returning id
)
insert into events (at, kind, subject_id, account_id, site_id, detail)
select $3, 'unit.inspected', seen.id, $4, told.site_id,
  jsonb_build_object('from', 'returned', 'to', $2::text) || $5::jsonb
from seen cross join lateral places_of(seen.id) as told;

-- name: shelveUnit
-- From behind the counter to the shelf, if nothing at all speaks against it.
with freed as (
  update units set state = 'available'
  where id = $1 and state = 'quarantined' and expires_at > $2 and is_safe(units)
  returning id, site_id
)
insert into events (at, kind, subject_id, account_id, site_id, detail)
select $2, 'unit.released', id, $3, site_id, '{"from": "quarantined", "to": "available"}'
from freed;

-- name: discardUnit
-- A promise does not outlive its unit. What a hospital discards had arrived, so
-- its promise was kept.
with gone as (
  update units set state = 'discarded' where id = $1 and state = $2::unit_state
  returning id
), broken as (
  update allocations set state = 'withdrawn', ended_at = $3, end_reason = 'unit_discarded'
  from gone where allocations.unit_id = gone.id and allocations.state = 'held'
)
insert into events (at, kind, subject_id, account_id, site_id, detail)
select $3, 'unit.discarded', gone.id, $4, told.site_id,
  jsonb_strip_nulls(jsonb_build_object('from', $2::text, 'to', 'discarded',
    'reason', $5::text, 'request', (
      select request_id from allocations
      where unit_id = gone.id and state in ('held', 'received'))))
from gone cross join lateral places_of(gone.id) as told;

-- name: promiseOfUnit
-- Where a unit went.
select request_id, issued_at from allocations
where unit_id = $1 and state in ('issued', 'received');

-- name: transfuseUnit
-- A transfusion that happened is written down whatever is known of the unit; it
-- proves the arrival too.
with given as (
  update units set state = 'transfused' from allocations
  where units.id = $1 and allocations.unit_id = units.id
    and allocations.state in ('issued', 'received') and units.state in ('issued', 'received')
  -- The unit's state before the step is its allocation's.
  returning units.id, allocations.state as before, allocations.request_id
), arrived as (
  update allocations set state = 'received', received_at = coalesce(received_at, $2)
  from given where allocations.unit_id = given.id and allocations.state in ('issued', 'received')
)
insert into events (at, kind, subject_id, account_id, site_id, detail)
select $2, 'unit.transfused', given.id, $3, told.site_id,
  jsonb_build_object('from', before, 'to', 'transfused', 'request', request_id,
    'transfused_at', $4::text)
from given cross join lateral places_of(given.id) as told;
