-- Who may do what, and the answers already given under an idempotency key.

create type role as enum
  ('drive_staff', 'laboratory', 'hospital', 'coordinator', 'recruiter', 'auditor', 'admin');

create table accounts (
  id uuid primary key,
  name text not null,
  role role not null,
  site_id uuid constraint accounts_site references sites (id),
  created_at timestamptz not null,
  disabled_at timestamptz,
  constraint accounts_hospital_has_site check (role <> 'hospital' or site_id is not null)
);

-- A token is kept only as its SHA-256: a stolen dump opens no door. The token
-- is 256 random bits, so a slow hash would add nothing.
create table tokens (
  id uuid primary key,
  account_id uuid not null constraint tokens_account references accounts (id),
  digest bytea not null constraint tokens_digest unique,
  created_at timestamptz not null,
  expires_at timestamptz,
  revoked_at timestamptz,
  constraint tokens_digest_is_sha256 check (octet_length(digest) = 32)
);

-- The first answer to every POST, kept for good: a tablet may come back after
-- days. A key belongs to the account that sent it.
create table answers (
  account_id uuid not null,
  key text not null,
  fingerprint text not null,
  subject_id uuid not null,
  body text not null,
  answered_at timestamptz not null,
  constraint answers_pkey primary key (account_id, key),
  constraint answers_key_length check (char_length(key) between 1 and 255)
);

-- Everything that happened, in order, for histories and live listeners.
-- Append-only: the service may insert and read.
create table events (
  id bigint generated always as identity primary key,
  transaction_id xid8 not null default pg_current_xact_id(),
  at timestamptz not null,
  kind text not null,
  subject_id uuid not null,
  account_id uuid,
  site_id uuid,
  detail jsonb not null default '{}'
);
create index events_subject on events (subject_id, id);
create index events_transaction on events (transaction_id, id);

-- Any server must be able to tell whether the schema is the one it was built for.
do $$
begin
  if to_regclass('schema_migrations') is not null then
    grant select on schema_migrations to tamshy_service;
  end if;
end $$;

grant select on accounts, tokens to tamshy_service;
grant insert on accounts, tokens to tamshy_service;
grant select, insert on answers, events to tamshy_service;
