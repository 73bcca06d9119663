-- name: insertSites
insert into sites (id, name, kind, region, time_zone, created_at)
select id, name, kind, region, time_zone, created_at
from jsonb_to_recordset($1::jsonb) as new
  (id uuid, name jsonb, kind site_kind, region text, time_zone text, created_at timestamptz);

-- name: insertHosts
insert into hosts (id, name, created_at)
select id, name, created_at
from jsonb_to_recordset($1::jsonb) as new (id uuid, name jsonb, created_at timestamptz);

-- name: insertHospitals
insert into hospitals (id, site_id, bin, created_at)
select id, site_id, bin, created_at
from jsonb_to_recordset($1::jsonb) as new
  (id uuid, site_id uuid, bin text, created_at timestamptz);

-- name: sites
-- A page of sites after a cursor, of one kind and region or of all.
select id, name, kind, region, time_zone, created_at
from sites
where id > coalesce($1, '00000000-0000-0000-0000-000000000000'::uuid)
  and ($2::text is null or kind::text = $2) and ($3::text is null or region = $3)
order by id limit $4;

-- name: site
select id, name, kind, region, time_zone, created_at from sites where id = $1;

-- name: hosts
select id, name, created_at from hosts
where id > coalesce($1, '00000000-0000-0000-0000-000000000000'::uuid)
order by id limit $2;

-- name: host
select id, name, created_at from hosts where id = $1;

-- name: hospitals
select hospitals.id, hospitals.site_id, sites.name, sites.region, hospitals.bin,
       hospitals.created_at
from hospitals join sites on sites.id = hospitals.site_id
where hospitals.id > coalesce($1, '00000000-0000-0000-0000-000000000000'::uuid)
  and ($2::text is null or sites.region = $2)
order by hospitals.id limit $3;

-- name: hospital
select hospitals.id, hospitals.site_id, sites.name, sites.region, hospitals.bin,
       hospitals.created_at
from hospitals join sites on sites.id = hospitals.site_id
where hospitals.id = $1;

-- name: hospitalAtSite
select id from hospitals where site_id = $1;

-- name: hospitalWithBIN
select id from hospitals where bin = $1;
