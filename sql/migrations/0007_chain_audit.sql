-- The audit chained by hash, a chain for every site; signed heads.

-- One transaction's events of one site, fixed by their digests and by the hash of
-- the link before. The service may only read links; `seal` writes them.
create table audit_links (
  -- The site; the nil UUID is the chain of what happened at no site.
  chain uuid not null,
  number bigint not null,
  transaction_id xid8 not null,
  -- The hash of the link before; empty in the first link.
  previous bytea not null,
  event_ids bigint[] not null,
  -- The digest of each event, in the same order.
  digests bytea[] not null,
  sealed_at timestamptz not null,
  hash bytea not null,
  constraint audit_links_pkey primary key (chain, number),
  constraint audit_links_number_positive check (number > 0),
  constraint audit_links_digest_for_each_event
    check (cardinality(event_ids) = cardinality(digests))
);
create index audit_links_transaction on audit_links (transaction_id);

-- The head of a chain as it was at a moment, signed with a key that is not here.
create table audit_signatures (
  chain uuid not null,
  number bigint not null,
  hash bytea not null,
  signed_at timestamptz not null,
  -- The public key in hexadecimal: Ed25519.
  key_id text not null,
  signature bytea not null,
  constraint audit_signatures_pkey primary key (chain, number, key_id)
);
create index audit_signatures_signed_at on audit_signatures (signed_at);

-- The chain of what happens at a site, or at none.
create function chain_of(site uuid) returns uuid
language sql immutable parallel safe
return coalesce(site, '00000000-0000-0000-0000-000000000000'::uuid);

-- Over PostgreSQL's binary form of a row: the number of columns and, of each, its type,
-- its length and its value. No setting changes it, and no two rows share it. The
-- columns are named, so that one added later does not change what was sealed.
create function event_digest(event events) returns bytea
language sql stable parallel safe
return sha256(record_send(row(event.id, event.transaction_id, event.at, event.kind,
  event.subject_id, event.account_id, event.site_id, event.detail)));

create function link_digest(link audit_links) returns bytea
language sql stable parallel safe
return sha256(record_send(row(link.chain, link.number, link.transaction_id, link.previous,
  link.event_ids, link.digests, link.sealed_at)));

-- Seals the events of this transaction: a link for every chain they belong to. Called
-- last, so that a chain is held from here to the commit and no longer. Chains are taken
-- in the order of their locks and nothing is waited for after them: no deadlock. After a
-- commit that was waited for, the next statement sees the link it appended. Runs as the
-- owner: the service cannot write a link by hand. All chains in one statement: units of a
-- batch lie at many sites.
create function seal() returns void
language plpgsql security definer set search_path from current as $$
declare
  own xid8 := pg_current_xact_id_if_assigned();
  -- In a restored database a transaction may bear the number of an old one.
  sealed bigint[] := (
    select coalesce(array_agg(id), '{}') from audit_links cross join unnest(event_ids) as id
    where transaction_id = own);
begin
  perform pg_advisory_xact_lock(lock) from (
    select distinct hashtextextended(chain_of(site_id)::text, 20070) as lock
    from events where transaction_id = own and id <> all (sealed)
    order by lock
  ) as locks;
  insert into audit_links
    (chain, number, transaction_id, previous, event_ids, digests, sealed_at, hash)
  select link.chain, link.number, own, link.previous, link.events, link.digests, link.sealed_at,
    link_digest(row(link.chain, link.number, own, link.previous, link.events, link.digests,
      link.sealed_at, null)::audit_links)
  from (
    select part.chain, coalesce(head.number, 0) + 1 as number,
      coalesce(head.hash, '') as previous, part.events, part.digests,
      clock_timestamp() as sealed_at
    from (
      select chain_of(events.site_id) as chain, array_agg(events.id order by events.id) as events,
        array_agg(event_digest(events) order by events.id) as digests
      from events
      where events.transaction_id = own and events.id <> all (sealed)
      group by chain_of(events.site_id)
    ) as part
    left join lateral (
      select number, hash from audit_links
      where audit_links.chain = part.chain order by number desc limit 1
    ) as head on true
  ) as link;
end $$;

-- Keeps the owner of the schema from an accident. A superuser can go past it; that is
-- what the chain is for.
create function refuse_rewriting() returns trigger
language plpgsql as $$
begin
  raise exception 'the audit is only ever added to' using errcode = 'insufficient_privilege';
end $$;

create trigger events_only_added_to before update or delete or truncate on events
  for each statement execute function refuse_rewriting();
create trigger audit_links_only_added_to before update or delete or truncate on audit_links
  for each statement execute function refuse_rewriting();
create trigger audit_signatures_only_added_to
  before update or delete or truncate on audit_signatures
  for each statement execute function refuse_rewriting();

-- What listeners and histories are told: what happened to records, not who looked at
-- them or came in.
create view live_events as
select * from events
where kind !~ '^(audit|account|grant|token|session)\.' and kind !~ '\.(viewed|searched|exported)$';

-- The records in whose events a donor's own story is told.
create function records_of_donor(donor uuid) returns table (id uuid)
language sql stable set tamshy.role = 'system'
begin atomic
  select donor
  union all select visits.id from visits
    where visits.donor_id = donor
  union all select donations.id from donations where donations.donor_id = donor
  union all select units.id
    from units join donations on donations.id = units.donation_id
    where donations.donor_id = donor;
end;

-- The request, and the units that were ever promised to it.
create function records_of_request(request uuid) returns table (id uuid)
language sql stable set tamshy.role = 'system'
begin atomic
  select request
  union select allocations.unit_id from allocations where allocations.request_id = request;
end;

grant select on audit_links, live_events to tamshy_service;
grant select, insert on audit_signatures to tamshy_service;

-- A donor's story is asked for by donor.
create index visits_donor on visits (donor_id);
