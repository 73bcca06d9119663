-- name: insertEvents
insert into events (at, kind, subject_id, account_id, site_id, detail)
select at, kind, subject_id, account_id, site_id, coalesce(detail, '{}')
from jsonb_to_recordset($1::jsonb) as new
  (at timestamptz, kind text, subject_id uuid, account_id uuid, site_id uuid, detail jsonb);

-- name: eventsAfter
-- What happened since a cursor, in an order that never gains an earlier event:
-- only transactions older than every open one are read.
select id, transaction_id::text, at, kind, subject_id
from live_events
where (transaction_id, id) > ($1::xid8, $2)
  and transaction_id < pg_snapshot_xmin(pg_current_snapshot())
  and (site_id in (select id from visible_sites)
       or (site_id is null and (select works_with_donors())))
  and (kind not like 'request.%' or (select works_with_requests()))
order by transaction_id, id limit $3;

-- name: latestEvent
-- Where a listener starts who has no cursor.
select pg_snapshot_xmin(pg_current_snapshot())::text as transaction_id, 0::bigint as id;

-- name: tellListeners
select pg_notify('tamshy_events', '')::text;
