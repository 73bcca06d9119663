-- Two records of one person become one: the survivor gets what belongs to the other, which
-- stays as it is, is found only as the survivor, and can be given everything back.

alter table donors
  -- Never a merged donor itself: whoever is merged takes along those merged into him.
  add column merged_into uuid constraint donors_merged_into references donors (id),
  add constraint donors_merged_has_survivor
    check ((state = 'merged') = (merged_into is not null)),
  add constraint donors_not_merged_into_themselves check (merged_into <> id);
create index donors_of_survivor on donors (merged_into) where merged_into is not null;
-- A visit and its donation change hands together.
alter table donations alter constraint donations_visit deferrable initially immediate;

create table mergers (
  id uuid primary key,
  survivor_id uuid not null constraint mergers_survivor references donors (id),
  merged_id uuid not null constraint mergers_merged references donors (id),
  reason text not null,
  merged_at timestamptz not null,
  merged_by uuid not null,
  undone_at timestamptz,
  undone_by uuid,
  undo_reason text,
  constraint mergers_of_two check (survivor_id <> merged_id),
  constraint mergers_undone_whole check (num_nulls(undone_at, undone_by, undo_reason) in (0, 3))
);
-- Nobody is merged twice at once.
create unique index mergers_standing on mergers (merged_id) where undone_at is null;
create index mergers_survivor on mergers (survivor_id);
create index mergers_merged on mergers (merged_id);

-- Every row that changed hands: what came to the survivor otherwise stays with him.
create table merged_rows (
  merger_id uuid not null constraint merged_rows_merger references mergers (id),
  table_name text not null,
  row_id uuid not null,
  constraint merged_rows_pkey primary key (merger_id, table_name, row_id)
);

-- The tables whose rows belong to a donor, whichever are added: each has an id, and a key
-- to donors in `donor_id`. Who a donor is, how that was corrected and where to reach him
-- stays with the record that was registered.
create view donor_tables as
select relations.relname::text as name,
  array(select attname::text from pg_attribute
    where attrelid = relations.oid and attnum > 0 and not attisdropped
      and attname in ('donation_id', 'visit_id')) as parents
from pg_constraint
join pg_class as relations on relations.oid = pg_constraint.conrelid
join pg_attribute as columns
  on columns.attrelid = relations.oid and columns.attnum = pg_constraint.conkey[1]
where contype = 'f' and confrelid = 'donors'::regclass and cardinality(conkey) = 1
  and columns.attname = 'donor_id'
  and relations.relname not in ('identities', 'donor_corrections', 'contacts')
  and exists (select from pg_attribute
    where attrelid = relations.oid and attname = 'id' and atttypid = 'uuid'::regtype);

-- How many rows of one of these tables belong to a donor.
create function rows_of_donor(belonging text, donor uuid) returns bigint
language plpgsql stable as $$
declare rows bigint;
begin
  execute format('select count(*) from %I where donor_id = $1', belonging) into rows using donor;
  return rows;
end $$;

-- Functions of the owner, because the service may change no row's donor. Both donors are
-- locked by whoever calls.
create function merge_donors(merger uuid, survivor uuid, merged uuid) returns void
language plpgsql security definer set search_path from current set tamshy.role = 'system' as $$
declare belonging text;
begin
  set constraints all deferred;
  for belonging in select name from donor_tables order by name loop
    execute format(
      'with moved as (update %1$I set donor_id = $1 where donor_id = $2 returning id)
       insert into merged_rows (merger_id, table_name, row_id) select $3, %1$L, id from moved',
      belonging)
    using survivor, merged, merger;
  end loop;
  with moved as (
    update donors set merged_into = survivor where merged_into = merged returning id
  )
  insert into merged_rows (merger_id, table_name, row_id) select merger, 'donors', id from moved;
  update donors set state = 'merged', merged_into = survivor where id = merged and state = 'active';
  if not found then
    raise exception 'the donor is not active' using errcode = 'P0001';
  end if;
  set constraints all immediate;
end $$;

