-- name: componentFacts
-- What the making of components needs. Units are kept where the laboratory
-- works; else at the centre of the drive's region; else at the drive's site:
-- looked up once for each place, since a batch comes from few. Only a released
-- donation can be clear, so that the others are spared the question.
with asked as materialized (
  select donations.*, place.id as place, place.region
  from donations
  join drives on drives.id = donations.drive_id
  join sites as place on place.id = drives.site_id
  where donations.id = any($1::uuid[])
), own as materialized (
  select nullif(current_setting('tamshy.site', true), '')::uuid as site_id
), homes as materialized (
  select places.place, home.id as site_id, home.time_zone
  from (select distinct place, region from asked) as places
  cross join own
  cross join lateral (
    select sites.id, sites.time_zone from sites
    where sites.id = own.site_id and sites.kind = 'centre'
       or sites.region = places.region and sites.kind = 'centre'
       or sites.id = places.place
    order by coalesce(sites.id = own.site_id, false) desc, sites.kind = 'centre' desc, sites.id
    limit 1
  ) as home
)
select asked.id as donation_id, asked.din, asked.kind, asked.outcome,
  asked.volume_ml, asked.volume_deviation, asked.state, asked.collected_on, homes.site_id, homes.time_zone,
  typed.blood_group,
  asked.state = 'released' and is_clear(asked.id, typed.blood_group) as is_clear,
  array(select component from units where units.donation_id = asked.id) as made
from asked
join homes on homes.place = asked.place
cross join lateral (
  select case when count(distinct blood_group) = 1 then min(blood_group) end as blood_group
  from determinations where determinations.donor_id = asked.donor_id
    and set_aside_by is null
) as typed;

-- name: insertUnits
with new as materialized (
  select *
  from jsonb_to_recordset($1::jsonb) as drafts
    (id uuid, donation_id uuid, din text, component component, blood_group blood_group,
     volume_ml integer, attributes text[], collected_on date, expires_on date,
     expires_at timestamptz, site_id uuid, state unit_state, made_at timestamptz,
     made_by uuid)
), told as (
  insert into events (at, kind, subject_id, account_id, site_id, detail)
  select made_at, 'unit.made', id, made_by, site_id, jsonb_build_object('to', state) from new
)
insert into units (id, donation_id, din, component, blood_group, volume_ml, attributes,
  collected_on, expires_on, expires_at, site_id, state, made_at)
select id, donation_id, din, component, blood_group, volume_ml, attributes, collected_on,
  expires_on, expires_at, site_id, state, made_at
from new;

-- name: unit
select id, din, component, blood_group, volume_ml, attributes, collected_on, expires_on,
  expires_at, site_id, state, recalled_at
from units where id = $1;

-- name: unitHistory
-- What several sites are told of is one step. A hospital reads what its own
-- requests did with the unit.
select at, kind, account, detail from (
  select distinct on (at, kind, detail) id, at, kind, account_id as account, detail
  from live_events
  where subject_id in (select id from units where id = $1)
    and ((select current_setting('tamshy.role', true)) <> 'hospital'
    or detail ->> 'request' in (select id::text from requests))
  order by at, kind, detail, id
) as steps order by id;

-- name: units
-- A page of units in the order of their expiry.
select id, din, component, blood_group, volume_ml, attributes, collected_on, expires_on,
  expires_at, site_id, state, recalled_at
from units
where (expires_at, id) > (coalesce($1, '-infinity'::timestamptz),
                          coalesce($2, '00000000-0000-0000-0000-000000000000'::uuid))
  and ($3::uuid is null or site_id = $3)
  and ($4::text is null or component::text = $4)
  and ($5::text is null or blood_group::text = $5)
  and ($6::text is null or state::text = $6)
  and ($7::text is null or din = $7)
order by expires_at, id limit $8;

-- name: stockLines
select stock.site_id, stock.component, stock.blood_group,
  coalesce(sum(units) filter (where state = 'available' and days_left >= 0), 0) as issuable,
  coalesce(sum(units) filter (where state = 'held'), 0) as held,
  coalesce(sum(units) filter (where state in ('quarantined', 'returned')), 0) as quarantined,
  coalesce(sum(units) filter (where state = 'issued'), 0) as in_transit,
  coalesce(sum(units) filter (where state = 'available' and days_left between 0 and 3), 0)
    as expiring_le3,
  coalesce(sum(units) filter (where state = 'available' and days_left between 0 and 7), 0)
    as expiring_le7
from (
  select stock.*, expires_on - ($4::timestamptz at time zone sites.time_zone)::date as days_left
  from stock join sites on sites.id = stock.site_id
  where sites.id in (select id from visible_sites)
) as stock
where ($1::uuid is null or site_id = $1)
  and ($2::text is null or component::text = $2)
  and ($3::text is null or blood_group::text = $3)
  and state in ('quarantined', 'available', 'held', 'returned', 'issued')
group by stock.site_id, stock.component, stock.blood_group
order by stock.site_id, stock.component, stock.blood_group;

-- name: foldStock
select fold_stock();

-- name: lockExpiredUnits
select id from units
where state in ('quarantined', 'available', 'held', 'returned') and expires_at <= $1
order by id limit 5000 for no key update skip locked;

-- name: expireUnits
-- Units whose time is over leave the shelf, and no promise outlives them. They
-- are locked by a statement before, so that every promise is seen.
with over as (
  select id, state, site_id from units
  where id = any($2::uuid[]) and expires_at <= $1
    and state in ('quarantined', 'available', 'held', 'returned')
), ended as (
  update units set state = 'expired' from over where units.id = over.id
), broken as (
  update allocations set state = 'withdrawn', ended_at = $1, end_reason = 'unit_expired'
  from over where allocations.unit_id = over.id and allocations.state = 'held'
), told as (
  insert into events (at, kind, subject_id, site_id, detail)
  select $1, 'unit.expired', id, site_id, jsonb_build_object('from', state, 'to', 'expired')
  from over
)
select count(*) from over;
