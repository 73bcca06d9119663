-- name: anonymisationFacts
-- What speaks against deleting an identity, and what must outlive it.
select donors.donor_number, donors.state,
  exists (select from visits where visits.donor_id = donors.id and visits.outcome is null)
    as is_visiting,
  exists (
    select from donations
    where donations.donor_id = donors.id and (
      exists (select from units where units.donation_id = donations.id
        and units.state in ('quarantined', 'available', 'held', 'returned'))
      or donations.state = 'collected' and donations.outcome = 'completed'
        and not exists (select from units where units.donation_id = donations.id)))
    as has_blood_in_stock,
  identities.iin as sealed_iin, bars.is_barred, bars.barred_until
from donors
left join identities on identities.donor_id = donors.id
cross join lateral (
  select count(*) > 0 as is_barred,
    case when bool_and(until_on is not null) then max(until_on) end as barred_until
  from deferrals
  where deferrals.donor_id = donors.id and (until_on is null or until_on > $2::date)
) as bars
where donors.id = $1;

-- name: anonymiseDonor
select anonymise_donor($1, $2, $3, $4, $5, $6)::text;

-- name: barOf
-- Whether a person was deferred when the identity was deleted, and until when.
select until_on from barred_people
where iin_hash = any($1::bytea[]) and (until_on is null or until_on > $2::date)
order by until_on desc nulls first limit 1;

-- name: privacyKeys
select purpose, number, proof from privacy_keys where removed_at is null
order by purpose, number;

-- name: insertPrivacyKeys
insert into privacy_keys (purpose, number, proof, made_at)
select purpose, number, proof, $2 from jsonb_to_recordset($1::jsonb) as new
  (purpose text, number integer, proof bytea)
on conflict (purpose, number) do nothing;

-- name: removePrivacyKey
update privacy_keys set removed_at = $3
where purpose = $1 and number = $2 and removed_at is null;

-- name: keyUses
-- How many values each key still has to read.
select purpose, number, count(*)::integer as values, kind
from (
  select 'seal' as purpose, key_of(iin) as number, 'identities' as kind from identities
  union all select 'seal', key_of(phone), 'identities' from identities
  union all select 'lookup', key_of(iin_hash), 'identities' from identities
  union all select 'lookup', key_of(phone_hash), 'identities' from identities
  union all select 'seal', key_of(document), 'identities' from identities
  union all select 'lookup', key_of(document_hash), 'identities' from identities
  union all select 'lookup', key_of(iin_hash), 'barred_people' from barred_people
  union all select 'seal', key_of(value), 'contacts' from contacts
  union all select 'lookup', key_of(value_hash), 'contacts' from contacts
  union all select 'seal', key_of(secret), 'second_factors' from second_factors
  union all select 'seal', substring(body from '^\{"key":(\d+),')::integer, 'answers'
    from answers where fingerprint = 'sealed'
) as uses
where number is not null
group by purpose, number, kind order by purpose, number, kind;

-- name: staleIdentities
-- The next identities of which something was made by another key than the current.
select donor_id, iin as sealed_iin, phone as sealed_phone, document as sealed_document
from identities
where donor_id > coalesce($1, '00000000-0000-0000-0000-000000000000'::uuid)
  and (key_of(iin) <> $2 or key_of(phone) <> $2
    or key_of(iin_hash) <> $3 or key_of(phone_hash) <> $3
    or key_of(document) <> $2 or key_of(document_hash) <> $3)
order by donor_id limit $4 for no key update;

-- name: resealIdentities
update identities
set iin = new.iin, iin_hash = new.iin_hash, phone = new.phone, phone_hash = new.phone_hash,
  document = new.document, document_hash = new.document_hash
from jsonb_to_recordset($1::jsonb) as new
  (donor_id uuid, iin bytea, iin_hash bytea, phone bytea, phone_hash bytea, document bytea,
   document_hash bytea)
where identities.donor_id = new.donor_id;

-- name: staleAnswers
select account_id, key, body from answers
where fingerprint = 'sealed' and body like '{"key":%'
  and not starts_with(body, '{"key":' || $3::integer || ',')
  and (account_id, key) > (coalesce($1, '00000000-0000-0000-0000-000000000000'::uuid),
                           coalesce($2, ''))
order by account_id, key limit $4;

-- name: resealAnswers
select reseal_answers($1);

-- name: staleContacts
-- The next contacts that another key made than the current.
select id, donor_id, kind, value as sealed_value from contacts
where key_of(value) <> $1 or key_of(value_hash) <> $2
order by id limit $3 for no key update;

-- name: resealContacts
update contacts set value = new.value, value_hash = new.value_hash
from jsonb_to_recordset($1::jsonb) as new (id uuid, value bytea, value_hash bytea)
where contacts.id = new.id;
