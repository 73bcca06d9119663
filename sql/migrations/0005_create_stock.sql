-- Stock totals by appended deltas, and the history of phases.

-- One row per statement and cell; a background fold adds them up. Updating
-- the totals in place would make every write of a group wait for its neighbour.
create table stock_deltas (
  id bigint generated always as identity primary key,
  site_id uuid not null,
  component component not null,
  blood_group blood_group,
  state unit_state not null,
  expires_on date not null,
  delta integer not null
);

create table stock_totals (
  site_id uuid not null,
  component component not null,
  blood_group blood_group,
  state unit_state not null,
  expires_on date not null,
  units integer not null,
  constraint stock_totals_cell
    unique nulls not distinct (site_id, component, blood_group, state, expires_on)
);

-- What is in stock at this moment: what was folded and what is not yet.
create view stock as
select site_id, component, blood_group, state, expires_on, sum(units)::integer as units
from (
  select site_id, component, blood_group, state, expires_on, units from stock_totals
  union all
  select site_id, component, blood_group, state, expires_on, delta from stock_deltas
) cells
group by site_id, component, blood_group, state, expires_on
having sum(units) <> 0;

-- Runs as the owner, so that no caller can write a total by hand.
create function count_new_units() returns trigger
language plpgsql security definer set search_path from current as $$
begin
  insert into stock_deltas (site_id, component, blood_group, state, expires_on, delta)
  select site_id, component, blood_group, state, expires_on, count(*)
  from new_units
  group by site_id, component, blood_group, state, expires_on;
  return null;
end $$;

create function count_changed_units() returns trigger
language plpgsql security definer set search_path from current as $$
begin
  insert into stock_deltas (site_id, component, blood_group, state, expires_on, delta)
  select site_id, component, blood_group, state, expires_on, sum(delta)
  from (
    select site_id, component, blood_group, state, expires_on, -1 as delta from old_units
    union all
    select site_id, component, blood_group, state, expires_on, 1 from new_units
  ) changes
  group by site_id, component, blood_group, state, expires_on
  having sum(delta) <> 0;
  return null;
end $$;

create trigger units_counted_when_made after insert on units
  referencing new table as new_units
  for each statement execute function count_new_units();
create trigger units_counted_when_changed after update on units
  referencing old table as old_units new table as new_units
  for each statement execute function count_changed_units();

-- Adds pending deltas to the totals. One fold at a time; writers never wait.
create function fold_stock() returns bigint
language plpgsql security definer set search_path from current as $$
declare folded bigint;
begin
  if not pg_try_advisory_xact_lock(hashtext('tamshy.fold_stock')) then
    return 0;
  end if;
  with taken as (
    delete from stock_deltas
    returning site_id, component, blood_group, state, expires_on, delta
  ), sums as (
    select site_id, component, blood_group, state, expires_on,
           sum(delta)::integer as delta, count(*) as rows
    from taken
    group by site_id, component, blood_group, state, expires_on
  ), added as (
    insert into stock_totals as totals
      (site_id, component, blood_group, state, expires_on, units)
    select site_id, component, blood_group, state, expires_on, delta from sums
    on conflict on constraint stock_totals_cell
      do update set units = totals.units + excluded.units
  )
  select coalesce(sum(rows), 0) into folded from sums;
  delete from stock_totals where units = 0;
  return folded;
end $$;

create table phases (
  id bigint generated always as identity primary key,
  region text not null,
  component component not null,
  blood_group blood_group not null,
  phase text not null,
  since timestamptz not null
);
-- The empty region stands for the whole country.
create index phases_latest on phases (region, component, blood_group, id desc);

grant select on stock, stock_totals, stock_deltas to tamshy_service;
grant select, insert on phases to tamshy_service;
