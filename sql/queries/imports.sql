-- name: openImport
-- The import of this file that was not finished.
select id, kind, started_at, bytes_total, bytes_done, rows_done, taken, known, refused, warned
from imports where kind = $1::import_kind and fingerprint = any($2::bytea[])
  and finished_at is null limit 1;

-- name: insertImport
insert into imports (id, kind, fingerprint, account_id, started_at, bytes_total)
values ($1, $2::import_kind, $3, $4, $5, $6);

-- name: moveImport
-- Only from where this process left it: another one may be at the same file.
update imports
set bytes_done = $3, rows_done = $4, taken = taken + $5, known = known + $6,
  refused = refused + $7, warned = warned + $8
where id = $1 and rows_done = $2 and finished_at is null;

-- name: finishImport
update imports set finished_at = $2 where id = $1 and finished_at is null;

-- name: insertFindings
insert into import_findings
  (import_id, row_number, column_name, code, facts, is_warning, subject_id)
select $1, row_number, column_name, code, facts, is_warning, subject_id
from jsonb_to_recordset($2::jsonb) as new
  (row_number integer, column_name text, code text, facts jsonb, is_warning boolean,
   subject_id uuid);

-- name: findings
-- In the order in which they were found, which is the order of the rows.
select id, row_number, column_name, code, facts, is_warning, subject_id
from import_findings where import_id = $1 and id > $2 order by id limit $3;

-- name: stage
select stage($1::import_kind)::text;

-- name: dropOldClaims
-- Claims of this dry run, and of others that were killed.
delete from import_claims where import_id = $1 or claimed_at < $2;

-- name: stageDonors
copy staged_donors (row_number, id, donor_number, external_id, family_name, given_name,
  patronymic, search_name, sex, birth_date, iin, iin_hashes, memories, phone, phone_hash,
  language, region) from stdin

-- name: matchStagedDonors
-- Donors who may be those of staged rows, and how. Each way goes by an index of its own,
-- row for row. Without $2 by names alone: what is unique, the constraints find as well.
with hits as (
  select staged.row_number, 'external_id' as by, found.id
  from staged_donors as staged cross join lateral (
    select donor_id as id from identities
    where identities.external_id = staged.external_id limit 1) as found
  where $2::boolean and staged.external_id is not null
  union all
  select staged.row_number, 'iin', found.id
  from staged_donors as staged cross join lateral (
    select donor_id as id from unnest(staged.iin_hashes) as hash
    join identities on identities.iin_hash = hash limit 1) as found
  where $2::boolean and staged.iin_hashes is not null
  union all
  select staged.row_number, 'donor_number', found.id
  from staged_donors as staged cross join lateral (
    select id from donors where donors.donor_number = staged.donor_number limit 1) as found
  where $2::boolean and staged.donor_number is not null
  union all
  select staged.row_number, 'name', found.id
  from staged_donors as staged cross join lateral (
    select donors.id from identities join donors on donors.id = identities.donor_id
    where identities.search_name = staged.search_name
      and donors.birth_date = staged.birth_date
    order by donors.donor_number limit 1) as found
  where staged.iin_hashes is null
  union all
  select staged.row_number, 'name', found.id
  from staged_donors as staged cross join lateral (
    select donors.id from identities join donors on donors.id = identities.donor_id
    where identities.iin_hash is null and identities.search_name = staged.search_name
      and donors.birth_date = staged.birth_date limit 1) as found
  where staged.iin_hashes is not null
)
select hits.row_number, hits.by, donors.donor_number,
  case when identities.import_id = $1 then identities.import_row end as earlier_row,
  coalesce(donors.birth_date = staged.birth_date and donors.sex = staged.sex
    and identities.search_name = staged.search_name
    and (identities.iin_hash is null or staged.iin_hashes is null
      or identities.iin_hash = any(staged.iin_hashes)), false) as is_same_person,
  identities.phone_hash is not distinct from staged.phone_hash
    and identities.import_id is not null as is_same_row,
  staged.external_id is not null as has_external_id
from hits
join staged_donors as staged on staged.row_number = hits.row_number
join donors on donors.id = hits.id
left join identities on identities.donor_id = hits.id
order by hits.row_number;

-- name: matchClaimedDonors
-- The same among the rows that a dry run would have taken.
select staged.row_number, claim.by, null::bigint as donor_number,
  claim.row_number as earlier_row, false as is_same_person, false as is_same_row,
  staged.external_id is not null as has_external_id
from staged_donors as staged cross join lateral (
  select by, row_number from import_claims
  where import_id = $1 and key = any(array[
      'external_id ' || staged.external_id, 'iin ' || staged.iin_hashes[1]::text,
      'donor_number ' || staged.donor_number,
      'name ' || staged.birth_date || ' ' || staged.search_name])
    and (by <> 'name' or not has_iin or staged.iin_hashes is null)
  order by row_number limit 1) as claim