create function unmerge_donors(merger uuid) returns void
language plpgsql security definer set search_path from current set tamshy.role = 'system' as $$
declare of_two mergers; belonging donor_tables; parent text;
begin
  select * into strict of_two from mergers where id = merger;
  update donors set state = 'active', merged_into = null
  where id = of_two.merged_id and merged_into = of_two.survivor_id;
  if not found then
    raise exception 'the donor is not merged into the other' using errcode = 'P0001';
  end if;
  set constraints all deferred;
  for belonging in select * from donor_tables order by name loop
    execute format(
      'update %1$I set donor_id = $1 from merged_rows
       where merged_rows.merger_id = $2 and merged_rows.table_name = %1$L
         and %1$I.id = merged_rows.row_id and %1$I.donor_id = $3', belonging.name)
    using of_two.merged_id, merger, of_two.survivor_id;
  end loop;
  -- What was found since in blood that goes back goes with the blood.
  for belonging in select * from donor_tables order by name loop
    foreach parent in array belonging.parents loop
      execute format(
        'update %1$I set donor_id = $1 from merged_rows
         where merged_rows.merger_id = $2 and merged_rows.table_name = %2$L
           and %1$I.%3$I = merged_rows.row_id and %1$I.donor_id = $3',
        belonging.name, case parent when 'visit_id' then 'visits' else 'donations' end, parent)
      using of_two.merged_id, merger, of_two.survivor_id;
    end loop;
  end loop;
  -- Nobody can say of whom a deferral was told while the two were one: it counts for both.
  insert into deferrals (id, donor_id, reason, kind, from_on, until_on, source, centre, note,
    recorded_at, recorded_by, ended_on, end_reason, ended_by)
  select gen_random_uuid(), of_two.merged_id, reason, kind, from_on, until_on, source, centre,
    note, recorded_at, recorded_by, ended_on, end_reason, ended_by
  from deferrals
  where donor_id = of_two.survivor_id and recorded_at > of_two.merged_at and voided_at is null
    and id not in (select row_id from merged_rows where table_name = 'deferrals');
  update donors set merged_into = of_two.merged_id
  from merged_rows
  where merged_rows.merger_id = merger and merged_rows.table_name = 'donors'
    and donors.id = merged_rows.row_id and donors.merged_into = of_two.survivor_id;
  set constraints all immediate;
end $$;

-- Deletes who the records were that are merged into a donor whose identity is deleted.
create function anonymise_merged(merged uuid, said text, hash bytea, barred_until date,
  is_barred boolean) returns void
language plpgsql security definer set search_path from current set tamshy.role = 'system' as $$
begin
  update donors set birth_date = date_trunc('year', birth_date)::date
  where id = merged and state = 'merged';
  if not found then
    raise exception 'the donor is not merged' using errcode = 'P0001';
  end if;
  -- Attempts to reach the person are the survivor's, and end with him.
  delete from contact_attempts
  where contact_id in (select id from contacts where donor_id = merged);
  delete from contacts where donor_id = merged;
  delete from donor_corrections where donor_id = merged;
  delete from identities where donor_id = merged;
  -- Why two records are one person's may name the person.
  update mergers set reason = '', undo_reason = left(undo_reason, 0) where merged_id = merged;
  update answers set body = said where subject_id = merged and fingerprint = 'sealed';
  if is_barred and hash is not null then
    insert into barred_people as known (iin_hash, until_on) values (hash, barred_until)
    on conflict (iin_hash) do update
      set until_on = case when known.until_on is null or excluded.until_on is null then null
        else greatest(known.until_on, excluded.until_on) end;
  end if;
end $$;

-- Whatever names a merged donor means the survivor.
create or replace function named_donor(number bigint, code text, hashes bytea[], born date)
returns table (donor uuid, problem text)
language sql stable as $$
  select case when wrong.problem is null then wrong.donor end, wrong.problem
  from (
    select meant.donor, case
        when meant.count = 0 then 'donor_unknown'
        when meant.count < num_nonnulls(number, code, hashes) or meant.people > 1
          then 'donor_ambiguous'
        when donors.state <> 'active' then 'donor_closed'
        when donors.birth_date <> born and not exists (
            select from donors as merged
            where merged.merged_into = donors.id and merged.birth_date = born)
          then 'donor_birth_date_differs'
      end as problem
    from (
      select min(survivor::text)::uuid as donor, count(survivor) as count,
        count(distinct survivor) as people
      from (
        select (select coalesce(merged_into, donors.id) from donors
          where donors.donor_number = number) as survivor
        union all
        select (select coalesce(merged_into, donors.id)
          from identities join donors on donors.id = identities.donor_id
          where identities.external_id = code)
        union all
        select (select coalesce(merged_into, donors.id)
          from identities join donors on donors.id = identities.donor_id
          where identities.iin_hash = any(hashes) limit 1)
      ) as found
    ) as meant
    left join donors on donors.id = meant.donor
  ) as wrong
$$;

-- The records that were merged into a donor belong to the story, too.
create or replace function records_of_donor(donor uuid) returns table (id uuid)
language sql stable set tamshy.role = 'system'
begin atomic
  select donor
  union all select donors.id from donors where donors.merged_into = donor
  union all select visits.id from visits
    where visits.donor_id = donor
  union all select donations.id from donations where donations.donor_id = donor
  union all select units.id
    from units join donations on donations.id = units.donation_id
    where donations.donor_id = donor;
end;

alter table mergers enable row level security;
alter table mergers force row level security;
create policy mergers_scope on mergers
  using ((select works_with_donors())) with check ((select works_with_donors()));
alter table merged_rows enable row level security;
alter table merged_rows force row level security;
create policy merged_rows_scope on merged_rows
  using ((select works_with_donors())) with check ((select works_with_donors()));
grant select, insert on mergers to tamshy_service;
grant update (undone_at, undone_by, undo_reason) on mergers to tamshy_service;
grant select on merged_rows, donor_tables to tamshy_service;
revoke execute on function merge_donors, unmerge_donors, anonymise_merged from public;
grant execute on function merge_donors, unmerge_donors, anonymise_merged to tamshy_service;

-- Donors as they are read; contacts come sealed. Whoever was merged is seen as the survivor
-- alone.
create view donor_records with (security_invoker = true) as
select id, donor_number, state, family_name, given_name, patronymic, sex, birth_date,
  null as iin, null as phone, language, region, groups.confirmed as blood_group,
  registered_at, '[]'::jsonb as possible_duplicates, latin_name, null as iin_differs,
  iin_mismatch_reason, revision,
  identities.iin as sealed_iin, identities.phone as sealed_phone,
  identities.document as sealed_document, null as document,
  exists (select from rare_flags where donor_id = donors.id and ended_at is null) as is_rare,
  (select coalesce(jsonb_agg(jsonb_build_object('present', present, 'absent', absent)), '[]')
   from phenotypings where donor_id = donors.id) as typings
from donors left join identities on identities.donor_id = donors.id
cross join lateral confirmed_group(donors.id) as groups
where state <> 'merged';
grant select on donor_records to tamshy_service;
