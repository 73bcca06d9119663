-- Sites, hosts and hospitals; the service role; what an authority may see.

-- The service connects as, or switches to, a role that owns nothing, so that
-- row-level security binds it. The owner of the schema is never the service.
do $$
begin
  if not exists (select from pg_roles where rolname = 'tamshy_service') then
    create role tamshy_service nologin;
  end if;
exception when duplicate_object or unique_violation then
  null; -- another database of the same server made it at the same moment
end $$;

create type site_kind as enum ('centre', 'venue', 'hospital');

create table sites (
  id uuid primary key,
  name jsonb not null,
  kind site_kind not null,
  region text not null,
  time_zone text not null,
  created_at timestamptz not null,
  constraint sites_name_is_text_or_wordings check (jsonb_typeof(name) in ('string', 'object'))
);
create index sites_region on sites (region, kind);

create table hosts (
  id uuid primary key,
  name jsonb not null,
  created_at timestamptz not null
);

create table hospitals (
  id uuid primary key,
  site_id uuid not null constraint hospitals_site references sites (id),
  bin text,
  created_at timestamptz not null,
  constraint hospitals_one_per_site unique (site_id)
);
create unique index hospitals_bin on hospitals (bin) where bin is not null;

-- What the authority of this transaction may see. The settings are made by
-- SET LOCAL in every transaction; without them nothing is visible.
-- A hospital sees its own site. A coordinator sees a region. Staff of a centre
-- see their own site and the places in its region where they hold drives, but
-- no other centre. An authority without a site works for the whole country.
create view visible_sites as
with scope as materialized (
  select current_setting('tamshy.role', true) as role,
    current_setting('tamshy.site', true) as site,
    current_setting('tamshy.site_kind', true) as site_kind,
    current_setting('tamshy.region', true) as region
)
select sites.id
from sites, scope
where case scope.role
  when 'hospital' then sites.id::text = scope.site
  when 'coordinator' then scope.region in ('', sites.region)
  when 'system' then true
  when '' then false -- what SET LOCAL leaves behind on a connection
  else
    scope.site in ('', sites.id::text)
    or (scope.site_kind = 'centre' and sites.kind <> 'centre'
        and sites.region = scope.region)
end;

-- True for the roles that work with donors.
create function works_with_donors() returns boolean
language sql stable
return current_setting('tamshy.role', true)
  in ('drive_staff', 'laboratory', 'coordinator', 'recruiter', 'system');

-- True for the roles that may know who a donor is.
create function works_with_identities() returns boolean
language sql stable
return current_setting('tamshy.role', true)
  in ('drive_staff', 'laboratory', 'recruiter', 'system');

-- True for the roles that work with requests.
create function works_with_requests() returns boolean
language sql stable
return current_setting('tamshy.role', true) in ('hospital', 'coordinator', 'system');

grant select, insert on sites, hosts, hospitals to tamshy_service;
grant select on visible_sites to tamshy_service;
