-- name: lockPerson
-- One registration of a person at a time, in the order of the locks' numbers.
select pg_advisory_xact_lock(lock)::text
from (select ('x' || encode(substr(hash, 3, 8), 'hex'))::bit(64)::bigint as lock
      from unnest($1::bytea[]) as hash order by 1) as locks;

-- name: donorWithIIN
-- Of a merged donor it is the survivor's, and the record that holds it beside.
select survivor.id, survivor.donor_number, identities.donor_id as holder_id
from identities join donors on donors.id = identities.donor_id
join donors as survivor on survivor.id = coalesce(donors.merged_into, donors.id)
where identities.iin_hash = any($1::bytea[]);

-- name: donorWithDocument
-- Of a merged donor it is the survivor's, and the record that holds it beside.
select survivor.id, survivor.donor_number, identities.donor_id as holder_id
from identities join donors on donors.id = identities.donor_id
join donors as survivor on survivor.id = coalesce(donors.merged_into, donors.id)
where identities.document_hash = any($1::bytea[]);

-- name: insertDonors
with new as materialized (
  select *
  from jsonb_to_recordset($1::jsonb) as drafts
    (id uuid, sex sex, birth_date date, registered_at timestamptz, registered_by uuid,
     family_name text, given_name text, patronymic text, search_name text, iin bytea,
     iin_hash bytea, phone bytea, phone_hash bytea, language text, region text,
     latin_name text, iin_mismatch_reason text, document bytea, document_hash bytea,
     sound_name text, name_parts text, latin_sound text)
), registered as (
  insert into donors (id, sex, birth_date, registered_at, registered_by)
  select id, sex, birth_date, registered_at, registered_by from new
)
insert into identities (donor_id, family_name, given_name, patronymic, search_name, iin,
  iin_hash, phone, phone_hash, language, region, latin_name, iin_mismatch_reason, document,
  document_hash, sound_name, name_parts, latin_sound)
select id, family_name, given_name, patronymic, search_name, iin, iin_hash, phone, phone_hash,
  language, region, latin_name, iin_mismatch_reason, document, document_hash, sound_name,
  name_parts, latin_sound
from new;

-- name: donors
-- Donors by id, for a set of readers at once.
select * from donor_records where id = any($1::uuid[]);

-- name: numberAmongMerged
-- An identity number of a record that was merged into a donor.
select donors.id
from donors join identities on identities.donor_id = donors.id
where donors.merged_into = $1 and identities.iin is not null limit 1;

-- name: donorState
select state from donors where id = $1;

-- name: donorPage
select * from donor_records
where id > coalesce($1, '00000000-0000-0000-0000-000000000000'::uuid)
order by id limit $2;

-- name: donorFacts
-- What the rules of eligibility need of each donor.
select id, sex, birth_date,
  (select coalesce(jsonb_agg(jsonb_build_object(
     'reason', reason, 'from', from_on, 'until', least(until_on, ended_on),
     'is_permanent', kind = 'permanent')), '[]')
   from deferrals where deferrals.donor_id = donors.id and voided_at is null) as deferrals,
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
insert into deferrals (id, donor_id, reason, kind, from_on, until_on, source, centre, note,
  recorded_at, recorded_by)
select id, donor_id, reason, kind, "from", until, source, centre, note, recorded_at, recorded_by
from jsonb_to_recordset($1::jsonb) as new
  (id uuid, donor_id uuid, reason text, kind deferral_kind, "from" date, until date, source text,
   centre text, note text, recorded_at timestamptz, recorded_by uuid);

-- name: deferrals
select id, donor_id, reason, kind, from_on as "from", until_on as until, source, centre, note,
  recorded_at, ended_on, voided_at, end_reason
from deferrals where donor_id = $1 order by id;

-- name: deferral
select id, donor_id, reason, kind, from_on as "from", until_on as until, source, centre, note,
  recorded_at, ended_on, voided_at, end_reason
from deferrals where id = $1;

-- name: endDeferral
update deferrals set ended_on = $2, end_reason = $3, ended_by = $4
where id = $1 and ended_on is null and voided_at is null;

-- name: voidDeferral
-- The reason of a void replaces that of an end: then it never counted at all.
update deferrals set voided_at = $2, end_reason = $3, ended_by = $4
where id = $1 and voided_at is null;
