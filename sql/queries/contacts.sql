-- name: insertContact
-- Behind the others, unless it has a place.
insert into contacts (id, donor_id, kind, value, value_hash, channels, position, recorded_at,
  recorded_by)
select id, donor_id, kind, value, value_hash,
  array(select jsonb_array_elements_text(channels))::contact_channel[],
  coalesce(position, (select count(*) + 1 from contacts
    where contacts.donor_id = new.donor_id and ended_at is null)),
  recorded_at, recorded_by
from jsonb_to_record($1::jsonb) as new
  (id uuid, donor_id uuid, kind contact_kind, value bytea, value_hash bytea, channels jsonb,
   position integer, recorded_at timestamptz, recorded_by uuid);

-- name: contactWithValue
-- Whether a donor has such a contact in use.
select id from contacts
where donor_id = $1 and value_hash = any($2::bytea[]) and ended_at is null limit 1;

-- name: contact
select id, donor_id, kind, value as sealed_value, null as value, channels::text[] as channels,
  position, recorded_at, ended_at
from contacts where id = $1;

-- name: contacts
-- A donor's contacts: those in use first, in the order in which to try them. Those of a record
-- that was merged into the donor lead to the same person.
select id, donor_id, kind, value as sealed_value, null as value, channels::text[] as channels,
  position, recorded_at, ended_at
from contacts
where donor_id = $1 or donor_id in (select id from donors where merged_into = $1)
order by ended_at is not null, position, number;

-- name: endContact
update contacts set ended_at = $2 where id = $1 and ended_at is null;

-- name: insertConsent
insert into consents (id, donor_id, purpose, channel, text_version, manner, given_at,
  recorded_at, recorded_by)
select id, donor_id, purpose, channel, text_version, manner, given_at, recorded_at, recorded_by
from jsonb_to_record($1::jsonb) as new
  (id uuid, donor_id uuid, purpose contact_purpose, channel contact_channel, text_version text,
   manner text, given_at timestamptz, recorded_at timestamptz, recorded_by uuid);

-- name: consent
select id, donor_id, purpose, channel, text_version, manner, given_at, recorded_at, recorded_by,
  withdrawn_at
from consents where id = $1;

-- name: consents
select id, donor_id, purpose, channel, text_version, manner, given_at, recorded_at, recorded_by,
  withdrawn_at
from consents where donor_id = $1 order by given_at, id;

-- name: withdrawConsent
update consents set withdrawn_at = $2, withdrawn_by = $3
where id = $1 and withdrawn_at is null;

-- name: insertUnavailability
insert into unavailabilities (id, donor_id, until_on, recorded_at, recorded_by)
select id, donor_id, until, recorded_at, recorded_by
from jsonb_to_record($1::jsonb) as new
  (id uuid, donor_id uuid, until date, recorded_at timestamptz, recorded_by uuid);

-- name: unavailabilities
select id, donor_id, until_on as until, recorded_at
from unavailabilities where donor_id = $1 order by number;

-- name: insertContactAttempt
insert into contact_attempts (id, donor_id, purpose, channel, contact_id, outcome,
  attempted_at, recorded_at, recorded_by)
select id, donor_id, purpose, channel, contact_id, outcome, attempted_at, recorded_at, recorded_by
from jsonb_to_record($1::jsonb) as new
  (id uuid, donor_id uuid, purpose contact_purpose, channel contact_channel, contact_id uuid,
   outcome text, attempted_at timestamptz, recorded_at timestamptz, recorded_by uuid);

-- name: contactAttempts
select id, donor_id, purpose, channel, contact_id, outcome, attempted_at
from contact_attempts where donor_id = $1 order by attempted_at, id;

-- name: reachFacts
-- What decides whether a donor may be spoken to. The telephone of the registration is one
-- that rings; whether it takes messages, nobody has said. Records that were merged into the
-- donor lead to the same person.
with records as materialized (
  select id from donors where id = $1 union all select id from donors where merged_into = $1
)
select donors.state,
  array(
    select 'call' from identities join records on records.id = identities.donor_id
    where identities.phone is not null
    union
    select unnest(channels)::text from contacts join records on records.id = contacts.donor_id
    where ended_at is null) as channels,
  (select coalesce(jsonb_agg(jsonb_build_object(
     'purpose', purpose, 'channel', channel, 'given_at', given_at,
     'withdrawn_at', withdrawn_at)), '[]')
   from consents where consents.donor_id = donors.id) as consents,
  (select until_on from unavailabilities
   where unavailabilities.donor_id = donors.id order by number desc limit 1)
    as unavailable_until,
  (select coalesce(jsonb_agg(jsonb_build_object(
     'purpose', purpose, 'at', attempted_at, 'outcome', outcome)), '[]')
   from contact_attempts where contact_attempts.donor_id = donors.id) as attempts
from donors where id = $1;
