-- name: exportDonors
-- A page in the order of their numbers; those whose identity is deleted have no row.
select donors.id, donor_number, external_id, family_name, given_name, patronymic, sex,
  birth_date, identities.iin as sealed_iin, identities.phone as sealed_phone, language, region,
  latin_name, iin_mismatch_reason
from donors join identities on identities.donor_id = donors.id
where donor_number > $1 and state = 'active' order by donor_number limit $2;

-- name: exportDeferrals
-- A page of donors with the deferrals that count; a donor without any is one row of nulls.
select page.donor_number, external_id as donor_external_id, birth_date as donor_birth_date,
  reason, from_on, until_on, source, ended_on, end_reason, kind, centre, note
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
