-- name: insertRareFlag
insert into rare_flags (id, donor_id, reason, flagged_at, flagged_by)
values ($1, $2, $3, $4, $5);

-- name: rareFlags
-- All of a donor, also those taken back, oldest first.
select id, donor_id, reason, flagged_at, ended_at, end_reason
from rare_flags where donor_id = $1 order by flagged_at, id;

-- name: rareFlag
select id, donor_id, reason, flagged_at, ended_at, end_reason from rare_flags where id = $1;

-- name: endRareFlag
update rare_flags set ended_at = $2, end_reason = $3, ended_by = $4
where id = $1 and ended_at is null;
