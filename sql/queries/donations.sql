-- name: takenDINs
select din from donations where din = any($1::text[]);

-- name: insertDonations
-- The admitted donations of a batch with their visits and events. A visit that
-- waited gets its outcome; a donor who was never checked in gets a visit.
with new as materialized (
  select *
  from jsonb_to_recordset($1::jsonb) as drafts
    (id uuid, din text, drive_id uuid, visit_id uuid, donor_id uuid, kind donation_kind,
     intent donation_intent, volume_ml integer, volume_deviation text, started_at timestamptz,
     ended_at timestamptz, collected_on date, outcome donation_outcome, for_patient text,
     state donation_state, policy_code text, policy_version integer, logged_by uuid,
     logged_at timestamptz, site_id uuid)
), waited as (
  update visits set outcome = 'donated', decided_at = new.logged_at
  from new
  where visits.id = new.visit_id and visits.drive_id = new.drive_id
    and visits.donor_id = new.donor_id and visits.outcome is null
  returning visits.id
), walked_in as (
  -- Under the id of somebody else's visit it fails, and so does the donation.
  insert into visits (id, drive_id, donor_id, arrived_at, outcome, decided_at)
  select visit_id, drive_id, donor_id, started_at, 'donated', logged_at from new
  where visit_id not in (select id from waited)
), told as (
  insert into events (at, kind, subject_id, account_id, site_id, detail)
  select logged_at, 'donation.logged', id, logged_by, site_id,
    jsonb_build_object('to', state, 'outcome', outcome, 'visit', visit_id) from new
)
insert into donations (id, din, drive_id, visit_id, donor_id, kind, intent, volume_ml,
  volume_deviation, started_at, ended_at, collected_on, outcome, for_patient, state,
  policy_code, policy_version, logged_at, logged_by)
select id, din, drive_id, visit_id, donor_id, kind, intent, volume_ml, volume_deviation,
  started_at, ended_at, collected_on, outcome, for_patient, state, policy_code,
  policy_version, logged_at, logged_by
from new;

-- name: donation
select donations.id, din, drive_id, visit_id, donor_id, kind, intent, volume_ml,
  volume_deviation, started_at, ended_at, collected_on, outcome, for_patient, donations.state, policy_code, policy_version
from donations join drives on drives.id = donations.drive_id
where din = $1;

-- name: driveDonations
select donations.id, din, drive_id, visit_id, donor_id, kind, intent, volume_ml,
  volume_deviation, started_at, ended_at, collected_on, outcome, for_patient, donations.state, policy_code, policy_version
from donations join drives on drives.id = donations.drive_id
where drive_id = $1
  and donations.id > coalesce($2, '00000000-0000-0000-0000-000000000000'::uuid)
order by donations.id limit $3;

-- name: lockDonations
-- Donors first, then donations: the order in which every verb takes them.
select donations.id, donations.din, donations.donor_id, donations.drive_id, donations.state,
  drives.site_id, sites.time_zone
from donations join drives on drives.id = donations.drive_id
join sites on sites.id = drives.site_id
where din = any($1::text[]) order by donations.id for no key update of donations;

-- name: donorsOfDonations
select distinct donor_id from donations where din = any($1::text[]);

-- name: insertDetermination
insert into determinations
  (id, donation_id, donor_id, blood_group, sample, method, determined_at, determined_by,
   laboratory, rhd_observed, rhd_type, rhd_method, rhd_reagents, rhd_strength)
values ($1, $2, $3, $4::blood_group, $5, $6, $7, $8, $9, $10::rhd_observation, $11,
  $12::typing_method, $13, $14);

-- name: determinationsOfDonor
-- A tube is told from others by its donation and its mark, however it is typed.
select blood_group, tube(donation_id, sample) as sample
from determinations where donor_id = $1 and set_aside_by is null;

-- name: determinationsOf
-- All that were ever made of a donor, also those that stand no longer.
select determinations.id, donations.din, determinations.donation_id,
  determinations.blood_group, sample, method, laboratory, determined_at, set_aside_by,
  case when rhd_observed is not null then jsonb_build_object('observed', rhd_observed,
    'type', rhd_type, 'method', rhd_method, 'reagents', rhd_reagents,
    'strength', rhd_strength) end as rhd
from determinations join donations on donations.id = determinations.donation_id
where determinations.donor_id = $1 order by determinations.id;

-- name: labelQuarantinedUnits
-- Shows what waits in quarantine under the group known so far.
with waiting as (
  select units.id, units.blood_group, units.site_id
  from units join donations on donations.id = units.donation_id
  where donations.donor_id = $1
    and units.state = 'quarantined' and units.blood_group is distinct from $2::blood_group
), labelled as (
  update units set blood_group = $2::blood_group from waiting
  where units.id = waiting.id and units.state = 'quarantined'
  returning units.id, waiting.blood_group as before, waiting.site_id
)
insert into events (at, kind, subject_id, account_id, site_id, detail)
select $3, 'unit.labelled', id, $4, site_id, jsonb_build_object(
  'from', 'quarantined', 'to', 'quarantined',
  'label_before', coalesce(before::text, 'none'), 'label', coalesce($2::text, 'none'))
from labelled;

-- name: lockUnitsOfDonors
-- A statement of its own, before units are withdrawn: an allocation that was
-- under way is then committed and seen, with the promise it made.
select units.id
from units join donations on donations.id = units.donation_id
where donations.donor_id = any($1::uuid[]) order by units.id for no key update of units;

