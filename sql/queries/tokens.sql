-- name: authorityOfToken
-- Who a token speaks for; nothing when it is unknown, expired or revoked, or when
-- its grant or account no longer counts.
select accounts.id as account, accounts.kind, tokens.id as token, tokens.grant_id as id,
       tokens.expires_at, token_uses.last_used_at,
       grants.role, grants.site_id, sites.kind as site_kind, sites.region
from tokens
join accounts on accounts.id = tokens.account_id
join grants on grants.id = tokens.grant_id
left join sites on sites.id = grants.site_id
left join token_uses on token_uses.token_id = tokens.id
where tokens.digest = $1 and tokens.revoked_at is null and tokens.expires_at > $2
  and accounts.disabled_at is null and grants.revoked_at is null;

-- name: noteTokenUse
insert into token_uses (token_id, last_used_at) values ($1, $2)
on conflict (token_id) do update set last_used_at = excluded.last_used_at
where token_uses.last_used_at < excluded.last_used_at;

-- name: insertToken
insert into tokens (id, account_id, grant_id, name, digest, created_at, created_by, expires_at)
values ($1, $2, $3, $4, $5, $6, $7, $8);

-- name: tokens
-- A page of tokens after a cursor, of one account or of all, or one of them.
select tokens.id, tokens.account_id, tokens.grant_id, grants.role, grants.site_id, tokens.name,
       tokens.created_at, tokens.expires_at, token_uses.last_used_at, tokens.revoked_at
from tokens
join grants on grants.id = tokens.grant_id
left join token_uses on token_uses.token_id = tokens.id
where tokens.id > coalesce($1, '00000000-0000-0000-0000-000000000000'::uuid)
  and ($2::uuid is null or tokens.account_id = $2) and ($3::uuid is null or tokens.id = $3)
order by tokens.id limit $4;

-- name: revokeToken
update tokens set revoked_at = $2 where id = $1 and revoked_at is null;

-- name: revokeTokensOfPerson
-- Every token of a person; none of a machine.
update tokens set revoked_at = $2
from accounts
where tokens.account_id = $1 and tokens.revoked_at is null
  and accounts.id = tokens.account_id and accounts.kind = 'person'
returning tokens.id;

-- name: grantForToken
-- A grant that an account holds; the first of them unless one is named.
select grants.id from grants join accounts on accounts.id = grants.account_id
where grants.account_id = $1 and ($2::uuid is null or grants.id = $2)
  and grants.revoked_at is null and accounts.disabled_at is null
order by grants.id limit 1;
