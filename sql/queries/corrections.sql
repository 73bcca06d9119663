-- name: correctDonor
-- The whole record as it will be; the function of the schema's owner writes what the
-- service itself may not.
select correct_donor($1, $2, $3, $4)::text;

-- name: corrections
select id, donor_id, revision, fields, reason, corrected_at, corrected_by
from donor_corrections where donor_id = $1 order by revision;
