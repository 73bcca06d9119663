-- name: insertDrive
insert into drives (id, name, host_id, site_id, date_on, starts_at, ends_at, capacity,
  created_at)
select id, name, host_id, site_id, date, starts_at, ends_at, capacity, $2
from jsonb_to_record($1::jsonb) as new
  (id uuid, name jsonb, host_id uuid, site_id uuid, date date, starts_at timestamptz,
   ends_at timestamptz, capacity integer);

-- name: siteInScope
select sites.id from sites join visible_sites on visible_sites.id = sites.id
where sites.id = $1;

-- name: drive
select id, name, host_id, site_id, date_on as date, starts_at, ends_at, capacity, state,
  opened_at, closed_at
from drives where id = $1;

-- name: drives
select id, name, host_id, site_id, date_on as date, starts_at, ends_at, capacity, state,
  opened_at, closed_at
from drives
where id > coalesce($1, '00000000-0000-0000-0000-000000000000'::uuid)
  and ($2::text is null or state::text = $2) and ($3::uuid is null or site_id = $3)
  and ($4::date is null or date_on = $4)
order by id limit $5;

-- name: lockDrive
select id, name, host_id, site_id, date_on as date, starts_at, ends_at, capacity, state,
  opened_at, closed_at
from drives where id = $1 for no key update;

-- name: openDrive
update drives set state = 'open', opened_at = $2
where id = $1 and state = 'planned'
returning id, name, host_id, site_id, date_on as date, starts_at, ends_at, capacity, state,
  opened_at, closed_at;

-- name: closeDrive
update drives set state = 'closed', closed_at = $2
where id = $1 and state = 'open'
  and not exists (select from visits where visits.drive_id = $1 and outcome is null)
returning id, name, host_id, site_id, date_on as date, starts_at, ends_at, capacity, state,
  opened_at, closed_at;

-- name: undecidedVisits
select count(*) from visits where drive_id = $1 and outcome is null;

-- name: lockDrivesForDonations
-- Shared, so that desks work side by side while nobody can close the drive.
select drives.id, drives.state, drives.site_id, sites.time_zone
from drives join sites on sites.id = drives.site_id
where drives.id = any($1::uuid[]) order by drives.id for share of drives;

-- name: waitingVisits
-- The visits that still wait, locked, so that nobody decides one while its donation is written
-- down; and of each donor the newest examination, wherever it was. That is read without a lock
-- of its own: who examines locks the donor first, and so do those who ask here.
with wanted as materialized (
  select drive_id, donor_id
  from jsonb_to_recordset($1::jsonb) as wanted (drive_id uuid, donor_id uuid)
), waiting as materialized (
  select visits.id, visits.drive_id, visits.donor_id
  from wanted
  join visits on visits.drive_id = wanted.drive_id and visits.donor_id = wanted.donor_id
  where visits.outcome is null
  order by visits.id for no key update of visits
)
select waiting.id, wanted.drive_id, wanted.donor_id, newest.examination
from wanted
left join waiting on waiting.drive_id = wanted.drive_id and waiting.donor_id = wanted.donor_id
left join lateral (
  select jsonb_build_object('visit_id', examinations.visit_id, 'on', examinations.examined_on,
    'kind', examinations.kind, 'is_eligible', is_eligible) as examination
  from visits join examinations on examinations.visit_id = visits.id
  where visits.donor_id = wanted.donor_id
  order by examinations.number desc limit 1
) as newest on true;

-- name: insertVisit
insert into visits (id, drive_id, donor_id, arrived_at, outcome, deferral_reason, decided_at)
select id, drive_id, donor_id, arrived_at, outcome, deferral_reason, decided_at
from jsonb_to_recordset($1::jsonb) as new
  (id uuid, drive_id uuid, donor_id uuid, arrived_at timestamptz, outcome visit_outcome,
   deferral_reason text, decided_at timestamptz);

-- name: lockVisit
select visits.id, visits.drive_id, visits.donor_id, visits.arrived_at, visits.outcome,
  visits.deferral_reason, visits.decided_at
from visits join drives on drives.id = visits.drive_id
where visits.id = $1 for update of visits;

-- name: visits
select visits.id, visits.drive_id, visits.donor_id, visits.arrived_at, visits.outcome,
  visits.deferral_reason, visits.decided_at
from visits join drives on drives.id = visits.drive_id
where visits.drive_id = $1
  and visits.id > coalesce($2, '00000000-0000-0000-0000-000000000000'::uuid)
order by visits.id limit $3;

-- name: decideVisit
update visits set outcome = $2::visit_outcome, deferral_reason = $3, decided_at = $4
where id = $1 and outcome is null
returning id, drive_id, donor_id, arrived_at, outcome, deferral_reason, decided_at;

-- name: driveReport
-- One statement, so that every number is of the same moment.
with came as (
  select outcome, deferral_reason from visits where drive_id = $1
), gave as (
  select donations.outcome::text, coalesce(confirmed::text, 'unknown') as blood_group
  from donations cross join lateral confirmed_group(donor_id) where drive_id = $1
)
select drives.id as drive_id, drives.state, drives.capacity,
  (select count(*) from came) as registered,
  greatest((select count(*) from came) - drives.capacity, 0) as over_capacity,
  (select count(*) from came where outcome is null) as undecided,
  (select count(*) from came where outcome = 'deferred') as deferred,
  (select coalesce(jsonb_object_agg(deferral_reason, people), '{}') from (
     select deferral_reason, count(*) as people from came where outcome = 'deferred'
     group by deferral_reason) reasons) as deferred_by_reason,
  (select count(*) from came where outcome = 'walked_out') as walked_out,
  (select count(*) from gave) as donated,
  (select coalesce(jsonb_object_agg(outcome, bags), '{}') from (
     select outcome, count(*) as bags from gave group by outcome) outcomes)
     as donated_by_outcome,
  (select coalesce(jsonb_object_agg(blood_group, bags), '{}') from (
     select blood_group, count(*) as bags from gave group by blood_group) groups)
     as donated_by_blood_group
from drives where drives.id = $1;
