-- name: lockPerson
-- One registration of a person at a time, in the order of the locks' numbers.
select pg_advisory_xact_lock(lock)::text
from (select ('x' || encode(substr(hash, 3, 8), 'hex'))::bit(64)::bigint as lock
      from unnest($1::bytea[]) as hash order by 1) as locks;

-- name: donorWithIIN
-- Of a merged donor it is the survivor's.
select survivor.donor_number
from identities join donors on donors.id = identities.donor_id
join donors as survivor on survivor.id = coalesce(donors.merged_into, donors.id)
where identities.iin_hash = any($1::bytea[]);

-- name: insertDonors
with new as materialized (
  select *
  from jsonb_to_recordset($1::jsonb) as drafts
    (id uuid, sex sex, birth_date date, registered_at timestamptz, registered_by uuid,
     family_name text, given_name text, patronymic text, search_name text, iin bytea,
     iin_hash bytea, phone bytea, phone_hash bytea, language text, region text,
     sound_name text, name_parts text)
), registered as (
  insert into donors (id, sex, birth_date, registered_at, registered_by)
  select id, sex, birth_date, registered_at, registered_by from new
)
insert into identities (donor_id, family_name, given_name, patronymic, search_name, iin,
  iin_hash, phone, phone_hash, language, region, sound_name, name_parts)
select id, family_name, given_name, patronymic, search_name, iin, iin_hash, phone, phone_hash,
  language, region, sound_name, name_parts
from new;

-- name: donors
-- Donors by id, for a set of readers at once; their contacts come sealed. Whoever was
-- merged is seen as the survivor alone.
select id, donor_number, state, family_name, given_name, patronymic, sex, birth_date,
  null as iin, null as phone, language, region, confirmed_group(id) as blood_group,
  registered_at, '[]'::jsonb as possible_duplicates,
  identities.iin as sealed_iin, identities.phone as sealed_phone
from donors left join identities on identities.donor_id = donors.id
where id = any($1::uuid[]) and state <> 'merged';

-- name: donorPage
select id, donor_number, state, family_name, given_name, patronymic, sex, birth_date,
  null as iin, null as phone, language, region, confirmed_group(id) as blood_group,
  registered_at, '[]'::jsonb as possible_duplicates,
  identities.iin as sealed_iin, identities.phone as sealed_phone
from donors left join identities on identities.donor_id = donors.id
where id > coalesce($1, '00000000-0000-0000-0000-000000000000'::uuid) and state <> 'merged'
order by id limit $2;

-- name: donorFacts
-- What the rules of eligibility need of each donor.
select id, sex, birth_date,
  (select coalesce(jsonb_agg(jsonb_build_object(
     'reason', reason, 'from', from_on, 'until', until_on)), '[]')
   from deferrals_in_force as deferrals where deferrals.donor_id = donors.id) as deferrals,
  (select coalesce(jsonb_agg(jsonb_build_object(
     'kind', kind, 'on', collected_on, 'outcome', outcome, 'volume_ml', volume_ml)), '[]')
   from donations where donations.donor_id = donors.id) as donations,
  (select coalesce(jsonb_agg(jsonb_build_object(
     'marker', marker, 'on', donations.collected_on)), '[]')
   from tests join donations on donations.id = tests.donation_id
   where tests.donor_id = donors.id and result = 'reactive') as reactives
from donors where id = any($1::uuid[]) and state = 'active';

-- name: lockDonors
-- In the order of their ids, so that two batches never wait for each other.
select id from donors where id = any($1::uuid[]) order by id for no key update;

-- name: insertDeferrals
insert into deferrals (id, donor_id, reason, from_on, until_on, source, recorded_at,
  recorded_by)
select id, donor_id, reason, "from", until, source, recorded_at, recorded_by
from jsonb_to_recordset($1::jsonb) as new
  (id uuid, donor_id uuid, reason text, "from" date, until date, source text,
   recorded_at timestamptz, recorded_by uuid);

-- name: deferrals
select id, donor_id, reason, from_on as "from", until_on as until, source, recorded_at,
  ended_on, voided_at, end_reason
from deferrals where donor_id = $1 order by id;

-- name: deferral
select id, donor_id, reason, from_on as "from", until_on as until, source, recorded_at,
  ended_on, voided_at, end_reason
from deferrals where id = $1;

-- name: endDeferral
update deferrals set ended_on = $2, end_reason = $3, ended_by = $4
where id = $1 and ended_on is null and voided_at is null;

-- name: voidDeferral
-- The reason of a void replaces that of an end: then it never counted at all.
update deferrals set voided_at = $2, end_reason = $3, ended_by = $4
where id = $1 and voided_at is null;
