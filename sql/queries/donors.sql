-- name: donorsWithIIN
select id, donor_number, iin from donors where iin = any($1::text[]);

-- name: likelyDuplicates
-- Donors born on the same day with the same folded name, or with the same phone.
select wanted.id as draft_id, donors.id, donors.donor_number,
       array_remove(array[
         case when donors.birth_date = wanted.birth_date then 'birth_date' end,
         case when donors.search_name = wanted.search_name then 'name' end,
         case when donors.phone = wanted.phone then 'phone' end], null) as evidence
from jsonb_to_recordset($1::jsonb) as wanted
  (id uuid, birth_date date, search_name text, phone text)
join donors on donors.id <> wanted.id and (
  (donors.birth_date = wanted.birth_date and donors.search_name = wanted.search_name)
  or donors.phone = wanted.phone)
order by donors.donor_number limit 20;

-- name: insertDonors
insert into donors (id, family_name, given_name, patronymic, search_name, sex, birth_date,
  iin, phone, language, region, registered_at, registered_by)
select id, family_name, given_name, patronymic, search_name, sex, birth_date,
  iin, phone, language, region, registered_at, registered_by
from jsonb_to_recordset($1::jsonb) as new
  (id uuid, family_name text, given_name text, patronymic text, search_name text, sex sex,
   birth_date date, iin text, phone text, language text, region text,
   registered_at timestamptz, registered_by uuid);

-- name: donors
-- Donors by id, for a set of readers at once. The last four digits of the
-- identity number are enough to tell two people apart.
select id, donor_number, family_name, given_name, patronymic, sex, birth_date,
  '••••••••' || right(iin, 4) as iin, phone, language, region,
  confirmed_group(id) as blood_group, registered_at, '[]'::jsonb as possible_duplicates
from donors where id = any($1::uuid[]);

-- name: findDonors
-- Donors by number, phone or identity number exactly, else by the start of the
-- folded name. Uses donors_search_name.
select id, donor_number, family_name, given_name, patronymic, sex, birth_date,
  '••••••••' || right(iin, 4) as iin, phone, language, region,
  confirmed_group(id) as blood_group, registered_at, '[]'::jsonb as possible_duplicates
from donors
where id > coalesce($5, '00000000-0000-0000-0000-000000000000'::uuid) and (
  ($1::bigint is not null and donor_number = $1)
  or ($2::text is not null and phone = $2)
  or ($3::text is not null and iin = $3)
  or ($4::text is not null and search_name like $4 || '%')
  or ($1::bigint is null and $2::text is null and $3::text is null and $4::text is null))
order by id limit $6;

-- name: donorFacts
-- What the rules of eligibility need of each donor.
select id, sex, birth_date,
  (select coalesce(jsonb_agg(jsonb_build_object(
     'reason', reason, 'from', from_on, 'until', until_on)), '[]')
   from deferrals where deferrals.donor_id = donors.id) as deferrals,
  (select coalesce(jsonb_agg(jsonb_build_object(
     'kind', kind, 'on', collected_on, 'outcome', outcome)), '[]')
   from donations where donations.donor_id = donors.id) as donations
from donors where id = any($1::uuid[]);

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
select id, donor_id, reason, from_on as "from", until_on as until, source, recorded_at
from deferrals where donor_id = $1 order by id;
