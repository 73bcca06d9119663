-- name: stageDonors
copy staged_donors (row_number, id, donor_number, external_id, family_name, given_name,
  patronymic, search_name, sex, birth_date, iin, iin_hashes, phone, phone_hash,
  language, region, latin_name, iin_mismatch_reason, sound_name, name_parts,
  latin_sound) from stdin

-- name: matchStagedDonors
-- Donors who may be those of staged rows, of all or of some, and how. Each way goes by an
-- index of its own, row for row.
with asked as not materialized (
  select * from staged_donors where $2::integer[] is null or row_number = any($2)
), hits as (
  select staged.row_number, 'external_id' as by, found.id
  from asked as staged cross join lateral (
    select donor_id as id from identities
    where identities.external_id = staged.external_id limit 1) as found
  where staged.external_id is not null
  union all
  select staged.row_number, 'iin', found.id
  from asked as staged cross join lateral (
    select donor_id as id from unnest(staged.iin_hashes) as hash
    join identities on identities.iin_hash = hash limit 1) as found
  where staged.iin_hashes is not null
  union all
  select staged.row_number, 'donor_number', found.id
  from asked as staged cross join lateral (
    select id from donors where donors.donor_number = staged.donor_number limit 1) as found
  where staged.donor_number is not null
  union all
  select staged.row_number, 'name', found.id
  from asked as staged cross join lateral (
    select donors.id from identities join donors on donors.id = identities.donor_id
    where identities.search_name = staged.search_name
      and donors.birth_date = staged.birth_date
    order by donors.donor_number limit 1) as found
  where staged.iin_hashes is null
  union all
  select staged.row_number, 'name', found.id
  from asked as staged cross join lateral (
    select donors.id from identities join donors on donors.id = identities.donor_id
    where identities.iin_hash is null and identities.search_name = staged.search_name
      and donors.birth_date = staged.birth_date limit 1) as found
  where staged.iin_hashes is not null
)
select hits.row_number, hits.by,
  -- Of a merged donor that of the survivor.
  case when donors.merged_into is null then donors.donor_number else (
    select survivor.donor_number from donors as survivor where survivor.id = donors.merged_into)
  end as donor_number,
  case when identities.import_id = $1 then identities.import_row end as earlier_row,
  coalesce(donors.birth_date = staged.birth_date and donors.sex = staged.sex
    and identities.search_name = staged.search_name
    and (identities.iin_hash is null or staged.iin_hashes is null
      or identities.iin_hash = any(staged.iin_hashes)), false) as is_same_person,
  identities.phone_hash is not distinct from staged.phone_hash
    and identities.import_id is not null as is_same_row,
  staged.external_id is not null as has_external_id
from hits
join asked as staged on staged.row_number = hits.row_number
-- Hit for hit: there are few, and to join them reads everybody.
cross join lateral (select * from donors where donors.id = hits.id limit 1) as donors
left join lateral (
  select * from identities where identities.donor_id = hits.id limit 1) as identities on true
order by hits.row_number;

-- name: matchClaimedDonors
-- The same among the rows that a dry run would have taken.
select staged.row_number, claim.by, null::bigint as donor_number,
  claim.row_number as earlier_row, false as is_same_person, false as is_same_row,
  staged.external_id is not null as has_external_id
from staged_donors as staged cross join lateral (
  select by, row_number from import_claims
  where import_id = $1 and key = any(array[
      'external_id ' || staged.external_id, 'donor_number ' || staged.donor_number,
      'name ' || staged.birth_date || ' ' || staged.search_name]
      -- Under every key: the current one may not have been when it was claimed.
      || array(select 'iin ' || hash::text from unnest(staged.iin_hashes) as hash))
    and (by <> 'name' or not has_iin or staged.iin_hashes is null)
  order by row_number limit 1) as claim
order by staged.row_number;

-- name: claimStagedDonors
insert into import_claims (import_id, claimed_at, by, key, row_number, has_iin)
select $1, $2, claim.by, claim.by || ' ' || claim.key, row_number, iin is not null
from staged_donors cross join lateral (values
  ('external_id', external_id), ('iin', iin_hashes[1]::text),
  ('donor_number', donor_number::text), ('name', birth_date || ' ' || search_name),
  ('sound', birth_date || ' ' || sound_pair(sound_name)),
  ('sound', birth_date || ' ' || (latin_pairs(latin_sound))[1]),
  ('sound', birth_date || ' ' || (latin_pairs(latin_sound))[2])
) as claim (by, key)
where claim.key is not null;

-- name: dropStagedDonors
delete from staged_donors where row_number = any($1::integer[]);

