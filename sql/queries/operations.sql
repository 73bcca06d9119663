-- name: isWritable
select not pg_is_in_recovery();

-- name: sweepLock
-- One server of many does the clockwork of this minute.
select pg_try_advisory_xact_lock(hashtext('tamshy.sweep'));
