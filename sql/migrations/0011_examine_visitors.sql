-- What was measured and told at visits, with the decisions it led to.

-- Each is kept as it was made, whole: years later it is shown as it was decided, by the
-- policy of then. Of several of one visit the last written counts.
create table examinations (
  id uuid primary key,
  -- In the order in which they were written under the lock of the visit.
  number bigint generated always as identity,
  visit_id uuid not null constraint examinations_of_visit references visits (id),
  kind donation_kind not null,
  -- The civil day of the visit at the site of its drive.
  examined_on date not null,
  examined_at timestamptz not null,
  examined_by uuid not null,
  measured jsonb not null,
  -- Null where the questionnaire was not filled in.
  answers jsonb,
  is_eligible boolean not null,
  policy_code text not null,
  policy_version integer not null,
  decision jsonb not null,
  suggested_deferral jsonb,
  constraint examinations_measured_by_name check (jsonb_typeof(measured) = 'object'),
  constraint examinations_answers_listed check (jsonb_typeof(answers) = 'array'),
  constraint examinations_decision_is_this_one check (
    (decision ->> 'eligible')::boolean = is_eligible
    and decision #>> '{policy,code}' = policy_code
    and (decision #>> '{policy,version}')::integer = policy_version),
  constraint examinations_suggest_after_failure
    check (not is_eligible or suggested_deferral is null)
);
create index examinations_visit on examinations (visit_id, number desc);

-- Of what was found in a donor only those read who examine him or his blood.
alter table examinations enable row level security;
alter table examinations force row level security;
create policy examinations_scope on examinations
  using ((select current_setting('tamshy.role', true)) in ('drive_staff', 'laboratory', 'system'))
  with check
    ((select current_setting('tamshy.role', true)) in ('drive_staff', 'laboratory', 'system'));

-- What was decided stays.
grant select, insert on examinations to tamshy_service;
