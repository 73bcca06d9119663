-- name: sessionWithDigest
-- The session that a cookie stands for, with each grant of its account; nothing
-- when it is unknown, has ended or is over. One without grants has one row of nulls.
select sessions.id as session, sessions.grant_id as chosen, sessions.started_at,
       sessions.seen_at, sessions.expires_at,
       sessions.factor = 'none' as has_one_factor,
       accounts.id as account, accounts.kind,
       accounts.login, accounts.name,
       grants.id, grants.role, grants.site_id, sites.kind as site_kind, sites.region
from sessions
join accounts on accounts.id = sessions.account_id
left join grants on grants.account_id = accounts.id and grants.revoked_at is null
left join sites on sites.id = grants.site_id
where sessions.digest = $1 and sessions.ended_at is null and sessions.expires_at > $2
  and accounts.disabled_at is null
order by grants.id;

-- name: noteSessionUse
update sessions set seen_at = $2 where id = $1 and seen_at < $2 and ended_at is null;

-- name: insertSession
insert into sessions (id, account_id, digest, method, factor, started_at, seen_at, expires_at)
values ($1, $2, $3, $4, $5, $6, $6, $7);

-- name: endSession
update sessions set ended_at = $2, end_reason = $3
where digest = $1 and ended_at is null returning id, account_id;

-- name: endSessions
-- Every session of an account.
update sessions set ended_at = $2, end_reason = $3 where account_id = $1 and ended_at is null;

-- name: endOtherSessions
update sessions set ended_at = $2, end_reason = $3
where account_id = $1 and id <> $4 and ended_at is null;

-- name: raiseSession
-- A code was typed in it. An issuer's session stays one.
update sessions set factor = case factor when 'none' then 'one_time_code' else factor end
where id = $1 and account_id = $2 and ended_at is null;

-- name: sessions
-- A page of the sessions of an account, or of all, that are open and not locked; or one.
select id, account_id, method, started_at, seen_at, expires_at from sessions
where ended_at is null and expires_at > $1 and seen_at > $2
  and id > coalesce($3, '00000000-0000-0000-0000-000000000000'::uuid)
  and ($4::uuid is null or account_id = $4) and ($5::uuid is null or id = $5)
order by id limit $6;

-- name: revokeSession
update sessions set ended_at = $2, end_reason = $3 where id = $1 and ended_at is null;

-- name: chooseGrant
update sessions set grant_id = grants.id
from grants
where sessions.id = $1 and grants.id = $2 and grants.account_id = sessions.account_id
  and grants.revoked_at is null and sessions.ended_at is null;

-- name: insertDeparture
insert into departures (digest, destination, language, expires_at) values ($1, $2, $3, $4);

-- name: takeDeparture
-- Of two that come back with the same cookie one finds it.
delete from departures where digest = $1 and expires_at > $2 returning destination, language;

-- name: forgetDepartures
delete from departures where expires_at < $1;

-- name: openThrottles
insert into throttles (subject, failures, failed_at)
select subject, 0, $2 from unnest($1::text[]) as subject order by subject
on conflict (subject) do nothing;

-- name: lockThrottles
-- In one order, so that two tries that share a subject wait for each other.
select subject, failures, failed_at, blocked_until from throttles
where subject = any($1) order by subject for update;

-- name: keepThrottles
update throttles set failures = new.failures, failed_at = new.failed_at,
  blocked_until = new.blocked_until
from jsonb_to_recordset($1::jsonb) as new
  (subject text, failures integer, failed_at timestamptz, blocked_until timestamptz)
where throttles.subject = new.subject;

-- name: forgetThrottles
delete from throttles where failed_at < $1 and coalesce(blocked_until < $1, true);
