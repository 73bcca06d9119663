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
  insert into events (at, kind, subject_id, account_id, site_id, detail)
  select requested_at, 'request.made', id, requested_by, site_id,
    jsonb_build_object('to', 'open', 'urgency', urgency) from new
)
insert into requests (id, hospital_id, site_id, urgency, needed_by, patient, requested_at,
  requested_by)
select id, hospital_id, site_id, urgency, needed_by, patient, requested_at, requested_by
from new;

-- name: insertRequestLines
insert into request_lines (id, request_id, site_id, position, component, blood_group,
  quantity, attributes, substitution, requested_at)
select id, request_id, site_id, position, component, blood_group, quantity, attributes,
  substitution, requested_at
from jsonb_to_recordset($1::jsonb) as drafts
  (id uuid, request_id uuid, site_id uuid, position integer, component component,
   blood_group blood_group, quantity integer, attributes text[], substitution substitution,
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
-- A request is over once nothing is to be found and nothing is on its way:
-- fulfilled, unless its time passed before all of it was found.
with closed as (
  update requests set closed_at = $2, state = (
    case when exists (select from request_lines as line
      where line.request_id = requests.id and line.lapsed > 0)
    then 'lapsed' else 'fulfilled' end)::request_state
  where id = $1 and state = 'open'
    and not exists (select from allocations
      where allocations.request_id = requests.id and allocations.state in ('held', 'issued'))
    and not exists (select from request_lines as line
      where line.request_id = requests.id
        and line.quantity - line.cancelled - line.lapsed > (
          select count(*) from allocations where allocations.line_id = line.id
            and allocations.state in ('received', 'returned')))
  returning id, state, site_id
)
insert into events (at, kind, subject_id, account_id, site_id, detail)
select $2, 'request.' || state, id, $3, site_id,
  jsonb_build_object('from', 'open', 'to', state) from closed;

-- name: overdueRequests
-- Requests that still look for units although their hour has passed; those that
-- only wait for a receipt would fill the limit for ever.
select id from requests where state = 'open' and needed_by <= $1
  and exists (select from request_lines as line
    where line.request_id = requests.id
      and line.quantity - line.cancelled - line.lapsed > (
        select count(*) from allocations where allocations.line_id = line.id
          and allocations.state in ('held', 'issued', 'received', 'returned')))
order by id limit 500 for no key update skip locked;

-- name: lapseOutstanding
with given_up as (
  update request_lines as line
  set lapsed = line.quantity - line.cancelled - (
    select count(*) from allocations
    where allocations.line_id = line.id
      and allocations.state in ('held', 'issued', 'received', 'returned'))
  where line.request_id = any($1::uuid[])
  returning line.request_id, line.site_id, line.lapsed
)
insert into events (at, kind, subject_id, site_id, detail)
select $2, 'request.overdue', request_id, site_id,
  jsonb_build_object('lapsed', sum(lapsed)::text) from given_up
group by request_id, site_id;

-- name: lapseRequests
-- Those with units on their way close with the receipt.
with ended as (
  update requests set state = 'lapsed', closed_at = $2
  where id = any($1::uuid[]) and state = 'open'
    and not exists (select from allocations
      where allocations.request_id = requests.id and allocations.state in ('held', 'issued'))
    and exists (select from request_lines as line
      where line.request_id = requests.id and line.lapsed > 0)
  returning id, site_id
)
insert into events (at, kind, subject_id, site_id, detail)
select $2, 'request.lapsed', id, site_id, '{"from": "open", "to": "lapsed"}' from ended;
