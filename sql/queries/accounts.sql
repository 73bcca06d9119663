-- name: authorityOfToken
-- Who a token speaks for; nothing when it is unknown, expired or revoked.
select accounts.id as account, accounts.role, accounts.site_id,
       sites.kind as site_kind, sites.region
from tokens
join accounts on accounts.id = tokens.account_id
left join sites on sites.id = accounts.site_id
where tokens.digest = $1 and tokens.revoked_at is null and accounts.disabled_at is null
  and (tokens.expires_at is null or tokens.expires_at > $2);

-- name: insertAccount
insert into accounts (id, name, role, site_id, created_at)
values ($1, $2, $3::role, $4, $5)
on conflict (id) do nothing;

-- name: insertToken
insert into tokens (id, account_id, digest, created_at, expires_at)
values ($1, $2, $3, $4, $5);

-- name: siteForAccount
select id from sites where id = $1;

-- name: givenAnswers
-- The answers given before under these keys, to the accounts that ask now.
select given.account_id, given.key, given.fingerprint, given.subject_id, given.body,
  given.answered_at
from jsonb_to_recordset($1::jsonb) as asked (account_id uuid, key text)
join answers as given on given.account_id = asked.account_id and given.key = asked.key;

-- name: lockKey
select pg_advisory_xact_lock(hashtextextended($1::text || ' ' || $2::text, 0))::text;

-- name: keepAnswers
insert into answers (account_id, key, fingerprint, subject_id, body, answered_at)
select account_id, key, fingerprint, subject_id, body, answered_at
from jsonb_to_recordset($1::jsonb) as given
  (account_id uuid, key text, fingerprint text, subject_id uuid, body text,
   answered_at timestamptz);

-- name: markReplay
-- A replay changes nothing, so its commit would wait for no standby and could
-- acknowledge what only this server has. One small record makes it wait.
select pg_logical_emit_message(true, 'tamshy.replay', '')::text;

-- name: insertEvents
insert into events (at, kind, subject_id, account_id, site_id, detail)
select at, kind, subject_id, account_id, site_id, coalesce(detail, '{}')
from jsonb_to_recordset($1::jsonb) as new
  (at timestamptz, kind text, subject_id uuid, account_id uuid, site_id uuid, detail jsonb);

-- name: eventsAfter
-- What happened since a cursor, in an order that never gains an earlier event:
-- only transactions older than every open one are read.
select id, transaction_id::text, at, kind, subject_id
from events
where (transaction_id, id) > ($1::xid8, $2)
  and transaction_id < pg_snapshot_xmin(pg_current_snapshot())
  and (site_id in (select id from visible_sites)
       or (site_id is null and (select works_with_donors())))
order by transaction_id, id limit $3;

-- name: latestEvent
-- Where a listener starts who has no cursor.
select pg_snapshot_xmin(pg_current_snapshot())::text as transaction_id, 0::bigint as id;

-- name: tellListeners
select pg_notify('tamshy_events', '')::text;
