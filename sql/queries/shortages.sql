-- name: stockCells
-- Stock of a component by group, state and last day, in one region or all: the
-- view `stock`, summed over sites in one step. What day it is somewhere is asked once
-- for each place, and totals and deltas are summed apart: half the time of one sum.
with places as materialized (
  select id, ($3::timestamptz at time zone time_zone)::date as today from sites
  where ($2::text is null or region = $2) and id in (select id from visible_sites)
), cells as (
  select blood_group, state, expires_on, today, sum(units) as units
  from stock_totals join places on places.id = site_id
  where component = $1::component and blood_group is not null
    and state in ('quarantined', 'available', 'held', 'returned', 'issued')
  group by 1, 2, 3, 4
  union all
  select blood_group, state, expires_on, today, sum(delta)
  from stock_deltas join places on places.id = site_id
  where component = $1::component and blood_group is not null
    and state in ('quarantined', 'available', 'held', 'returned', 'issued')
  group by 1, 2, 3, 4
)
select blood_group, state, expires_on, expires_on - today as days_left,
  sum(units)::integer as units
from cells
group by 1, 2, 3, 4
having sum(units) <> 0;

-- name: quarantineCells
select blood_group, collected_on, count(*)::integer as units
from units
where shelf between shelf($1::component, 'O-') and shelf($1::component, 'AB+')
  and state in ('quarantined', 'returned')
  and ($2::text is null or site_id in (select id from sites where region = $2))
group by 1, 2;

-- name: demandCells
-- Units asked for in the last 7, 28 and 90 days, served or not. What a hospital
-- took back by cancelling was no demand. Where the days began is reckoned once.
with since as materialized (
  select $3::timestamptz - interval '7 days' as d7,
    $3::timestamptz - interval '28 days' as d28, $3::timestamptz - interval '90 days' as d90
)
select line.blood_group,
  coalesce(sum(line.quantity - line.cancelled)
    filter (where line.requested_at > since.d7), 0)::integer as d7,
  coalesce(sum(line.quantity - line.cancelled)
    filter (where line.requested_at > since.d28), 0)::integer as d28,
  coalesce(sum(line.quantity - line.cancelled), 0)::integer as d90
from request_lines as line cross join since
where line.requested_at > since.d90 and line.requested_at <= $3
  and line.component = $1::component
  and ($2::text is null or line.site_id in (select id from sites where region = $2))
group by line.blood_group;

-- name: waitingCells
select line.blood_group, requests.urgency, count(distinct requests.id)::integer as requests,
  sum(open.units)::integer as unmet_units,
  min(requests.requested_at) filter (where open.units > 0) as oldest_since
from requests
join request_lines as line on line.request_id = requests.id
cross join lateral (
  select line.quantity - line.cancelled - line.lapsed - count(*)::integer as units
  from allocations
  where allocations.line_id = line.id
    and allocations.state in ('held', 'issued', 'received', 'returned')
) as open
where requests.state = 'open' and line.component = $1::component
  and ($2::text is null or requests.site_id in (select id from sites where region = $2))
group by line.blood_group, requests.urgency;

-- name: phaseCells
select distinct on (blood_group) blood_group, phase, since
from phases where region = coalesce($2, '') and component = $1::component
order by blood_group, id desc;

-- name: lockPhases
-- Every server looks; what one has noted the next one finds noted.
select pg_advisory_xact_lock(hashtext('tamshy.phases'))::text;

-- name: insertPhases
-- Only what differs from the last one noted, whoever noted it.
insert into phases (region, component, blood_group, phase, since)
select region, component, "group", phase, since
from jsonb_to_recordset($1::jsonb) as new
  (region text, component component, "group" blood_group, phase text, since timestamptz)
where phase is distinct from (
  select phases.phase from phases
  where phases.region = new.region and phases.component = new.component
    and phases.blood_group = new."group"
  order by phases.id desc limit 1);

-- name: regionsInUse
select distinct region from sites order by region;

-- name: waitingRequestIds
-- Open requests that still lack units of a component, the most urgent first.
select requests.id
from requests
join sites on sites.id = requests.site_id
where requests.state = 'open' and ($2::text is null or sites.region = $2)
  and exists (select from request_lines as line where line.request_id = requests.id
    and line.component = $1::component)
order by requests.urgency, requests.needed_by, requests.id limit 50;
