-- Fills an empty registry, set by set, as the owner of the schema.
--
--   psql -v donors=1000000 -f Benchmarks/seed.sql
--
-- Half as many donations as donors, made by a quarter of the donors (two each);
-- two units of every donation; 40 centres and 40 hospitals in 20 regions. Ids
-- count upwards, so that a load generator can name a record by its number.
-- What the numbers stand for is made up: the expiry of a unit is spread evenly
-- and does not follow from its day of collection.

\set ON_ERROR_STOP on
set synchronous_commit = off;
set maintenance_work_mem = '512MB';
set work_mem = '128MB';
-- Foreign keys and the stock triggers are not asked: the sets fit together by
-- construction, and the totals are counted at the end.
set session_replication_role = replica;

create schema bench;

create function bench.id(kind text, number bigint) returns uuid
language sql immutable parallel safe
return ('01900000-' || kind || '-7000-8000-' || lpad(to_hex(number), 12, '0'))::uuid;

-- A number from 0 to below `range`, the same for the same seed.
create function bench.pick(seed bigint, salt integer, range integer) returns integer
language sql immutable parallel safe
return mod(hashint8extended(seed, salt) & 2147483647, range)::integer;

-- The group of a donor or of a wish: shares as in Central Asia, rounded.
create function bench.blood_group(seed bigint) returns blood_group
language sql immutable parallel safe
return (array['O+', 'B+', 'A+', 'AB+', 'O-', 'A-', 'B-', 'AB-']::blood_group[])
  [1 + width_bucket(bench.pick(seed, 7, 100), array[30, 57, 81, 89, 93, 96, 99])];

insert into sites (id, name, kind, region, time_zone, created_at)
select bench.id('0001', n), to_jsonb('Site ' || n),
  (case when n <= 40 then 'centre' else 'hospital' end)::site_kind,
  'KZ-' || (array[10, 11, 15, 19, 23, 27, 31, 33, 35, 39, 43, 47, 55, 59, 61, 62, 63, 71, 75,
                  79])[1 + mod(n - 1, 20)],
  case when mod(n, 20) in (3, 5, 6, 12) then 'Asia/Aqtau' else 'Asia/Almaty' end, now()
from generate_series(1, 80) n;

insert into hospitals (id, site_id, created_at)
select bench.id('0002', n), bench.id('0001', 40 + n), now() from generate_series(1, 40) n;

-- Drives 1 to 400 are open today; 401 to 800 took the donations of the past.
insert into drives (id, name, site_id, date_on, starts_at, ends_at, state, opened_at,
  closed_at, created_at)
select bench.id('0003', n), to_jsonb('Drive ' || n), bench.id('0001', 1 + mod(n, 40)),
  current_date - 100 * (n > 400)::integer, now() - interval '100 days' * (n > 400)::integer,
  now() + interval '1 day' - interval '100 days' * (n > 400)::integer,
  (case when n <= 400 then 'open' else 'closed' end)::drive_state, now(),
  case when n > 400 then now() end, now()
from generate_series(1, 800) n;

insert into donors (id, sex, birth_date, registered_at, registered_by)
select bench.id('0004', n), (case when mod(n, 2) = 0 then 'female' else 'male' end)::sex,
  date '1965-01-01' + bench.pick(n, 1, 14000), now(), bench.id('00ff', 1)
from generate_series(1, :donors) n;

-- Without numbers and telephones: only the service can seal them.
insert into identities (donor_id, family_name, given_name, patronymic, search_name, sound_name,
  language, region)
select bench.id('0004', n), family, given, 'Маратович',
  upper(family || ' ' || given || ' маратович'), upper(family || ' ' || given || ' марат'), 'kk',
  'KZ-75'
from generate_series(1, :donors) n
cross join lateral (select
  (array['Ахметова', 'Омаров', 'Сейтқали', 'Жұмабай', 'Ким', 'Иванова', 'Нұрлан', 'Тұрсын'])
    [1 + bench.pick(n, 2, 8)] || mod(n, 997) as family,
  (array['Айгүл', 'Ерлан', 'Динара', 'Нұрсұлтан', 'Ольга', 'Мадина', 'Сергей', 'Әсел'])
    [1 + bench.pick(n, 3, 8)] as given) as names;

insert into deferrals (id, donor_id, reason, kind, from_on, until_on, recorded_at, recorded_by)
select bench.id('0008', n), bench.id('0004', :donors / 4 + n), 'travel', 'temporary',
  current_date - 10, current_date + 20, now(), bench.id('00ff', 1)
