-- name: lockAccount
-- An account that acts, held against being disabled until the transaction ends.
select id from accounts where id = $1 and disabled_at is null for update;

-- name: accountWithLogin
-- What signing in compares; nothing for a name nobody has.
select id, name, password, password_expires_at from accounts
where login = $1 and disabled_at is null;

-- name: secretOfAccount
select login, password, password_expires_at from accounts
where id = $1 and disabled_at is null;

-- name: passwordOfAccount
-- As secretOfAccount, held against change.
select login, password, password_expires_at from accounts
where id = $1 and disabled_at is null for update;

-- name: accountWithLink
-- The account of somebody whom an issuer vouches for; nothing for a stranger.
select id from accounts where issuer = $1 and subject = $2 and disabled_at is null;

-- name: disabledWithLink
select id from accounts where issuer = $1 and subject = $2 and disabled_at is not null
order by id desc limit 1;

-- name: setLink
update accounts set issuer = $2, subject = $3 where id = $1;

-- name: insertAccounts
insert into accounts
  (id, kind, login, name, password, password_changed_at, password_expires_at, issuer, subject,
   created_at)
select id, kind, login, name, password, password_changed_at, password_expires_at, issuer, subject,
  created_at
from jsonb_to_recordset($1::jsonb) as new
  (id uuid, kind account_kind, login text, name text, password text,
   password_changed_at timestamptz, password_expires_at timestamptz, issuer text,
   subject text, created_at timestamptz)
on conflict (id) do nothing;

-- name: accounts
-- A page of accounts after a cursor with the grants they hold, of one log-in name
-- or of all.
select id, kind, login, name, case when issuer is not null
  then jsonb_build_object('issuer', issuer, 'subject', subject) end as link,
  created_at, disabled_at, (
  select coalesce(jsonb_agg(jsonb_build_object(
      'id', grants.id, 'role', grants.role, 'site_id', grants.site_id,
      'granted_at', grants.granted_at) order by grants.id), '[]')
  from grants where grants.account_id = accounts.id and grants.revoked_at is null
) as grants
from accounts
where id > coalesce($1, '00000000-0000-0000-0000-000000000000'::uuid)
  and ($2::uuid is null or id = $2) and ($3::text is null or login = $3)
order by id limit $4;

-- name: disableAccount
update accounts set disabled_at = $2 where id = $1 and disabled_at is null returning id;

-- name: setPassword
-- A password with an end is an initial one.
update accounts set password = $2, password_changed_at = $3, password_expires_at = $4
where id = $1;

-- name: renewPassword
-- The same password under newer parameters, unless it was changed meanwhile.
update accounts set password = $3 where id = $1 and password = $2;

-- name: insertGrants
insert into grants (id, account_id, role, site_id, granted_at, granted_by)
select id, account_id, role, site_id, granted_at, granted_by
from jsonb_to_recordset($1::jsonb) as new
  (id uuid, account_id uuid, role role, site_id uuid, granted_at timestamptz, granted_by uuid)
on conflict (id) do nothing;

-- name: heldGrant
-- The grant of an account for a role in a scope, if it holds one.
select id from grants
where account_id = $1 and role = $2::role and site_id is not distinct from $3
  and revoked_at is null;

-- name: revokeGrant
-- Tokens that speak with it end with it, because they are only valid with it.
update grants set revoked_at = $2 where id = $1 and revoked_at is null returning account_id;

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
