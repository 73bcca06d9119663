-- name: insertResolution
insert into resolutions (id, kind, subject_id, determination_ids, seen_ids, blood_group,
  reason, meaning, state, proposed_at, proposed_by)
select id, kind, subject_id, determination_ids, seen_ids, blood_group, reason, meaning, state,
  proposed_at, proposed_by
from jsonb_to_record($1::jsonb) as new
  (id uuid, kind resolution_kind, subject_id uuid, determination_ids uuid[], seen_ids uuid[],
   blood_group blood_group, reason text, meaning text, state resolution_state,
   proposed_at timestamptz, proposed_by uuid);

-- name: resolution
select id, kind, subject_id, determination_ids, seen_ids, blood_group, reason, meaning, state,
  proposed_at, proposed_by, decided_at, decided_by, decision_reason, decision_meaning
from resolutions where id = $1;

-- name: lockResolution
select id, kind, subject_id, determination_ids, seen_ids, blood_group, reason, meaning, state,
  proposed_at, proposed_by, decided_at, decided_by, decision_reason, decision_meaning
from resolutions where id = $1 for no key update;

-- name: resolutions
select id, kind, subject_id, determination_ids, seen_ids, blood_group, reason, meaning, state,
  proposed_at, proposed_by, decided_at, decided_by, decision_reason, decision_meaning
from resolutions
where id > coalesce($1, '00000000-0000-0000-0000-000000000000'::uuid)
  and ($2::text is null or state::text = $2) and ($3::text is null or kind::text = $3)
order by id limit $4;

-- name: openResolution
select id from resolutions
where kind = $1::resolution_kind and subject_id = $2 and state = 'open';

-- name: decideResolution
update resolutions set state = $2::resolution_state, decided_at = $3, decided_by = $4,
  decision_reason = $5, decision_meaning = $6
where id = $1 and state = 'open'
returning id, kind, subject_id, determination_ids, seen_ids, blood_group, reason, meaning,
  state, proposed_at, proposed_by, decided_at, decided_by, decision_reason, decision_meaning;

-- name: readings
-- What each determination of a donor says, and whether it stands.
select id, blood_group, tube(donation_id, sample) as sample,
  set_aside_by is null as stands
from determinations where donor_id = $1 order by id;

-- name: setAside
-- Those named stand, all others of the donor no longer do; nothing is erased.
update determinations set set_aside_by = case when id = any($2::uuid[]) then null
  else coalesce(set_aside_by, $3) end
where donor_id = $1
  and (id = any($2::uuid[])) = (set_aside_by is not null);

-- name: recallFacts
-- The unit under lock, and whether anything else still speaks against it.
select recalled_at is not null as is_recalled, is_clear(donation_id, blood_group) as is_clear
from units where id = $1;

-- name: liftRecall
with lifted as (
  update units set recalled_at = null
  where id = $1 and recalled_at is not null and is_clear(donation_id, blood_group)
  returning id, state
)
insert into events (at, kind, subject_id, account_id, site_id, detail)
select $2, 'unit.recall_lifted', lifted.id, $3, told.site_id,
  jsonb_build_object('from', state, 'to', state)
from lifted cross join lateral places_of(lifted.id) as told;

-- name: requestOfLine
select request_id from request_lines where id = $1;
