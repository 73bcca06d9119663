-- name: seal
-- Last in every transaction that writes, in one round trip with its COMMIT: its events
-- become a link of each chain.
select seal()::text;

-- name: audit
-- A page of events, oldest first, within the reader's scope. Of a request's units only
-- what happened for that request.
select id, at, kind, subject_id, account_id, site_id, detail ->> 'reason' as reason,
  detail ->> 'from' as before, detail ->> 'to' as after,
  detail - '{from,to,reason}'::text[] as detail
from events
where id > coalesce($1, 0)
  and ($2::uuid is null or subject_id in (select id from records_of_donor($2::uuid)))
  and ($3::uuid is null or subject_id = $3)
  and ($4::uuid is null or subject_id in (select id from records_of_request($4::uuid))
    and (subject_id = $4 or detail ->> 'request' = $4::text))
  and ($5::uuid is null or account_id = $5)
  and at >= coalesce($6, '-infinity'::timestamptz) and at < coalesce($7, 'infinity'::timestamptz)
  and (site_id in (select id from visible_sites)
    or (site_id is null and (select current_setting('tamshy.site', true)) = ''))
order by id limit $8;

-- name: signLock
-- One server of many signs at a time.
select pg_try_advisory_xact_lock(hashtext('tamshy.sign'));

-- name: newestSignature
select signed_at from audit_signatures order by signed_at desc limit 1;

-- name: unsignedHeads
-- The last link of each chain, unless this key signed it. Hops from chain to chain, so
-- that it reads one link of each and not all.
with recursive heads as (
  (select chain, number, hash from audit_links order by chain desc, number desc limit 1)
  union all
  select next.chain, next.number, next.hash
  from heads cross join lateral (
    select link.chain, link.number, link.hash from audit_links as link
    where link.chain < heads.chain order by link.chain desc, link.number desc limit 1
  ) as next
)
select chain, number, encode(hash, 'hex') as hash from heads
where not exists (
  select from audit_signatures as signed
  where signed.chain = heads.chain and signed.number = heads.number and signed.key_id = $1)
order by chain;

-- name: insertSignatures
insert into audit_signatures (chain, number, hash, signed_at, key_id, signature)
select chain, number, decode(hash, 'hex'), signed_at, key_id, decode(signature, 'hex')
from jsonb_to_recordset($1::jsonb) as new
  (chain uuid, number bigint, hash text, signed_at timestamptz, key_id text, signature text);

-- name: signedHeads
-- The newest signed head of every chain.
select distinct on (chain) chain, number, encode(hash, 'hex') as hash, signed_at, key_id,
  encode(signature, 'hex') as signature
from audit_signatures order by chain, number desc, signed_at desc;

-- name: auditExtent
-- How much there is to verify, from a moment on: the transactions, which rows and links
-- are compared by, and the rows. What was sealed before the moment is taken for granted.
with first as (
  select case when $1::timestamptz is null then 0 else (
    select least(min(transaction_id), '9223372036854775806')::text::bigint
    from audit_links where sealed_at >= $1) end as id
)
select coalesce(first.id, 9223372036854775806) as first_transaction,
  greatest(
    least((select max(transaction_id) from events), '9223372036854775806')::text::bigint,
    least((select max(transaction_id) from audit_links), '9223372036854775806')::text::bigint,
    0) as last_transaction,
  case when first.id is null then 0 else
    (select count(*) from events where transaction_id >= first.id::text::xid8) end as events,
  case when first.id is null then 0 else
    (select count(*) from audit_links where transaction_id >= first.id::text::xid8) end as links
from first;

-- name: chainExtents
-- Each chain with its last number, and the number before the first to be verified.
select chain, max(number) as last,
  coalesce(min(number) filter (where sealed_at >= $1) - 1, 0) as verified
from audit_links group by chain
having $1::timestamptz is null or max(sealed_at) >= $1 order by chain;

-- name: rowFindings
-- Rows against the digests in the links of the same transactions, both ways. A thousand
-- tell enough of one stretch.
select coalesce(sealed.chain, there.chain) as chain, sealed.number, null::bigint as through,
  coalesce(there.id, sealed.id) as event,
  case when there.id is null then 'event_removed' when sealed.id is null then 'event_unsealed'
    else 'event_edited' end as what
from (
  select id, chain_of(site_id) as chain, event_digest(events) as digest from events
  where transaction_id >= $1::xid8 and transaction_id <= $2::xid8
) as there
full join (
  select link.chain, link.number, part.id, part.digest
  from audit_links as link
  cross join lateral unnest(link.event_ids, link.digests) as part (id, digest)
  where link.transaction_id >= $1::xid8 and link.transaction_id <= $2::xid8
    and part.id is not null
) as sealed on sealed.id = there.id
where sealed.digest is distinct from there.digest or sealed.chain <> there.chain
order by event limit 1000;

-- name: linkFindings
-- A stretch of one chain: each link against its own hash, and against the link before.
-- Where two do not meet though the later is sound, the earlier was changed.
with stretch as (
  select number, previous, hash, link_digest(audit_links) as proper
  from audit_links
  where chain = $1::uuid and number <= $3 and number >= coalesce(
    (select max(number) from audit_links where chain = $1 and number <= $2), 0)
), steps as (
  select *, coalesce(lag(number) over w, 0) as before, coalesce(lag(hash) over w, '') as led,
    coalesce(lag(proper) over w, '') as properly
  from stretch window w as (order by number)
), findings as (
  select number, number as through, 'link_edited' as what from steps
  where number > $2 and hash <> proper
  union
  select before + 1, number - 1, 'link_removed' from steps
  where number > $2 and number <> before + 1
  union
  select greatest(before, 1), greatest(before, 1), 'link_edited' from steps
  where number > $2 and number = before + 1 and hash = proper
    and previous <> led and previous <> properly
)
select $1::uuid as chain, number, through, null::bigint as event, what
from findings order by number limit 1000;

-- name: headFindings
-- Heads signed in this database, and heads told from outside, against the links. The
-- first that does not fit tells where a chain was cut off or written anew.
with told as (
  select chain, number, encode(hash, 'hex') as hash from audit_signatures
  union
  select chain, number, hash
  from jsonb_to_recordset($1::jsonb) as outside (chain uuid, number bigint, hash text)
)
select distinct on (told.chain) told.chain,
  case when link.number is null then coalesce((
    select max(number) from audit_links
    where audit_links.chain = told.chain and audit_links.number < told.number), 0) + 1
    else told.number end as number,
  told.number as through, null::bigint as event,
  case when link.number is null then 'link_removed' else 'link_edited' end as what
from told
left join audit_links as link on link.chain = told.chain and link.number = told.number
where link.number is null or encode(link.hash, 'hex') <> told.hash
order by told.chain, told.number;
