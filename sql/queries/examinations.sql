-- name: visit
select visits.id, visits.drive_id, visits.donor_id, visits.arrived_at, visits.outcome,
  visits.deferral_reason, visits.decided_at
from visits join drives on drives.id = visits.drive_id
where visits.id = $1;

-- name: insertExaminations
insert into examinations (id, visit_id, kind, examined_on, examined_at, examined_by, measured,
  answers, is_eligible, policy_code, policy_version, decision, suggested_deferral)
select id, visit_id, kind, "on", examined_at, examined_by, measured, answers,
  (decision ->> 'eligible')::boolean, decision #>> '{policy,code}',
  (decision #>> '{policy,version}')::integer, decision, suggested_deferral
from jsonb_to_recordset($1::jsonb) as new
  (id uuid, visit_id uuid, kind donation_kind, "on" date, examined_at timestamptz,
   examined_by uuid, measured jsonb, answers jsonb, decision jsonb, suggested_deferral jsonb);

-- name: examinations
-- Of a visit, in the order in which they were made.
select examinations.id, visits.id as visit_id, visits.drive_id, visits.donor_id,
  examinations.kind, examined_on as "on", examined_at, measured, answers, decision,
  suggested_deferral
from examinations join visits on visits.id = examinations.visit_id
join drives on drives.id = visits.drive_id
where visits.id = $1 order by examinations.number;

-- name: examination
select examinations.id, visits.id as visit_id, visits.drive_id, visits.donor_id,
  examinations.kind, examined_on as "on", examined_at, measured, answers, decision,
  suggested_deferral
from examinations join visits on visits.id = examinations.visit_id
join drives on drives.id = visits.drive_id
where examinations.id = $1;
