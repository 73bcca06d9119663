-- Steps that two persons take together: one proposes, another one decides.

create type resolution_kind as enum
  ('group_conflict', 'deferral_void', 'recall_lifting', 'emergency_override');
create type resolution_state as enum ('open', 'confirmed', 'rejected');

create table resolutions (
  id uuid primary key,
  kind resolution_kind not null,
  -- By its kind a donor, a deferral, a unit or a line of a request.
  subject_id uuid not null,
  -- Of a conflict: the determinations that shall stand, and all that were known.
  determination_ids uuid[] not null default '{}',
  seen_ids uuid[] not null default '{}',
  -- Of an override: the group to give.
  blood_group blood_group,
  reason text not null,
  meaning text not null,
  state resolution_state not null default 'open',
  proposed_at timestamptz not null,
  proposed_by uuid not null,
  decided_at timestamptz,
  decided_by uuid,
  decision_reason text,
  decision_meaning text,
  constraint resolutions_override_has_group
    check ((kind = 'emergency_override') = (blood_group is not null)),
  constraint resolutions_conflict_has_determinations
    check ((kind = 'group_conflict') = (cardinality(determination_ids) > 0)),
  constraint resolutions_decided_is_signed
    check (num_nonnulls(decided_at, decided_by, decision_meaning)
      = case state when 'open' then 0 else 3 end),
  -- Necessary, not sufficient: one person may have two accounts.
  constraint resolutions_second_person check (decided_by <> proposed_by)
);
-- Of two proposals about one thing, one waits for the other's decision.
create unique index resolutions_one_open on resolutions (kind, subject_id)
  where state = 'open';
create index resolutions_subject on resolutions (subject_id);

alter table determinations add constraint determinations_set_aside
  foreign key (set_aside_by) references resolutions (id);

-- Conflicts and deferrals are the laboratory's; a recall is that of the laboratory
-- which keeps the unit; an override belongs to whoever sees the request.
alter table resolutions enable row level security;
alter table resolutions force row level security;
create policy resolutions_scope on resolutions
  using (case kind
    when 'emergency_override' then
      exists (select from request_lines where request_lines.id = subject_id)
    when 'recall_lifting' then
      (select current_setting('tamshy.role', true)) in ('laboratory', 'system')
      and exists (select from units where units.id = subject_id)
    else (select current_setting('tamshy.role', true)) in ('laboratory', 'system')
  end);

grant select, insert on resolutions to tamshy_service;
-- A decision is added; what was proposed and signed stays.
grant update (state, decided_at, decided_by, decision_reason, decision_meaning)
  on resolutions to tamshy_service;