-- name: withdrawUnits
-- Takes everything of a donor off the shelf and out of every promise, in one
-- step, before anybody can issue it. What came back stays returned until somebody
-- has looked at it, unless it is condemned. Units that left already are barred and
-- told as events, so that their recall can start; of what was transfused the
-- patient's doctor must hear.
with of_donor as (
  select units.id, units.state, units.site_id,
    units.state in ('issued', 'received', 'transfused') as has_left
  from units join donations on donations.id = units.donation_id
  where donations.donor_id = $1 and units.state in
    ('quarantined', 'available', 'held', 'returned', 'issued', 'received', 'transfused')
    and not (units.state = 'returned' and $2::unit_state = 'quarantined')
), stopped as (
  update units set state = $2::unit_state
  from of_donor
  where units.id = of_donor.id and not of_donor.has_left
    and of_donor.state <> $2::unit_state
  returning units.id
), barred as (
  update units set recalled_at = coalesce(recalled_at, $3)
  from of_donor where units.id = of_donor.id and of_donor.state in ('issued', 'received')
), broken as (
  update allocations set state = 'withdrawn', ended_at = $3, end_reason = $4
  from of_donor
  where allocations.unit_id = of_donor.id and allocations.state = 'held'
)
insert into events (at, kind, subject_id, account_id, site_id, detail)
select $3,
  case when state = 'transfused' then 'unit.look_back_needed'
    when has_left then 'unit.recall_needed' else 'unit.withdrawn' end,
  id, $5, told.site_id, jsonb_build_object('from', state, 'to',
    case when has_left then state else $2::unit_state end, 'reason', $4::text)
from of_donor cross join lateral places_of(of_donor.id) as told;

-- name: withdrawUnsafeUnits
-- Takes off the shelf only what is no longer safe, such as a unit collected
-- while its donor should have been deferred; tells of what left already.
with unsafe as (
  select units.id, units.state, units.site_id,
    units.state in ('issued', 'received', 'transfused') as has_left
  from units join donations on donations.id = units.donation_id
  where donations.donor_id = any($1::uuid[])
    and units.state in ('available', 'held', 'issued', 'received', 'transfused')
    and not is_safe(units)
), stopped as (
  update units set state = 'quarantined'
  from unsafe where units.id = unsafe.id and not unsafe.has_left
), barred as (
  update units set recalled_at = coalesce(recalled_at, $2)
  from unsafe where units.id = unsafe.id and unsafe.state in ('issued', 'received')
), broken as (
  update allocations set state = 'withdrawn', ended_at = $2, end_reason = $3
  from unsafe where allocations.unit_id = unsafe.id and allocations.state = 'held'
)
insert into events (at, kind, subject_id, account_id, site_id, detail)
select $2,
  case when state = 'transfused' then 'unit.look_back_needed'
    when has_left then 'unit.recall_needed' else 'unit.withdrawn' end,
  id, $4, told.site_id, jsonb_build_object('from', state, 'to',
    case when has_left then state else 'quarantined' end, 'reason', $3::text)
from unsafe cross join lateral places_of(unsafe.id) as told;

-- name: insertTest
insert into tests (id, donation_id, donor_id, marker, result, tested_at, tested_by)
values ($1, $2, $3, $4, $5::test_result, $6, $7);

-- name: rejectDonation
with rejected as (
  update donations set state = 'rejected'
  from donations as earlier
  where donations.id = $1 and earlier.id = donations.id and donations.state <> 'rejected'
  returning donations.id, earlier.state as before
)
insert into events (at, kind, subject_id, account_id, site_id, detail)
select $2, 'donation.rejected', id, $3, $4,
  jsonb_build_object('from', before, 'to', 'rejected', 'reason', 'test_reactive') from rejected;

-- name: releaseFacts
select donations.din, donations.id as donation_id, donations.drive_id, donations.kind,
  donations.outcome, donations.volume_ml, donations.volume_deviation, donations.state,
  donations.collected_on,
  (select coalesce(jsonb_agg(jsonb_build_object('blood_group', blood_group,
     'sample', tube(donation_id, sample),
     'of_this_donation', donation_id = donations.id)), '[]')
   from determinations where determinations.donor_id = donations.donor_id
     and set_aside_by is null)
   as determinations,
  (select coalesce(jsonb_agg(jsonb_build_object('marker', marker, 'result', result)), '[]')
   from tests where tests.donation_id = donations.id) as tests,
  exists (select from tests where tests.donor_id = donations.donor_id
          and tests.result = 'reactive') as donor_ever_reactive,
  exists (select from deferrals_in_force as deferrals
          where deferrals.donor_id = donations.donor_id
          and (until_on is null or daterange(from_on, until_on) @> donations.collected_on))
          as donor_deferred,
  -- Those that a release could free, had the first one not done so for good.
  exists (select from units where units.donation_id = donations.id
          and units.state = 'quarantined' and units.expires_at > $2
          and units.recalled_at is null and donations.intent <> 'autologous')
          as has_waiting_units
from donations join drives on drives.id = donations.drive_id where donations.id = $1;

-- name: releaseDonation
update donations set state = 'released', released_at = $2 where id = $1 and state = 'collected';

-- name: releaseUnits
with freed as (
  update units set state = 'available', blood_group = $2::blood_group
  where donation_id = $1 and state = 'quarantined' and expires_at > $3
    and recalled_at is null and is_clear(donation_id, $2::blood_group)
  returning id, din, component, blood_group, volume_ml, attributes, collected_on, expires_on,
    expires_at, site_id, state, recalled_at
), told as (
  insert into events (at, kind, subject_id, account_id, site_id, detail)
  select $3, 'unit.released', id, $4, site_id,
    '{"from": "quarantined", "to": "available"}' from freed
)
select * from freed order by id;