from generate_series(1, :donors / 50) n;

-- Every donation: its donor, its group, whether the laboratory has released it.
-- What is not released was given in the last four days.
create unlogged table bench.past as
select n, donor, bench.blood_group(donor) as blood_group, released,
  1 + bench.pick(n, 5, 40) as site,
  current_date - case when released then 70 + bench.pick(n, 6, 250)
    else 1 + bench.pick(n, 6, 4) end as day
from generate_series(1, :donors / 2) n
cross join lateral (select 1 + mod(n - 1, :donors / 4), bench.pick(n, 4, 100) >= 1)
  as facts (donor, released);

insert into visits (id, drive_id, donor_id, arrived_at, outcome, decided_at)
select bench.id('0005', n), bench.id('0003', 401 + mod(n, 400)), bench.id('0004', donor), day,
  'donated', day
from bench.past;

insert into donations (id, din, drive_id, visit_id, donor_id, kind, intent, volume_ml,
  started_at, ended_at, collected_on, outcome, state, policy_code, policy_version, logged_at,
  logged_by, released_at)
select bench.id('0006', n), 'KZ1' || lpad(n::text, 10, '0'),
  bench.id('0003', 401 + mod(n, 400)), bench.id('0005', n), bench.id('0004', donor),
  'whole_blood', 'voluntary', 450, day, day, day, 'completed',
  (case when released then 'released' else 'collected' end)::donation_state, 'KZ', 1, day,
  bench.id('00ff', 1), case when released then day end
from bench.past;

insert into determinations (id, donation_id, donor_id, blood_group, sample, method,
  determined_at, determined_by)
select bench.id('0007', n), bench.id('0006', n), bench.id('0004', donor), blood_group, n::text,
  'gel', day, bench.id('00ff', 1)
from bench.past;

-- Of 100 units that were released 93 are available, 4 transfused, 3 expired.
insert into units (id, donation_id, din, component, blood_group, volume_ml, collected_on,
  expires_on, expires_at, site_id, state, made_at)
select bench.id('0009', n * 2 + second), bench.id('0006', n), 'KZ1' || lpad(n::text, 10, '0'),
  (array['red_cells', 'plasma'])[1 + second]::component, blood_group, 250, day, expires_on,
  (expires_on + 1)::timestamp at time zone sites.time_zone, sites.id, fate::unit_state, day
from bench.past
cross join generate_series(0, 1) second
join sites on sites.id = bench.id('0001', site)
cross join lateral (select bench.pick(n * 2 + second, 8, 100)) lot (ticket)
cross join lateral (select
  case when not released then 'quarantined' when ticket < 4 then 'transfused'
    when ticket < 7 then 'expired' else 'available' end) as fates (fate)
cross join lateral (select
  case when fate in ('transfused', 'expired') then current_date - 1 - ticket
    else current_date + 2 + bench.pick(n * 2 + second, 9, 36) end) as shelf (expires_on);

insert into stock_totals (site_id, component, blood_group, state, expires_on, units)
select site_id, component, blood_group, state, expires_on, count(*)
from units group by 1, 2, 3, 4, 5;

-- Ninety days of requests, the last 400 still open.
insert into requests (id, hospital_id, site_id, urgency, needed_by, state, requested_at,
  requested_by, closed_at)
select bench.id('000b', n), bench.id('0002', 1 + mod(n, 40)), bench.id('0001', 41 + mod(n, 40)),
  (array['emergency', 'urgent', 'routine', 'scheduled'])[1 + mod(n, 4)]::urgency,
  at + interval '1 day', (case when n <= 400 then 'open' else 'fulfilled' end)::request_state,
  at, bench.id('00ff', 1), case when n > 400 then at end
from generate_series(1, 20000) n
cross join lateral (select now() - interval '90 days' * n / 20000 + interval '1 hour') past (at);

insert into request_lines (id, request_id, site_id, position, component, blood_group, quantity,
  substitution, requested_at, lapsed)
select bench.id('000c', n), requests.id, requests.site_id, 1,
  (array['red_cells', 'plasma'])[1 + bench.pick(n, 10, 2)]::component, bench.blood_group(n),
  2, 'compatible', requested_at, 0
from generate_series(1, 20000) n join requests on requests.id = bench.id('000b', n);

drop table bench.past;
grant usage on schema bench to tamshy_service;
vacuum (analyze);
checkpoint;
