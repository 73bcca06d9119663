-- Whether everything that was acknowledged is there, and everything that must
-- hold holds. Every line has to say 0.

\set ON_ERROR_STOP on
create temporary table acknowledged (din text);
\set copy '\\copy acknowledged from ' :'acks'
:copy

select 'acknowledged donations that are not there exactly once' as question, count(*) as found
from (select din from acknowledged left join donations using (din)
      group by din having count(donations.id) <> 1) wrong
union all
select 'donations acknowledged twice', count(*) - count(distinct din) from acknowledged
union all
select 'donations with one unit or more than two', count(*)
from (select donation_id from units where din ~ '^KZ[34]' group by donation_id
      having count(*) <> 2) wrong
union all
select 'units with two live allocations', count(*)
from (select unit_id from allocations where state in ('held', 'issued', 'received')
      group by unit_id having count(*) > 1) wrong
union all
select 'units held without a promise, or promised without being held', count(*)
from (select id from units where state = 'held') held
full join (select unit_id from allocations where state = 'held') promised
  on promised.unit_id = held.id
where held.id is null or promised.unit_id is null
union all
select 'acknowledged allocations that are not there',
  greatest(0, :allocated - (select count(*) from answers where key ~ '^allocation-[0-9]+$'))
union all
select 'requests with more units than they asked for', count(*)
from (select line_id from allocations where state = 'held' group by line_id
      having count(*) > 2) wrong
union all
select 'cells of the stock that differ from a recount', count(*)
from (select site_id, component, blood_group, state, expires_on, units::bigint from stock
      except
      select site_id, component, blood_group, state, expires_on, count(*) from units
      group by 1, 2, 3, 4, 5) wrong;
