-- Who may do what, and the answers already given under an idempotency key.

create type role as enum
  ('drive_staff', 'laboratory', 'hospital', 'coordinator', 'recruiter', 'auditor', 'admin');

create type account_kind as enum ('person', 'machine');

-- Who acts. An account is one person, unless it is a machine's: rules that ask
-- for a second person compare accounts.
create table accounts (
  id uuid primary key,
  kind account_kind not null,
  login text,
  name text not null,
  password text, -- argon2id with its parameters and salt
  password_changed_at timestamptz,
  -- Of an initial password, which somebody else knows: it opens nothing but the choice of
  -- another one, and that only until then.
  password_expires_at timestamptz,
  -- How an issuer of OpenID Connect knows the person, who then needs no password.
  issuer text,
  subject text,
  created_at timestamptz not null,
  disabled_at timestamptz,
  constraint accounts_person_logs_in check
    (kind = 'person' or (login is null and password is null and subject is null)),
  constraint accounts_link_is_whole check ((issuer is null) = (subject is null)),
  constraint accounts_password_has_time check ((password is null) = (password_changed_at is null)),
  constraint accounts_password_expires check
    (password_expires_at is null or password is not null),
  constraint accounts_password_is_hashed check (password like '$argon2id$%')
);
-- A name is free again once its account is disabled.
create unique index accounts_login on accounts (login) where disabled_at is null;
create unique index accounts_link on accounts (issuer, subject) where disabled_at is null;

-- What an account may do, and where: one role in one scope each. They are asked
-- in the order of their ids, which is the order in which they were given.
create table grants (
  id uuid primary key,
  account_id uuid not null constraint grants_account references accounts (id),
  role role not null,
  site_id uuid constraint grants_site references sites (id),
  granted_at timestamptz not null,
  granted_by uuid not null,
  revoked_at timestamptz,
  constraint grants_of_one_account unique (id, account_id),
  constraint grants_hospital_has_site check (role <> 'hospital' or site_id is not null),
  -- Whoever makes accounts could give himself the whole country.
  constraint grants_admin_has_no_site check (role <> 'admin' or site_id is null)
);
create unique index grants_once on grants
  (account_id, role, coalesce(site_id, '00000000-0000-0000-0000-000000000000'))
  where revoked_at is null;

-- A token is kept only as its SHA-256: a stolen dump opens no door. The token
-- is 256 random bits, so a slow hash would add nothing.
create table tokens (
  id uuid primary key,
  account_id uuid not null,
  grant_id uuid not null,
  name text not null,
  digest bytea not null constraint tokens_digest unique,
  created_at timestamptz not null,
  created_by uuid not null,
  expires_at timestamptz not null,
  revoked_at timestamptz,
  constraint tokens_grant foreign key (grant_id, account_id) references grants (id, account_id),
  constraint tokens_digest_is_sha256 check (octet_length(digest) = 32)
);
create index tokens_account on tokens (account_id, id);

-- When a token was last seen, to the minute. Apart, so that tokens themselves
-- need no right to change but the one to revoke.
create table token_uses (
  token_id uuid primary key constraint token_uses_token references tokens (id),
  last_used_at timestamptz not null
);

-- What a browser's cookie stands for; kept as a hash like a token.
create table sessions (
  id uuid primary key,
  account_id uuid not null constraint sessions_account references accounts (id),
  digest bytea not null constraint sessions_digest unique,
  method text not null,
  -- What was proved beside the password; of whom an issuer vouches for, it asked.
  factor text not null,
  grant_id uuid, -- chosen by the reader
  started_at timestamptz not null,
  seen_at timestamptz not null,
  expires_at timestamptz not null,
  ended_at timestamptz,
  end_reason text,
  constraint sessions_grant foreign key (grant_id, account_id) references grants (id, account_id),
  constraint sessions_digest_is_sha256 check (octet_length(digest) = 32),
  constraint sessions_method check (method in ('password', 'oidc')),
  constraint sessions_factor check
    (factor in ('none', 'one_time_code', 'recovery_code', 'issuer')
      and (factor = 'issuer') = (method = 'oidc')),
  constraint sessions_end_has_reason check ((ended_at is null) = (end_reason is null))
);
create index sessions_open on sessions (account_id) where ended_at is null;

-- What a person's telephone makes its codes of, sealed by the service. It counts once
-- a code was confirmed; `last_period` is the half minute of the last code that was used.
create table second_factors (
  account_id uuid primary key constraint second_factors_account references accounts (id),
  secret bytea not null,
  made_at timestamptz not null,
  confirmed_at timestamptz,
  last_period bigint not null default 0
);

-- Codes for the day without the telephone, each good once. They have 125 random
-- bits, so a slow hash would add nothing.
create table recovery_codes (
  digest bytea primary key,
  account_id uuid not null constraint recovery_codes_account references accounts (id),
  made_at timestamptz not null,
  used_at timestamptz,
  constraint recovery_codes_digest_is_sha256 check (octet_length(digest) = 32)
);
create index recovery_codes_account on recovery_codes (account_id) where used_at is null;

-- Browsers that left to sign in at the issuer and have not come back: each by the hash
-- of what its cookie holds. Who comes back with it takes the row out, so it opens once,
-- whichever server it is. Nothing from which the issuer's answer could be used is here.
create table departures (
  digest bytea constraint departures_pkey primary key,
  destination text not null, -- where to go within this site afterwards
  language text, -- as the reader chose it, if he did
  expires_at timestamptz not null,
  constraint departures_digest_is_sha256 check (octet_length(digest) = 32)
);

-- Wrong tries to sign in, by account name and by network address; both only as
-- hashes. Here, so that all servers count together.
create table throttles (
  subject text primary key,
  failures integer not null,
  failed_at timestamptz not null,
  blocked_until timestamptz
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

-- The audit: everything that happened and every look at a donor's identity, in
-- order; histories and live listeners read from it too. `detail` is flat text:
-- `from` and `to` are the state before and after, `reason` says why; personal
-- fields are named in it, never their values. Append-only: the service may insert
-- and read. Its rows are chained in 0007.
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
create index events_account on events (account_id, id);
create index events_at on events using brin (at);

-- Any server must be able to tell whether the schema is the one it was built for.
do $$
begin
  if to_regclass('schema_migrations') is not null then
    grant select on schema_migrations to tamshy_service;
  end if;
end $$;

grant select, insert on accounts, grants, tokens, token_uses, sessions to tamshy_service;
grant select, insert on second_factors, recovery_codes to tamshy_service;
grant update (secret, made_at, confirmed_at, last_period) on second_factors to tamshy_service;
-- A secret that was removed must not come back.
grant delete on second_factors to tamshy_service;
grant update (used_at) on recovery_codes to tamshy_service;
grant update (password, password_changed_at, password_expires_at, issuer, subject,
  disabled_at) on accounts
  to tamshy_service;
grant update (revoked_at) on grants to tamshy_service;
grant update (revoked_at) on tokens to tamshy_service;
grant update (last_used_at) on token_uses to tamshy_service;
grant update (grant_id, factor, seen_at, ended_at, end_reason) on sessions to tamshy_service;
grant select, insert, delete on departures to tamshy_service;
-- Nothing is known from a throttle that is over, so it may go.
grant select, insert, update, delete on throttles to tamshy_service;
grant select, insert on answers to tamshy_service;
-- Neither its place in the order nor its transaction is the writer's to choose.
grant select, insert (at, kind, subject_id, account_id, site_id, detail) on events
  to tamshy_service;
