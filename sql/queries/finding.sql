-- Each of these statements goes by one index and is cut, so that the commonest name costs what
-- a rare one does; small as they are, their plans are kept. Comparisons of bytes, numbers and
-- days may use an index under row-level security, LIKE and trigrams may not.

-- name: donorsMeant
-- Donors whom a number, an identity number or a telephone means, in this order.
select id from (
  select id, 0 as way from donors where donor_number = $1::bigint
  union all
  (select donor_id, 1 from identities where iin_hash = any($3::bytea[]) limit 50)
  union all
  (select donor_id, 2 from identities where phone_hash = any($2::bytea[]) limit 200)
  union all
  (select donor_id, 2 from contacts
   where value_hash = any($2::bytea[]) and ended_at is null limit 200)
) as meant
group by id order by min(way), id;

-- name: donorsNamed
-- Donors by the beginnings of phrases of their names, the likeliest beginning first.
select found.donor_id
from unnest($1::text[]) with ordinality as wanted (beginning, place) cross join lateral (
  select name_words.donor_id, name_words.phrase from name_words
  where name_words.phrase >= wanted.beginning
    and name_words.phrase < wanted.beginning || U&'\+10FFFF'
  order by name_words.phrase, name_words.donor_id limit $2) as found
group by found.donor_id order by min(wanted.place), min(found.phrase), found.donor_id;

-- name: donorsSounding
-- Donors by names that sound alike.
select found.donor_id
from unnest($1::text[]) as wanted (sound) cross join lateral (
  select name_sounds.donor_id from name_sounds
  where name_sounds.sound = wanted.sound
  order by name_sounds.birth_date, name_sounds.donor_id limit $2) as found
group by found.donor_id order by min(wanted.sound), found.donor_id;

-- name: donorsNamedInPart
-- Donors by two beginnings: those who begin with one, among whom the other is looked for.
select found.donor_id
from unnest($1::text[], $2::text[]) as wanted (beginning, other) cross join lateral (
  select started.donor_id, started.phrase from (
    select name_words.donor_id, name_words.phrase from name_words
    where name_words.phrase >= wanted.beginning
      and name_words.phrase < wanted.beginning || U&'\+10FFFF'
    order by name_words.phrase, name_words.donor_id limit 3000) as started
  where strpos(started.phrase, ' ' || wanted.other) > 0 limit $3) as found
group by found.donor_id order by min(found.phrase), found.donor_id;

-- name: donorsBornOn
-- Whoever was forgotten was born on the first of January.
select id from donors where birth_date = $1 and state <> 'anonymised' order by id limit $2;

-- name: donorCandidates
-- Donors who may be meant, in the order in which they are asked about. A merged donor is found
-- as the survivor.
select coalesce(donor.merged_into, wanted.id) as id, $2::boolean as is_certain,
  donor.birth_date, identity.family_name, identity.given_name, identity.patronymic,
  identity.search_name, identity.sound_name, identity.name_parts
from unnest($1::uuid[]) with ordinality as wanted (id, place)
cross join lateral (
  select birth_date, merged_into from donors where donors.id = wanted.id limit 1) as donor
left join lateral (
  select family_name, given_name, patronymic, search_name, sound_name, name_parts
  from identities
  where identities.donor_id = wanted.id limit 1) as identity on true
order by wanted.place;

-- name: spellingsBeside
-- Words of names that are a letter apart from those that were typed.
select distinct wanted.word, near.word as name
from unnest($1::integer[], $2::text[]) as wanted (word, typed)
cross join lateral slips_of(wanted.typed) as slip
cross join lateral (
  select name_slips.word from name_slips
  where name_slips.slip = slip.slip order by name_slips.word limit 100) as near;

-- name: spellingsNear
-- Words of names that begin or end as those that were typed, and have no more than two other
-- letters.
select distinct wanted.word, near.word as name
from jsonb_to_recordset($1::jsonb) as wanted
  (word integer, typed text, beginning text, ending text)
cross join lateral (
  (select name_spellings.word from name_spellings
   where name_spellings.word >= wanted.beginning collate "C"
     and name_spellings.word < wanted.beginning || U&'\+10FFFF'
   order by name_spellings.word limit 2000)
  union all
  (select name_spellings.word from name_spellings
   where name_spellings.reversed >= wanted.ending collate "C"
     and name_spellings.reversed < wanted.ending || U&'\+10FFFF'
   order by name_spellings.reversed limit 2000)
) as near
where abs(length(near.word) - length(wanted.typed)) <= 2
  and length(translate(near.word, wanted.typed, '')) <= 2
  and length(translate(wanted.typed, near.word, '')) <= 2;

-- name: duplicateCandidates
-- Donors with the same telephone, or with a name that sounds like one of several and one of
-- several birth dates.
with hits as materialized (
  (select donor_id from identities
   where phone_hash = any($3::bytea[]) limit 50)
  union
  -- A switchboard is many people's, and a family's telephone at home nearly.
  (select donor_id from contacts
   where value_hash = any($3::bytea[]) and kind = 'mobile' and ended_at is null limit 50)
  union
  select found.donor_id
  from unnest($1::text[]) as spoken (sound) cross join unnest($2::date[]) as wanted (born)
  cross join lateral (
    select name_sounds.donor_id from name_sounds
    where name_sounds.sound = spoken.sound and name_sounds.birth_date = wanted.born
    order by name_sounds.donor_id limit 50) as found
)
select coalesce(donor.merged_into, hits.donor_id) as id,
  case when donor.merged_into is null then donor.donor_number else (
    select survivor.donor_number from donors as survivor where survivor.id = donor.merged_into)
  end as donor_number,
  donor.birth_date, identity.search_name,
  identity.sound_name, identity.latin_name,
  coalesce(identity.phone_hash = any($3::bytea[]), false) or exists (
    select from contacts
    where contacts.donor_id = hits.donor_id and value_hash = any($3::bytea[])
      and kind = 'mobile' and ended_at is null) as has_phone
from hits
cross join lateral (
  select donor_number, birth_date, merged_into from donors
  where donors.id = hits.donor_id limit 1) as donor
cross join lateral (
  select search_name, sound_name, latin_name, phone_hash from identities
  where identities.donor_id = hits.donor_id limit 1) as identity
where coalesce(donor.merged_into, hits.donor_id) is distinct from $4::uuid
order by donor.donor_number limit 200;

-- name: namesOfDonor
-- What a donor's likely duplicates are looked for by; telephones by their keyed hashes, also
-- those of records that were merged into the donor.
with records as materialized (
  select id from donors where id = $1 union all select id from donors where merged_into = $1
)
select identities.search_name, identities.sound_name, identities.latin_name,
  donors.birth_date, array(
    select phone_hash from records join identities on identities.donor_id = records.id
    where phone_hash is not null
    union
    select value_hash from records join contacts on contacts.donor_id = records.id
    where kind = 'mobile' and ended_at is null
    limit 50) as phone_hashes
from donors join identities on identities.donor_id = donors.id
where donors.id = $1;
