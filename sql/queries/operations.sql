-- name: isWritable
select not pg_is_in_recovery();

-- name: actAs
-- Another role's scope for the rest of the transaction, or until the next one.
select set_config('tamshy.role', $1, true);

-- name: sweepLock
-- One server of many does the clockwork of this minute.
select pg_try_advisory_xact_lock(hashtext('tamshy.sweep'));
