-- name: lockHeldUnits
-- Locks what a step is about, in the order of the ids.
select units.id from allocations join units on units.id = allocations.unit_id
where allocations.request_id = $1 and ($2::uuid[] is null or units.id = any($2))
  and allocations.state::text = any($3::text[])
order by units.id for no key update of units, allocations;

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
-- Only while it is this request's: its hold may have ended meanwhile, and the
-- unit been promised to another.
with unfit as (
  update units set state = (case when expires_at <= $3 then 'expired' else 'quarantined' end)
    ::unit_state
  from allocations
  where allocations.unit_id = units.id and allocations.request_id = $1
    and allocations.state = 'held' and units.id = any($2::uuid[]) and units.state = 'held'
  returning units.id, units.state, units.site_id
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
  -- The unit's state before the step is its allocation's.
  returning units.id, units.site_id, allocations.state as before
), ended as (
  update allocations set state = 'returned', ended_at = $3, end_reason = $5
  from back
  where allocations.unit_id = back.id and allocations.state in ('issued', 'received')
), told as (
  insert into events (at, kind, subject_id, account_id, site_id, detail)
  select $3, 'unit.returned', id, $4, site_id,
    jsonb_build_object('from', before, 'to', 'returned', 'request', $1, 'reason', $5::text)
  from back
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