order by staged.row_number;

-- name: claimStagedDonors
insert into import_claims (import_id, claimed_at, by, key, row_number, has_iin)
select $1, $2, claim.by, claim.by || ' ' || claim.key, row_number, iin is not null
from staged_donors cross join lateral (values
  ('external_id', external_id), ('iin', iin_hashes[1]::text),
  ('donor_number', donor_number::text), ('name', birth_date || ' ' || search_name)
) as claim (by, key)
where claim.key is not null;

-- name: dropStagedDonors
delete from staged_donors where row_number = any($1::integer[]);

-- name: keepDonorNumbers
select keep_donor_numbers($1)::text;

-- name: barredAmongStaged
-- People among them whose identity was deleted while they were deferred.
select staged.id, bars.until_on
from staged_donors as staged cross join lateral (
  select until_on from barred_people
  where barred_people.iin_hash = any(staged.memories)
    and (until_on is null or until_on > $1::date)
  order by until_on desc nulls first limit 1) as bars
where exists (select from barred_people);

-- name: registerStagedDonors
insert into donors (id, donor_number, sex, birth_date, registered_at, registered_by)
select id, coalesce(donor_number, nextval('donor_numbers')), sex, birth_date, $1, $2
from staged_donors;

-- name: identifyStagedDonors
insert into identities (donor_id, family_name, given_name, patronymic, search_name, iin,
  iin_hash, phone, phone_hash, language, region, external_id, import_id, import_row)
select id, family_name, given_name, patronymic, search_name, iin, iin_hashes[1], phone,
  phone_hash, language, region, external_id, $1, row_number
from staged_donors;

-- name: tellOfStagedDonors
-- Which entries each row had; what stood in them is the donor's.
insert into events (at, kind, subject_id, account_id, detail)
select $1, 'donor.registered', id, $2, jsonb_build_object(
  'fields', concat_ws(' ', 'family_name',
    case when given_name is not null then 'given_name' end, 'sex birth_date language',
    case when patronymic is not null then 'patronymic' end,
    case when iin is not null then 'iin' end, case when phone is not null then 'phone' end,
    case when region is not null then 'region' end,
    case when external_id is not null then 'external_id' end),
  'import', $3::text, 'row', row_number::text)
from staged_donors;

-- name: stageDeferrals
copy staged_deferrals (row_number, id, donor_number, donor_external_id, donor_iin_hashes,
  donor_birth_date, reason, from_on, until_on, source, ended_on, end_reason) from stdin

-- name: nameDonorsOfDeferrals
update staged_deferrals as staged set donor_id = named.donor, problem = named.problem
from staged_deferrals as asked cross join lateral named_donor(asked.donor_number,
  asked.donor_external_id, asked.donor_iin_hashes, asked.donor_birth_date) as named
where asked.row_number = staged.row_number;

-- name: donorsOfStagedDeferrals
select distinct donor_id from staged_deferrals where donor_id is not null order by donor_id;

-- name: judgeStagedDeferrals
-- What speaks against rows: nobody is meant, or the same deferral is there, even if it was
-- voided since. Another one for the same reason and an overlapping time is only worth a word.
with earlier as (
  select donor_id, reason, from_on, until_on, 0 as row_number, voided_at is not null as is_void,
    least(until_on, ended_on) as last_on
  from deferrals where donor_id in (select donor_id from staged_deferrals)
  union all
  select donor_id, substr(key, 10), from_on, until_on, 0, false, until_on
  from import_claims where import_id = $1 and by = 'deferral'
    and donor_id in (select donor_id from staged_deferrals)
  union all
  select donor_id, reason, from_on, until_on, row_number, false, least(until_on, ended_on)
  from staged_deferrals where donor_id is not null
), wanted as (
  select *, least(until_on, ended_on) as last_on from staged_deferrals
)
select wanted.row_number, wanted.problem,
  coalesce(bool_or(earlier.from_on = wanted.from_on
    and earlier.until_on is not distinct from wanted.until_on), false) as is_known,
  coalesce(bool_or(not earlier.is_void), false) as overlaps
from wanted
left join earlier on earlier.donor_id = wanted.donor_id and earlier.reason = wanted.reason
  and earlier.row_number < wanted.row_number
  and daterange(earlier.from_on, case when earlier.last_on is not null
      then greatest(earlier.from_on + 1, earlier.last_on) end)
    && daterange(wanted.from_on, case when wanted.last_on is not null
      then greatest(wanted.from_on + 1, wanted.last_on) end)
