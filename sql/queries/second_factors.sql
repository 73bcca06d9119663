-- name: secondFactor
-- Held, so that one code is used once.
select secret, last_period, made_at, confirmed_at from second_factors where account_id = $1 for update;

-- name: hasSecondFactor
select account_id from second_factors where account_id = $1 and confirmed_at is not null;

-- name: keepSecondFactor
-- A new secret; it takes the place of one that was never confirmed.
insert into second_factors (account_id, secret, made_at) values ($1, $2, $3)
on conflict (account_id) do update
  set secret = excluded.secret, made_at = excluded.made_at, confirmed_at = null, last_period = 0
where second_factors.confirmed_at is null;

-- name: confirmSecondFactor
update second_factors set confirmed_at = $2 where account_id = $1 and confirmed_at is null;

-- name: noteCodeUse
update second_factors set last_period = $2 where account_id = $1 and last_period < $2;

-- name: endSecondFactor
delete from second_factors where account_id = $1;

-- name: keepRecoveryCodes
insert into recovery_codes (digest, account_id, made_at)
select digest, $1, $3 from unnest($2::bytea[]) as digest;

-- name: useRecoveryCode
update recovery_codes set used_at = $3
where account_id = $1 and digest = $2 and used_at is null;

-- name: endRecoveryCodes
update recovery_codes set used_at = $2 where account_id = $1 and used_at is null;

-- name: staleSecondFactors
-- Those that another key than the current one sealed.
select account_id, secret from second_factors
where key_of(secret) <> $1 order by account_id limit $2 for no key update;

-- name: resealSecondFactor
update second_factors set secret = $2 where account_id = $1;
