-- What was measured and told at visits, with the decisions it led to; kinds of deferrals.

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

create type deferral_kind as enum ('temporary', 'until_lifted', 'permanent');

-- Deferrals that are there get the kind that their end says.
alter table deferrals
  add kind text,
  -- The other centre that deferred the donor.
  add centre text,
  -- What whoever wrote it down added.
  add note text;
alter table deferrals
  alter kind type deferral_kind
    using (case when until_on is null then 'until_lifted' else 'temporary' end)::deferral_kind,
  alter kind set not null,
  drop constraint deferrals_source_known;
alter table deferrals
  add constraint deferrals_source_known check (source in ('manual', 'automatic', 'other_centre')),
  add constraint deferrals_other_centre_named
    check ((source = 'other_centre') = (centre is not null)),
  add constraint deferrals_temporary_has_end check ((kind = 'temporary') = (until_on is not null)),
  add constraint deferrals_permanent_not_ended check (kind <> 'permanent' or ended_on is null);

alter table staged_deferrals
  add kind deferral_kind not null,
  add centre text,
  add note text;