where wanted.problem is not null or earlier.donor_id is not null
group by wanted.row_number, wanted.problem order by wanted.row_number;

-- name: dropStagedDeferrals
delete from staged_deferrals where row_number = any($1::integer[]);

-- name: claimStagedDeferrals
insert into import_claims
  (import_id, claimed_at, by, key, row_number, donor_id, from_on, until_on)
select $1, $2, 'deferral', 'deferral ' || reason, row_number, donor_id, from_on, until_on
from staged_deferrals;

-- name: insertStagedDeferrals
with new as (
  insert into deferrals (id, donor_id, reason, from_on, until_on, source, recorded_at,
    recorded_by, ended_on, end_reason, ended_by)
  select id, donor_id, reason, from_on, until_on, source, $1, $2, ended_on, end_reason,
    case when end_reason is not null then $2::uuid end
  from staged_deferrals
  returning id, donor_id, source
)
insert into events (at, kind, subject_id, account_id, detail)
select $1, 'donor.deferred', donor_id, $2,
  jsonb_build_object('deferral', id, 'source', source, 'import', $3::text)
from new;

-- name: lockUnitsOfStagedDeferrals
-- A statement of its own, as for one donor: see lockUnitsOfDonor.
select units.id
from units join donations on donations.id = units.donation_id
where donations.donor_id in (select donor_id from staged_deferrals)
order by units.id for no key update of units;

-- name: withdrawUnitsOfStagedDeferrals
-- Of all donors deferred by this import what withdrawUnsafeUnits does for one.
with unsafe as (
  select units.id, units.state, units.site_id,
    units.state in ('issued', 'received', 'transfused') as has_left
  from units join donations on donations.id = units.donation_id
  where donations.donor_id in (select donor_id from staged_deferrals)
    and units.state in ('available', 'held', 'issued', 'received', 'transfused')
    and not is_safe(units)
), stopped as (
  update units set state = 'quarantined'
  from unsafe where units.id = unsafe.id and not unsafe.has_left
), barred as (
  update units set recalled_at = coalesce(recalled_at, $1)
  from unsafe where units.id = unsafe.id and unsafe.state in ('issued', 'received')
), broken as (
  update allocations set state = 'withdrawn', ended_at = $1, end_reason = $2
  from unsafe where allocations.unit_id = unsafe.id and allocations.state = 'held'
)
insert into events (at, kind, subject_id, account_id, site_id, detail)
select $1,
  case when state = 'transfused' then 'unit.look_back_needed'
    when has_left then 'unit.recall_needed' else 'unit.withdrawn' end,
  id, $3, told.site_id, jsonb_build_object('from', state, 'to',
    case when has_left then state else 'quarantined' end, 'reason', $2::text)
from unsafe cross join lateral places_of(unsafe.id) as told;

-- name: stageDonations
copy staged_donations (row_number, id, donor_number, donor_external_id, donor_iin_hashes,
  donor_birth_date, din, drive_id, site_id, kind, intent, volume_ml, collected_on, started_at,
  ended_at, outcome, state) from stdin

-- name: nameDonorsOfDonations
update staged_donations as staged set donor_id = named.donor, problem = named.problem
from staged_donations as asked cross join lateral named_donor(asked.donor_number,
  asked.donor_external_id, asked.donor_iin_hashes, asked.donor_birth_date) as named
where asked.row_number = staged.row_number;

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

-- name: exportDonors
-- A page in the order of their numbers; those whose identity is deleted have no row.
select donors.id, donor_number, external_id, family_name, given_name, patronymic, sex,
  birth_date, identities.iin as sealed_iin, identities.phone as sealed_phone, language, region
from donors join identities on identities.donor_id = donors.id
where donor_number > $1 and state = 'active' order by donor_number limit $2;

-- name: exportDeferrals
-- A page of donors with the deferrals that count; a donor without any is one row of nulls.
select page.donor_number, external_id as donor_external_id, birth_date as donor_birth_date,
  reason, from_on, until_on, source, ended_on, end_reason
from (
  select id, donor_number, birth_date from donors
  where donor_number > $1 and state = 'active' order by donor_number limit $2
) as page
left join identities on identities.donor_id = page.id
left join deferrals on deferrals.donor_id = page.id and voided_at is null
order by page.donor_number, from_on, until_on, reason;

-- name: exportDonations
select din, donor_number, external_id as donor_external_id, birth_date as donor_birth_date,
  drive_id, drives.site_id, kind, intent, volume_ml, collected_on, started_at, ended_at,
  outcome, donations.state
from donations
join donors on donors.id = donations.donor_id
join drives on drives.id = donations.drive_id
left join identities on identities.donor_id = donors.id
where din > $1 and donors.state = 'active' order by din limit $2;