-- name: similarToStaged
-- Donors, and earlier rows of the same file, with a name that sounds like that of a staged
-- row, one of all or of some, and its birth date, unless both have an identity number. Who
-- only sounds like the name in Latin letters is told of where nobody else is.
with spoken as (
  select row_number, id, birth_date, sound_pair(sound_name) as sound, false as is_latin,
    iin_hashes is not null as has_iin
  from staged_donors
  union all
  -- No row sounds like itself.
  select distinct row_number, id, birth_date, pair, true, iin_hashes is not null
  from staged_donors cross join lateral unnest(latin_pairs(latin_sound)) as pair
  where latin_sound is not null and pair <> sound_pair(sound_name)
), staged as (
  select *,
    case when has_iin then min(row_number) filter (where not has_iin) over before
      else min(row_number) over before end as earlier_row
  from spoken
  window before as (partition by birth_date, sound order by row_number
    rows between unbounded preceding and 1 preceding)
)
select distinct on (staged.row_number) staged.row_number, staged.id as subject, found.donor_number,
  case when found.donor_number is not null then found.earlier_row
    else coalesce(claimed.row_number, staged.earlier_row) end as earlier_row
from staged
left join lateral (
  select case when donors.merged_into is null then donors.donor_number else (
      select survivor.donor_number from donors as survivor where survivor.id = donors.merged_into)
    end as donor_number,
    case when identities.import_id = $1 then identities.import_row end as earlier_row
  from name_sounds
  join donors on donors.id = name_sounds.donor_id
  join identities on identities.donor_id = name_sounds.donor_id
  where name_sounds.sound = staged.sound and name_sounds.birth_date = staged.birth_date
    -- A word alone is all that somebody with one name has, and half of others' names.
    and (staged.sound = sound_pair(identities.sound_name)
      or staged.sound = any(latin_pairs(identities.latin_sound)))
    and not (staged.has_iin and identities.iin_hash is not null)
  order by donors.donor_number limit 1) as found on true
left join lateral (
  select row_number from import_claims
  -- Only a dry run claims.
  where $3::boolean and import_id = $1
    and key = 'sound ' || staged.birth_date || ' ' || staged.sound
    and not (staged.has_iin and has_iin)
  order by row_number limit 1) as claimed on true
where num_nonnulls(found.donor_number, claimed.row_number, staged.earlier_row) > 0
  and ($2::integer[] is null or staged.row_number = any($2))
order by staged.row_number, staged.is_latin;

-- name: currentSnapshot
select pg_current_snapshot()::text;

-- name: isAnybodyElseChanged
-- Whether who is known was changed by anybody but this import, and could not be seen yet in a
-- snapshot. Every such change wrote an event in its transaction.
select exists (
  select from events
  where transaction_id >= pg_snapshot_xmin($1::pg_snapshot)
    and not pg_visible_in_snapshot(transaction_id, $1::pg_snapshot)
    and kind in ('donor.registered', 'donor.corrected', 'donor.merged', 'donor.unmerged',
      'donor.anonymised')
    and detail ->> 'import' is distinct from $2);

-- name: keepDonorNumbers
select keep_donor_numbers($1)::text;

-- name: isAnybodyBarred
-- Whether anybody is deferred still who was when his identity was deleted.
select exists (select from barred_people where until_on is null or until_on > $1::date);

-- name: barredAmongStaged
-- Staged people who were deferred when their identity was deleted, by what each would be
-- remembered.
select distinct on (staged.id) staged.id, bars.until_on
from unnest($1::integer[], $2::bytea[]) as people (row_number, memory)
join staged_donors as staged on staged.row_number = people.row_number
join barred_people as bars on bars.iin_hash = people.memory
where bars.until_on is null or bars.until_on > $3::date
order by staged.id, bars.until_on desc nulls first;

-- name: registerStagedDonors
-- Those of the rows that are named, or all others, with numbers in the order of the file.
insert into donors (id, donor_number, sex, birth_date, registered_at, registered_by)
select id, coalesce(donor_number, nextval('donor_numbers')), sex, birth_date, $1, $2
from staged_donors left join unnest($3::integer[]) as named (named_row) on named_row = row_number
where (named_row is not null) = $4
order by row_number;

-- name: identifyStagedDonors
insert into identities (donor_id, family_name, given_name, patronymic, search_name, iin,
  iin_hash, phone, phone_hash, language, region, external_id, import_id, import_row, latin_name,
  iin_mismatch_reason, sound_name, name_parts, latin_sound)
select id, family_name, given_name, patronymic, search_name, iin, iin_hashes[1], phone,
  phone_hash, language, region, external_id, $1, row_number, latin_name, iin_mismatch_reason,
  sound_name, name_parts, latin_sound
from staged_donors;

-- name: tellOfStagedDonors
-- Which entries each of the same rows had; what stood in them is the donor's.
insert into events (at, kind, subject_id, account_id, detail)
select $1, 'donor.registered', id, $2, jsonb_build_object(
  'fields', concat_ws(' ', 'family_name',
    case when given_name is not null then 'given_name' end, 'sex birth_date language',
    case when patronymic is not null then 'patronymic' end,
    case when iin is not null then 'iin' end, case when phone is not null then 'phone' end,
    case when region is not null then 'region' end,
    case when latin_name is not null then 'latin_name' end,
    case when iin_mismatch_reason is not null then 'iin_mismatch_reason' end,
    case when external_id is not null then 'external_id' end),
  'import', $3::text, 'row', row_number::text)
from staged_donors left join unnest($4::integer[]) as named (named_row) on named_row = row_number
where (named_row is not null) = $5
order by row_number;
