-- name: serverState
-- Without pg_read_all_stats a role sees that standbys stream, but not which are synchronous.
select not pg_is_in_recovery() and current_setting('default_transaction_read_only') = 'off'
    as is_writable,
  current_setting('synchronous_standby_names') <> '' as wants_standby,
  pg_has_role('pg_read_all_stats', 'member') as sees_standbys,
  (select count(*) from pg_stat_replication)::integer as standbys,
  (select count(*) from pg_stat_replication where sync_state in ('sync', 'quorum'))::integer
    as synchronous_standbys;

-- name: lockWaits
-- pg_locks and not pg_stat_activity: that one hides what other log-ins wait for. A wait for
-- another transaction belongs to no database.
select count(*)::integer as count,
  coalesce(extract(epoch from max(clock_timestamp() - waitstart)), 0)::float8 as longest_seconds
from pg_locks
where not granted
  and (database is null
    or database = (select oid from pg_database where datname = current_database()));

-- name: issuableStock
-- Every component and group of the country, those without a unit as well.
select component::text, blood_group::text, coalesce(sum(cells.units), 0)::integer as units
from unnest(enum_range(null::component)) component
cross join unnest(enum_range(null::blood_group)) blood_group
left join (
  select stock.component, stock.blood_group, stock.units
  from stock join sites on sites.id = stock.site_id
  where stock.state = 'available'
    and stock.expires_on >= ($1::timestamptz at time zone sites.time_zone)::date
) cells using (component, blood_group)
group by 1, 2
order by 1, 2;

-- name: schemaState
-- What a doctor of the database wants to know about roles and fences.
with tables as (
  select class.oid, class.relname, class.relrowsecurity, class.relforcerowsecurity,
    class.relowner,
    exists (select from pg_policy where polrelid = class.oid) as has_policies
  from pg_class class
  where class.relnamespace = current_schema()::regnamespace and class.relkind in ('r', 'p')
)
select current_setting('server_version_num')::integer as server_version,
  current_setting('server_encoding') as encoding,
  (select coalesce(row ->> 'daticulocale', row ->> 'datlocale', row ->> 'datcollate')
   from (select to_jsonb(pg_database) as row from pg_database
         where datname = current_database()) self) as locale,
  'әлия' < 'болат' and 'қанат' < 'лаура' as sorts_kazakh,
  clock_timestamp() as clock,
  session_user::text as login,
  current_user::text as acting_as,
  (select rolsuper or rolbypassrls from pg_roles where rolname = session_user) as login_is_above_rules,
  (select rolsuper or rolbypassrls from pg_roles where rolname = current_user) as role_is_above_rules,
  (select count(*) from tables join pg_roles on pg_roles.oid = tables.relowner
   where rolname = current_user)::integer as tables_owned,
  (select coalesce(array_agg(relname::text order by relname), '{}') from tables
   where has_policies and not (relrowsecurity and relforcerowsecurity)) as unfenced,
  (select count(*) from tables where has_policies)::integer as fenced_tables;

-- name: actAs
-- Another role's scope for the rest of the transaction, or until the next one.
select set_config('tamshy.role', $1, true);

-- name: sweepLock
-- One server of many does the clockwork of this minute.
select pg_try_advisory_xact_lock(hashtext('tamshy.sweep'));
