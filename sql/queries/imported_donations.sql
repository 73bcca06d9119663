-- name: stageDonations
copy staged_donations (row_number, id, donor_number, donor_external_id, donor_iin_hashes,
  donor_birth_date, din, drive_id, site_id, kind, intent, volume_ml, collected_on, started_at,
  ended_at, outcome, state) from stdin

-- name: nameDonorsOfDonations
update staged_donations as staged set donor_id = named.donor, problem = named.problem
from staged_donations as asked cross join lateral named_donor(asked.donor_number,
  asked.donor_external_id, asked.donor_iin_hashes, asked.donor_birth_date) as named
where asked.row_number = staged.row_number;

-- name: donorsOfStagedDonations
select distinct donor_id from staged_donations where donor_id is not null order by donor_id;

-- name: placeStagedDonations
-- The site and the hours: of the drive that is named, or noon at the site.
update staged_donations as staged
set site_id = sites.id,
  started_at = coalesce(asked.started_at,
    (asked.collected_on + time '12:00') at time zone sites.time_zone),
  ended_at = coalesce(asked.ended_at, asked.started_at,
    (asked.collected_on + time '12:00') at time zone sites.time_zone),
  problem = coalesce(staged.problem,
    case when asked.drive_id is not null and drives.id is null then 'drive_unknown'
    when sites.id is null then 'site_unknown'
    when asked.started_at is not null
        and (asked.started_at at time zone sites.time_zone)::date <> asked.collected_on
      then 'collected_on_differs'
    when asked.ended_at < asked.started_at then 'ends_before_start' end)
from staged_donations as asked
left join drives on drives.id = asked.drive_id
left join sites on sites.id = coalesce(drives.site_id, asked.site_id)
where asked.row_number = staged.row_number;

-- name: judgeStagedDonations
-- What speaks against rows: nobody or no place is meant, or the number stands on another
-- donation, of the registry or of the first row that has it.
with claims as (
  select din, donor_id, collected_on, 0 as row_number from donations
  where din in (select din from staged_donations)
  union all
  select substr(key, 10), donor_id, from_on, 0 from import_claims
  where import_id = $1 and key in (select 'donation ' || din from staged_donations)
  union all
  select din, donor_id, collected_on, row_number from staged_donations where problem is null
), first as (
  select distinct on (din) din, donor_id, collected_on, row_number
  from claims order by din, row_number
)
select staged.row_number, staged.problem, staged.din, first.din is not null as is_taken,
  coalesce(first.donor_id = staged.donor_id and first.collected_on = staged.collected_on, false)
    as is_known
from staged_donations as staged
left join first on first.din = staged.din and first.row_number < staged.row_number
where staged.problem is not null or first.din is not null
order by staged.row_number;

-- name: dropStagedDonations
delete from staged_donations where row_number = any($1::integer[]);

-- name: claimStagedDonations
insert into import_claims
  (import_id, claimed_at, by, key, row_number, donor_id, from_on)
select $1, $2, 'donation', 'donation ' || din, row_number, donor_id, collected_on
from staged_donations;

-- name: makeDrivesOfDonations
-- One closed drive for each site and day of rows that name no drive; always the same one.
with days as (
  select distinct md5('tamshy import ' || site_id || ' ' || collected_on)::uuid as id, site_id,
    collected_on
  from staged_donations where drive_id is null
), made as (
  insert into drives (id, name, site_id, date_on, starts_at, ends_at, state, opened_at,
    closed_at, created_at)
  select days.id, jsonb_build_object('kk', 'Көшірілген донациялар',
      'ru', 'Перенесённые донации', 'en', 'Imported donations'),
    site_id, collected_on, collected_on::timestamp at time zone time_zone,
    (collected_on + 1)::timestamp at time zone time_zone, 'closed', $1, $1, $1
  from days join sites on sites.id = days.site_id
  on conflict (id) do nothing
  returning id, site_id
)
insert into events (at, kind, subject_id, account_id, site_id, detail)
select $1, 'drive.imported', id, $2, site_id,
  jsonb_build_object('to', 'closed', 'import', $3::text)
from made;

-- name: insertStagedDonations
with new as materialized (
  select *, coalesce(drive_id, md5('tamshy import ' || site_id || ' ' || collected_on)::uuid)
    as at_drive
  from staged_donations
), visited as (
  insert into visits (id, drive_id, donor_id, arrived_at, outcome, decided_at)
  select id, at_drive, donor_id, started_at, 'donated', $1 from new
), told as (
  insert into events (at, kind, subject_id, account_id, site_id, detail)
  select $1, 'donation.logged', id, $2, site_id, jsonb_build_object(
    'to', state, 'outcome', outcome, 'visit', id, 'import', $3::text) from new
)
insert into donations (id, din, drive_id, visit_id, donor_id, kind, intent, volume_ml,
  started_at, ended_at, collected_on, outcome, state, released_at, policy_code,
  policy_version, logged_at, logged_by)
select id, din, at_drive, id, donor_id, kind, intent, volume_ml, started_at, ended_at,
  collected_on, outcome, state, case when state = 'released' then ended_at end, 'import', 0,
  $1, $2
from new;
