-- name: survivors
-- Into whom donors were merged, for those who were.
select merged.id, survivor.id as survivor_id, survivor.donor_number as survivor_number
from donors as merged join donors as survivor on survivor.id = merged.merged_into
where merged.id = any($1::uuid[]);

-- name: mergerSides
select donors.id, donor_number, state, family_name, given_name, patronymic, sex, birth_date,
  iin is not null as has_iin, phone is not null as has_phone,
  exists (select from visits where visits.donor_id = donors.id and visits.outcome is null)
    as is_visiting,
  confirmed as blood_group
from donors left join identities on identities.donor_id = donors.id
cross join lateral confirmed_group(donors.id)
where donors.id = any($1::uuid[]);

-- name: determinationsOfDonors
select blood_group, tube(donation_id, sample) as sample
from determinations where donor_id = any($1::uuid[]) and set_aside_by is null;

-- name: deferralsOfDonors
select id, donor_id, reason, kind, from_on as "from", until_on as until, source, centre, note,
  recorded_at, ended_on, voided_at, end_reason
from deferrals where donor_id = any($1::uuid[]) order by id;

-- name: rowsOfDonor
-- How many rows of each kind belong to a donor.
select name, rows_of_donor(name, $1) as count from donor_tables order by name;

-- name: insertMerger
insert into mergers (id, survivor_id, merged_id, reason, merged_at, merged_by)
values ($1, $2, $3, $4, $5, $6);

-- name: mergeDonors
select merge_donors($1, $2, $3)::text;

-- name: merger
select mergers.id, survivor_id, survivor.donor_number as survivor_number, merged_id,
  merged.donor_number as merged_number, reason, merged_at, merged_by, undone_at, undone_by,
  undo_reason
from mergers
join donors as survivor on survivor.id = survivor_id
join donors as merged on merged.id = merged_id
where mergers.id = $1;

-- name: mergersOfDonor
-- Those by which the donor got something, and those that were undone since.
select mergers.id, survivor_id, survivor.donor_number as survivor_number, merged_id,
  merged.donor_number as merged_number, reason, merged_at, merged_by, undone_at, undone_by,
  undo_reason
from mergers
join donors as survivor on survivor.id = survivor_id
join donors as merged on merged.id = merged_id
where survivor_id = $1 or merged_id = $1
order by mergers.id;

-- name: undoingFacts
select undone_at is not null as is_undone, merged_by, survivor.state as survivor_state,
  exists (select from identities where identities.donor_id = merged_id) as has_identity,
  exists (select from tests where tests.donor_id = survivor_id and result = 'reactive')
    or exists (select from deferrals where deferrals.donor_id = survivor_id
      and source = 'automatic' and voided_at is null) as is_barred
from mergers join donors as survivor on survivor.id = survivor_id
where mergers.id = $1;

-- name: unmergeDonors
select unmerge_donors($1)::text;

-- name: closeMerger
update mergers set undone_at = $2, undone_by = $3, undo_reason = $4
where id = $1 and undone_at is null;

-- name: identitiesMergedInto
select donors.id, donors.donor_number, identities.iin as sealed_iin
from donors left join identities on identities.donor_id = donors.id
where donors.merged_into = $1 order by donors.id;

-- name: anonymiseMerged
select anonymise_merged($1, $2, $3, $4, $5)::text;
