-- The whole schema, as the migrations make it and pg_dump 15 writes it: for reading.
-- A test holds it against the migrations. Written again by
--   TAMSHY_WRITE_SCHEMA=1 swift test --filter 'the schema file shows'

CREATE TYPE public.allocation_state AS ENUM (
    'held',
    'issued',
    'received',
    'returned',
    'released',
    'expired',
    'withdrawn'
);

CREATE TYPE public.blood_group AS ENUM (
    'O-',
    'O+',
    'A-',
    'A+',
    'B-',
    'B+',
    'AB-',
    'AB+'
);

CREATE TYPE public.component AS ENUM (
    'whole_blood',
    'red_cells',
    'plasma',
    'platelets',
    'cryoprecipitate'
);

CREATE TYPE public.donation_intent AS ENUM (
    'voluntary',
    'directed',
    'replacement',
    'autologous',
    'paid'
);

CREATE TYPE public.donation_kind AS ENUM (
    'whole_blood',
    'plasmapheresis',
    'plateletpheresis',
    'double_red_cells'
);

CREATE TYPE public.donation_outcome AS ENUM (
    'completed',
    'low_volume',
    'insufficient',
    'failed_vein',
    'stopped'
);

CREATE TYPE public.donation_state AS ENUM (
    'collected',
    'released',
    'rejected'
);

CREATE TYPE public.drive_state AS ENUM (
    'planned',
    'open',
    'closed',
    'cancelled'
);

CREATE TYPE public.request_state AS ENUM (
    'open',
    'fulfilled',
    'cancelled',
    'lapsed'
);

CREATE TYPE public.role AS ENUM (
    'drive_staff',
    'laboratory',
    'hospital',
    'coordinator',
    'recruiter',
    'auditor',
    'admin'
);

CREATE TYPE public.sex AS ENUM (
    'female',
    'male'
);

CREATE TYPE public.site_kind AS ENUM (
    'centre',
    'venue',
    'hospital'
);

CREATE TYPE public.substitution AS ENUM (
    'compatible',
    'exact'
);

CREATE TYPE public.test_result AS ENUM (
    'reactive',
    'non_reactive',
    'invalid'
);

CREATE TYPE public.unit_state AS ENUM (
    'quarantined',
    'available',
    'held',
    'issued',
    'received',
    'returned',
    'transfused',
    'expired',
    'discarded'
);

CREATE TYPE public.urgency AS ENUM (
    'emergency',
    'urgent',
    'routine',
    'scheduled'
);

CREATE TYPE public.visit_outcome AS ENUM (
    'donated',
    'deferred',
    'walked_out'
);

CREATE TABLE public.determinations (
    id uuid NOT NULL,
    donation_id uuid NOT NULL,
    donor_id uuid NOT NULL,
    blood_group public.blood_group NOT NULL,
    sample text NOT NULL,
    method text NOT NULL,
    determined_at timestamp with time zone NOT NULL,
    determined_by uuid NOT NULL
);

ALTER TABLE ONLY public.determinations FORCE ROW LEVEL SECURITY;

CREATE FUNCTION public.confirmed_group(donor uuid) RETURNS public.blood_group
    LANGUAGE sql STABLE
    RETURN (SELECT CASE WHEN ((count(DISTINCT determinations.blood_group) = 1) AND (count(DISTINCT ROW(determinations.donation_id, lower(determinations.sample))) >= 2)) THEN min(determinations.blood_group) ELSE NULL::public.blood_group END AS "case" FROM public.determinations WHERE (determinations.donor_id = confirmed_group.donor));

CREATE FUNCTION public.count_changed_units() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO '$user', 'public'
    AS $$
begin
  insert into stock_deltas (site_id, component, blood_group, state, expires_on, delta)
  select site_id, component, blood_group, state, expires_on, sum(delta)
  from (
    select site_id, component, blood_group, state, expires_on, -1 as delta from old_units
    union all
    select site_id, component, blood_group, state, expires_on, 1 from new_units
  ) changes
  group by site_id, component, blood_group, state, expires_on
  having sum(delta) <> 0;
  return null;
end $$;

CREATE FUNCTION public.count_new_units() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO '$user', 'public'
    AS $$
begin
  insert into stock_deltas (site_id, component, blood_group, state, expires_on, delta)
  select site_id, component, blood_group, state, expires_on, count(*)
  from new_units
  group by site_id, component, blood_group, state, expires_on;
  return null;
end $$;

CREATE FUNCTION public.fold_stock() RETURNS bigint
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO '$user', 'public'
    AS $$
declare folded bigint;
begin
  if not pg_try_advisory_xact_lock(hashtext('tamshy.fold_stock')) then
    return 0;
  end if;
  with taken as (
    delete from stock_deltas
    returning site_id, component, blood_group, state, expires_on, delta
  ), sums as (
    select site_id, component, blood_group, state, expires_on,
           sum(delta)::integer as delta, count(*) as rows
    from taken
    group by site_id, component, blood_group, state, expires_on
  ), added as (
    insert into stock_totals as totals
      (site_id, component, blood_group, state, expires_on, units)
    select site_id, component, blood_group, state, expires_on, delta from sums
    on conflict on constraint stock_totals_cell
      do update set units = totals.units + excluded.units
  )
  select coalesce(sum(rows), 0) into folded from sums;
  delete from stock_totals where units = 0;
  return folded;
end $$;

CREATE TABLE public.deferrals (
    id uuid NOT NULL,
    donor_id uuid NOT NULL,
    reason text NOT NULL,
    from_on date NOT NULL,
    until_on date,
    source text DEFAULT 'manual'::text NOT NULL,
    recorded_at timestamp with time zone NOT NULL,
    recorded_by uuid NOT NULL,
    CONSTRAINT deferrals_end_after_start CHECK (((until_on IS NULL) OR (until_on > from_on))),
    CONSTRAINT deferrals_source_known CHECK ((source = ANY (ARRAY['manual'::text, 'automatic'::text])))
);

ALTER TABLE ONLY public.deferrals FORCE ROW LEVEL SECURITY;

CREATE TABLE public.donations (
    id uuid NOT NULL,
    din text NOT NULL,
    drive_id uuid NOT NULL,
    visit_id uuid NOT NULL,
    donor_id uuid NOT NULL,
    kind public.donation_kind NOT NULL,
    intent public.donation_intent NOT NULL,
    volume_ml integer NOT NULL,
    started_at timestamp with time zone NOT NULL,
    ended_at timestamp with time zone NOT NULL,
    collected_on date NOT NULL,
    outcome public.donation_outcome NOT NULL,
    for_patient text,
    state public.donation_state DEFAULT 'collected'::public.donation_state NOT NULL,
    policy_code text NOT NULL,
    policy_version integer NOT NULL,
    logged_at timestamp with time zone NOT NULL,
    logged_by uuid NOT NULL,
    released_at timestamp with time zone,
    CONSTRAINT donations_din_shape CHECK ((din ~ '^[A-NP-Z1-9][A-NP-Z0-9]{2}[0-9]{10}$'::text)),
    CONSTRAINT donations_end_after_start CHECK ((ended_at >= started_at)),
    CONSTRAINT donations_released_has_time CHECK (((state <> 'released'::public.donation_state) OR (released_at IS NOT NULL))),
    CONSTRAINT donations_volume_not_negative CHECK ((volume_ml >= 0))
);

ALTER TABLE ONLY public.donations FORCE ROW LEVEL SECURITY;

CREATE TABLE public.tests (
    id uuid NOT NULL,
    donation_id uuid NOT NULL,
    donor_id uuid NOT NULL,
    marker text NOT NULL,
    result public.test_result NOT NULL,
    tested_at timestamp with time zone NOT NULL,
    tested_by uuid NOT NULL
);

ALTER TABLE ONLY public.tests FORCE ROW LEVEL SECURITY;

CREATE VIEW public.clear_labels AS
 SELECT donations.id AS donation_id,
    label.blood_group
   FROM (public.donations
     CROSS JOIN unnest(enum_range(NULL::public.blood_group)) label(blood_group))
  WHERE ((donations.state = 'released'::public.donation_state) AND (donations.intent <> 'autologous'::public.donation_intent) AND (NOT (EXISTS ( SELECT
           FROM public.determinations
          WHERE ((determinations.donor_id = donations.donor_id) AND (determinations.blood_group <> label.blood_group))))) AND (NOT (EXISTS ( SELECT
           FROM public.tests
          WHERE ((tests.donor_id = donations.donor_id) AND (tests.result = 'reactive'::public.test_result))))) AND (NOT (EXISTS ( SELECT
           FROM public.deferrals
          WHERE ((deferrals.donor_id = donations.donor_id) AND ((deferrals.until_on IS NULL) OR (daterange(deferrals.from_on, deferrals.until_on) @> donations.collected_on)))))));

CREATE FUNCTION public.is_clear(donation uuid, label public.blood_group) RETURNS boolean
    LANGUAGE sql STABLE
    SET "tamshy.role" TO 'system'
    RETURN (EXISTS (SELECT FROM public.clear_labels WHERE ((clear_labels.donation_id = is_clear.donation) AND (clear_labels.blood_group = is_clear.label))));

CREATE FUNCTION public.is_promised_here(unit uuid) RETURNS boolean
    LANGUAGE plpgsql STABLE
    AS $$
begin
  return exists (
    select from allocations
    where allocations.unit_id = unit
      and allocations.state in ('held', 'issued', 'received', 'returned'));
end $$;

CREATE FUNCTION public.shelf(component public.component, blood_group public.blood_group) RETURNS smallint
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN ((CASE component WHEN 'whole_blood'::public.component THEN 0 WHEN 'red_cells'::public.component THEN 8 WHEN 'plasma'::public.component THEN 16 WHEN 'platelets'::public.component THEN 24 WHEN 'cryoprecipitate'::public.component THEN 32 ELSE NULL::integer END + CASE blood_group WHEN 'O-'::public.blood_group THEN 0 WHEN 'O+'::public.blood_group THEN 1 WHEN 'A-'::public.blood_group THEN 2 WHEN 'A+'::public.blood_group THEN 3 WHEN 'B-'::public.blood_group THEN 4 WHEN 'B+'::public.blood_group THEN 5 WHEN 'AB-'::public.blood_group THEN 6 WHEN 'AB+'::public.blood_group THEN 7 ELSE NULL::integer END))::smallint;

CREATE TABLE public.units (
    id uuid NOT NULL,
    donation_id uuid NOT NULL,
    din text NOT NULL,
    component public.component NOT NULL,
    blood_group public.blood_group,
    volume_ml integer NOT NULL,
    attributes text[] DEFAULT '{}'::text[] NOT NULL,
    collected_on date NOT NULL,
    expires_on date NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    site_id uuid NOT NULL,
    state public.unit_state NOT NULL,
    made_at timestamp with time zone NOT NULL,
    shelf smallint GENERATED ALWAYS AS (public.shelf(component, blood_group)) STORED,
    CONSTRAINT units_out_of_quarantine_has_group CHECK (((state = ANY (ARRAY['quarantined'::public.unit_state, 'expired'::public.unit_state, 'discarded'::public.unit_state])) OR (blood_group IS NOT NULL))),
    CONSTRAINT units_volume_positive CHECK ((volume_ml > 0))
);

ALTER TABLE ONLY public.units FORCE ROW LEVEL SECURITY;

CREATE FUNCTION public.is_safe(unit public.units) RETURNS boolean
    LANGUAGE sql STABLE
    RETURN public.is_clear((unit).donation_id, (unit).blood_group);

CREATE TABLE public.allocations (
    id uuid NOT NULL,
    unit_id uuid NOT NULL,
    line_id uuid NOT NULL,
    request_id uuid NOT NULL,
    rank_reason text NOT NULL,
    state public.allocation_state DEFAULT 'held'::public.allocation_state NOT NULL,
    held_at timestamp with time zone NOT NULL,
    held_until timestamp with time zone NOT NULL,
    allocated_by uuid NOT NULL,
    issued_at timestamp with time zone,
    received_at timestamp with time zone,
    ended_at timestamp with time zone,
    end_reason text,
    CONSTRAINT allocations_ended_has_reason CHECK (((state <> ALL (ARRAY['returned'::public.allocation_state, 'released'::public.allocation_state, 'expired'::public.allocation_state, 'withdrawn'::public.allocation_state])) OR ((ended_at IS NOT NULL) AND (end_reason IS NOT NULL)))),
    CONSTRAINT allocations_issued_has_time CHECK (((state <> ALL (ARRAY['issued'::public.allocation_state, 'received'::public.allocation_state])) OR (issued_at IS NOT NULL))),
    CONSTRAINT allocations_received_has_time CHECK (((state <> 'received'::public.allocation_state) OR (received_at IS NOT NULL)))
);

ALTER TABLE ONLY public.allocations FORCE ROW LEVEL SECURITY;

CREATE TABLE public.requests (
    id uuid NOT NULL,
    hospital_id uuid NOT NULL,
    site_id uuid NOT NULL,
    urgency public.urgency NOT NULL,
    needed_by timestamp with time zone NOT NULL,
    patient jsonb,
    state public.request_state DEFAULT 'open'::public.request_state NOT NULL,
    requested_at timestamp with time zone NOT NULL,
    requested_by uuid NOT NULL,
    closed_at timestamp with time zone,
    CONSTRAINT requests_open_has_no_end CHECK (((state = 'open'::public.request_state) = (closed_at IS NULL)))
);

ALTER TABLE ONLY public.requests FORCE ROW LEVEL SECURITY;

CREATE FUNCTION public.places_of(unit uuid) RETURNS TABLE(site_id uuid)
    LANGUAGE sql STABLE
    SET "tamshy.role" TO 'system'
    BEGIN ATOMIC
 SELECT units.site_id
    FROM public.units
   WHERE (units.id = places_of.unit)
 UNION
  SELECT requests.site_id
    FROM (public.allocations
      JOIN public.requests ON ((requests.id = allocations.request_id)))
   WHERE ((allocations.unit_id = places_of.unit) AND (allocations.state = ANY (ARRAY['held'::public.allocation_state, 'issued'::public.allocation_state, 'received'::public.allocation_state])));
END;

CREATE FUNCTION public.works_with_donors() RETURNS boolean
    LANGUAGE sql STABLE
    RETURN (current_setting('tamshy.role'::text, true) = ANY (ARRAY['drive_staff'::text, 'laboratory'::text, 'coordinator'::text, 'recruiter'::text, 'system'::text]));

CREATE FUNCTION public.works_with_requests() RETURNS boolean
    LANGUAGE sql STABLE
    RETURN (current_setting('tamshy.role'::text, true) = ANY (ARRAY['hospital'::text, 'coordinator'::text, 'system'::text]));

CREATE TABLE public.accounts (
    id uuid NOT NULL,
    name text NOT NULL,
    role public.role NOT NULL,
    site_id uuid,
    created_at timestamp with time zone NOT NULL,
    disabled_at timestamp with time zone,
    CONSTRAINT accounts_hospital_has_site CHECK (((role <> 'hospital'::public.role) OR (site_id IS NOT NULL)))
);

CREATE TABLE public.answers (
    account_id uuid NOT NULL,
    key text NOT NULL,
    fingerprint text NOT NULL,
    subject_id uuid NOT NULL,
    body text NOT NULL,
    answered_at timestamp with time zone NOT NULL,
    CONSTRAINT answers_key_length CHECK (((char_length(key) >= 1) AND (char_length(key) <= 255)))
);

CREATE SEQUENCE public.donor_numbers
    START WITH 100001
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;

CREATE TABLE public.donors (
    id uuid NOT NULL,
    donor_number bigint DEFAULT nextval('public.donor_numbers'::regclass) NOT NULL,
    family_name text NOT NULL,
    given_name text NOT NULL,
    patronymic text,
    search_name text NOT NULL,
    sex public.sex NOT NULL,
    birth_date date NOT NULL,
    iin text,
    phone text,
    language text NOT NULL,
    region text,
    registered_at timestamp with time zone NOT NULL,
    registered_by uuid NOT NULL,
    CONSTRAINT donors_language_known CHECK ((language = ANY (ARRAY['kk'::text, 'ru'::text, 'en'::text])))
);

ALTER TABLE ONLY public.donors FORCE ROW LEVEL SECURITY;

CREATE TABLE public.drives (
    id uuid NOT NULL,
    name jsonb NOT NULL,
    host_id uuid,
    site_id uuid NOT NULL,
    date_on date NOT NULL,
    starts_at timestamp with time zone NOT NULL,
    ends_at timestamp with time zone NOT NULL,
    capacity integer,
    state public.drive_state DEFAULT 'planned'::public.drive_state NOT NULL,
    opened_at timestamp with time zone,
    closed_at timestamp with time zone,
    created_at timestamp with time zone NOT NULL,
    CONSTRAINT drives_capacity_positive CHECK ((capacity > 0)),
    CONSTRAINT drives_closed_has_closure CHECK (((state = 'closed'::public.drive_state) = (closed_at IS NOT NULL))),
    CONSTRAINT drives_end_after_start CHECK ((ends_at > starts_at)),
    CONSTRAINT drives_open_has_opening CHECK (((state <> 'open'::public.drive_state) OR (opened_at IS NOT NULL)))
);

ALTER TABLE ONLY public.drives FORCE ROW LEVEL SECURITY;

CREATE TABLE public.events (
    id bigint NOT NULL,
    transaction_id xid8 DEFAULT pg_current_xact_id() NOT NULL,
    at timestamp with time zone NOT NULL,
    kind text NOT NULL,
    subject_id uuid NOT NULL,
    account_id uuid,
    site_id uuid,
    detail jsonb DEFAULT '{}'::jsonb NOT NULL
);

ALTER TABLE public.events ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.events_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.hospitals (
    id uuid NOT NULL,
    site_id uuid NOT NULL,
    bin text,
    created_at timestamp with time zone NOT NULL
);

CREATE TABLE public.hosts (
    id uuid NOT NULL,
    name jsonb NOT NULL,
    created_at timestamp with time zone NOT NULL
);

CREATE TABLE public.phases (
    id bigint NOT NULL,
    region text NOT NULL,
    component public.component NOT NULL,
    blood_group public.blood_group NOT NULL,
    phase text NOT NULL,
    since timestamp with time zone NOT NULL
);

ALTER TABLE public.phases ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.phases_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.request_lines (
    id uuid NOT NULL,
    request_id uuid NOT NULL,
    site_id uuid NOT NULL,
    "position" integer NOT NULL,
    component public.component NOT NULL,
    blood_group public.blood_group NOT NULL,
    quantity integer NOT NULL,
    attributes text[] DEFAULT '{}'::text[] NOT NULL,
    substitution public.substitution NOT NULL,
    requested_at timestamp with time zone NOT NULL,
    cancelled integer DEFAULT 0 NOT NULL,
    lapsed integer DEFAULT 0 NOT NULL,
    CONSTRAINT request_lines_ended_within_quantity CHECK (((cancelled >= 0) AND (lapsed >= 0) AND ((cancelled + lapsed) <= quantity))),
    CONSTRAINT request_lines_quantity_positive CHECK ((quantity > 0))
);

ALTER TABLE ONLY public.request_lines FORCE ROW LEVEL SECURITY;

CREATE TABLE public.schema_migrations (
    name text NOT NULL,
    checksum text NOT NULL,
    applied_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL
);

CREATE TABLE public.sites (
    id uuid NOT NULL,
    name jsonb NOT NULL,
    kind public.site_kind NOT NULL,
    region text NOT NULL,
    time_zone text NOT NULL,
    created_at timestamp with time zone NOT NULL,
    CONSTRAINT sites_name_is_text_or_wordings CHECK ((jsonb_typeof(name) = ANY (ARRAY['string'::text, 'object'::text])))
);

CREATE TABLE public.stock_deltas (
    id bigint NOT NULL,
    site_id uuid NOT NULL,
    component public.component NOT NULL,
    blood_group public.blood_group,
    state public.unit_state NOT NULL,
    expires_on date NOT NULL,
    delta integer NOT NULL
);

CREATE TABLE public.stock_totals (
    site_id uuid NOT NULL,
    component public.component NOT NULL,
    blood_group public.blood_group,
    state public.unit_state NOT NULL,
    expires_on date NOT NULL,
    units integer NOT NULL
);

CREATE VIEW public.stock AS
 SELECT cells.site_id,
    cells.component,
    cells.blood_group,
    cells.state,
    cells.expires_on,
    (sum(cells.units))::integer AS units
   FROM ( SELECT stock_totals.site_id,
            stock_totals.component,
            stock_totals.blood_group,
            stock_totals.state,
            stock_totals.expires_on,
            stock_totals.units
           FROM public.stock_totals
        UNION ALL
         SELECT stock_deltas.site_id,
            stock_deltas.component,
            stock_deltas.blood_group,
            stock_deltas.state,
            stock_deltas.expires_on,
            stock_deltas.delta
           FROM public.stock_deltas) cells
  GROUP BY cells.site_id, cells.component, cells.blood_group, cells.state, cells.expires_on
 HAVING (sum(cells.units) <> 0);

ALTER TABLE public.stock_deltas ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.stock_deltas_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.tokens (
    id uuid NOT NULL,
    account_id uuid NOT NULL,
    digest bytea NOT NULL,
    created_at timestamp with time zone NOT NULL,
    expires_at timestamp with time zone,
    revoked_at timestamp with time zone,
    CONSTRAINT tokens_digest_is_sha256 CHECK ((octet_length(digest) = 32))
);

CREATE VIEW public.visible_sites AS
 WITH scope AS MATERIALIZED (
         SELECT current_setting('tamshy.role'::text, true) AS role,
            current_setting('tamshy.site'::text, true) AS site,
            current_setting('tamshy.site_kind'::text, true) AS site_kind,
            current_setting('tamshy.region'::text, true) AS region
        )
 SELECT sites.id
   FROM public.sites,
    scope
  WHERE
        CASE scope.role
            WHEN 'hospital'::text THEN ((sites.id)::text = scope.site)
            WHEN 'coordinator'::text THEN ((scope.region = ''::text) OR (scope.region = sites.region))
            WHEN 'system'::text THEN true
            WHEN ''::text THEN false
            ELSE (((scope.site = ''::text) OR (scope.site = (sites.id)::text)) OR ((scope.site_kind = 'centre'::text) AND (sites.kind <> 'centre'::public.site_kind) AND (sites.region = scope.region)))
        END;

CREATE TABLE public.visits (
    id uuid NOT NULL,
    drive_id uuid NOT NULL,
    donor_id uuid NOT NULL,
    arrived_at timestamp with time zone NOT NULL,
    outcome public.visit_outcome,
    deferral_reason text,
    decided_at timestamp with time zone,
    CONSTRAINT visits_decided_when_outcome CHECK (((outcome IS NULL) = (decided_at IS NULL))),
    CONSTRAINT visits_reason_iff_deferred CHECK (((NOT (outcome IS DISTINCT FROM 'deferred'::public.visit_outcome)) = (deferral_reason IS NOT NULL)))
);

ALTER TABLE ONLY public.visits FORCE ROW LEVEL SECURITY;

ALTER TABLE ONLY public.accounts
    ADD CONSTRAINT accounts_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.allocations
    ADD CONSTRAINT allocations_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.answers
    ADD CONSTRAINT answers_pkey PRIMARY KEY (account_id, key);

ALTER TABLE ONLY public.deferrals
    ADD CONSTRAINT deferrals_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.determinations
    ADD CONSTRAINT determinations_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.donations
    ADD CONSTRAINT donations_din UNIQUE (din);

ALTER TABLE ONLY public.donations
    ADD CONSTRAINT donations_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.donors
    ADD CONSTRAINT donors_number UNIQUE (donor_number);

ALTER TABLE ONLY public.donors
    ADD CONSTRAINT donors_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.drives
    ADD CONSTRAINT drives_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.events
    ADD CONSTRAINT events_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.hospitals
    ADD CONSTRAINT hospitals_one_per_site UNIQUE (site_id);

ALTER TABLE ONLY public.hospitals
    ADD CONSTRAINT hospitals_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.hosts
    ADD CONSTRAINT hosts_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.phases
    ADD CONSTRAINT phases_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.request_lines
    ADD CONSTRAINT request_lines_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.request_lines
    ADD CONSTRAINT request_lines_position UNIQUE (request_id, "position");

ALTER TABLE ONLY public.requests
    ADD CONSTRAINT requests_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.schema_migrations
    ADD CONSTRAINT schema_migrations_pkey PRIMARY KEY (name);

ALTER TABLE ONLY public.sites
    ADD CONSTRAINT sites_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.stock_deltas
    ADD CONSTRAINT stock_deltas_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.stock_totals
    ADD CONSTRAINT stock_totals_cell UNIQUE NULLS NOT DISTINCT (site_id, component, blood_group, state, expires_on);

ALTER TABLE ONLY public.tests
    ADD CONSTRAINT tests_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.tokens
    ADD CONSTRAINT tokens_digest UNIQUE (digest);

ALTER TABLE ONLY public.tokens
    ADD CONSTRAINT tokens_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.units
    ADD CONSTRAINT units_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.visits
    ADD CONSTRAINT visits_of_drive_and_donor UNIQUE (id, drive_id, donor_id);

ALTER TABLE ONLY public.visits
    ADD CONSTRAINT visits_pkey PRIMARY KEY (id);

CREATE INDEX allocations_held_until ON public.allocations USING btree (held_until) WHERE (state = 'held'::public.allocation_state);

CREATE INDEX allocations_line ON public.allocations USING btree (line_id);

CREATE UNIQUE INDEX allocations_one_live ON public.allocations USING btree (unit_id) WHERE (state = ANY (ARRAY['held'::public.allocation_state, 'issued'::public.allocation_state, 'received'::public.allocation_state]));

CREATE INDEX allocations_request ON public.allocations USING btree (request_id);

CREATE INDEX deferrals_donor ON public.deferrals USING btree (donor_id);

CREATE INDEX determinations_donation ON public.determinations USING btree (donation_id);

CREATE INDEX determinations_donor ON public.determinations USING btree (donor_id);

CREATE INDEX donations_donor ON public.donations USING btree (donor_id, collected_on);

CREATE INDEX donations_drive ON public.donations USING btree (drive_id);

CREATE INDEX donors_birth_date ON public.donors USING btree (birth_date);

CREATE UNIQUE INDEX donors_iin ON public.donors USING btree (iin) WHERE (iin IS NOT NULL);

CREATE INDEX donors_phone ON public.donors USING btree (phone) WHERE (phone IS NOT NULL);

CREATE INDEX donors_search_name ON public.donors USING btree (search_name text_pattern_ops);

CREATE INDEX drives_site ON public.drives USING btree (site_id, date_on);

CREATE INDEX events_subject ON public.events USING btree (subject_id, id);

CREATE INDEX events_transaction ON public.events USING btree (transaction_id, id);

CREATE UNIQUE INDEX hospitals_bin ON public.hospitals USING btree (bin) WHERE (bin IS NOT NULL);

CREATE INDEX phases_latest ON public.phases USING btree (region, component, blood_group, id DESC);

CREATE INDEX request_lines_demand ON public.request_lines USING btree (requested_at, component, blood_group);

CREATE INDEX requests_open ON public.requests USING btree (needed_by) WHERE (state = 'open'::public.request_state);

CREATE INDEX requests_site ON public.requests USING btree (site_id, requested_at);

CREATE INDEX sites_region ON public.sites USING btree (region, kind);

CREATE INDEX tests_donation ON public.tests USING btree (donation_id);

CREATE INDEX tests_reactive ON public.tests USING btree (donor_id) WHERE (result = 'reactive'::public.test_result);

CREATE INDEX units_donation ON public.units USING btree (donation_id);

CREATE INDEX units_expiring ON public.units USING btree (expires_at) WHERE (state = ANY (ARRAY['quarantined'::public.unit_state, 'available'::public.unit_state, 'held'::public.unit_state, 'returned'::public.unit_state]));

CREATE INDEX units_first_expired ON public.units USING btree (shelf, site_id, expires_at, id) WHERE (state = 'available'::public.unit_state);

CREATE INDEX units_in_quarantine ON public.units USING btree (shelf, collected_on) INCLUDE (site_id, blood_group, id) WHERE (state = ANY (ARRAY['quarantined'::public.unit_state, 'returned'::public.unit_state]));

CREATE INDEX units_listing ON public.units USING btree (site_id, expires_at, id);

CREATE INDEX visits_drive ON public.visits USING btree (drive_id, donor_id);

CREATE UNIQUE INDEX visits_one_undecided ON public.visits USING btree (drive_id, donor_id) WHERE (outcome IS NULL);

CREATE TRIGGER units_counted_when_changed AFTER UPDATE ON public.units REFERENCING OLD TABLE AS old_units NEW TABLE AS new_units FOR EACH STATEMENT EXECUTE FUNCTION public.count_changed_units();

CREATE TRIGGER units_counted_when_made AFTER INSERT ON public.units REFERENCING NEW TABLE AS new_units FOR EACH STATEMENT EXECUTE FUNCTION public.count_new_units();

ALTER TABLE ONLY public.accounts
    ADD CONSTRAINT accounts_site FOREIGN KEY (site_id) REFERENCES public.sites(id);

ALTER TABLE ONLY public.allocations
    ADD CONSTRAINT allocations_line FOREIGN KEY (line_id) REFERENCES public.request_lines(id);

ALTER TABLE ONLY public.allocations
    ADD CONSTRAINT allocations_request FOREIGN KEY (request_id) REFERENCES public.requests(id);

ALTER TABLE ONLY public.allocations
    ADD CONSTRAINT allocations_unit FOREIGN KEY (unit_id) REFERENCES public.units(id);

ALTER TABLE ONLY public.deferrals
    ADD CONSTRAINT deferrals_donor FOREIGN KEY (donor_id) REFERENCES public.donors(id);

ALTER TABLE ONLY public.determinations
    ADD CONSTRAINT determinations_donation FOREIGN KEY (donation_id) REFERENCES public.donations(id);

ALTER TABLE ONLY public.determinations
    ADD CONSTRAINT determinations_donor FOREIGN KEY (donor_id) REFERENCES public.donors(id);

ALTER TABLE ONLY public.donations
    ADD CONSTRAINT donations_donor FOREIGN KEY (donor_id) REFERENCES public.donors(id);

ALTER TABLE ONLY public.donations
    ADD CONSTRAINT donations_drive FOREIGN KEY (drive_id) REFERENCES public.drives(id);

ALTER TABLE ONLY public.donations
    ADD CONSTRAINT donations_visit FOREIGN KEY (visit_id, drive_id, donor_id) REFERENCES public.visits(id, drive_id, donor_id);

ALTER TABLE ONLY public.drives
    ADD CONSTRAINT drives_host FOREIGN KEY (host_id) REFERENCES public.hosts(id);

ALTER TABLE ONLY public.drives
    ADD CONSTRAINT drives_site FOREIGN KEY (site_id) REFERENCES public.sites(id);

ALTER TABLE ONLY public.hospitals
    ADD CONSTRAINT hospitals_site FOREIGN KEY (site_id) REFERENCES public.sites(id);

ALTER TABLE ONLY public.request_lines
    ADD CONSTRAINT request_lines_request FOREIGN KEY (request_id) REFERENCES public.requests(id);

ALTER TABLE ONLY public.request_lines
    ADD CONSTRAINT request_lines_site FOREIGN KEY (site_id) REFERENCES public.sites(id);

ALTER TABLE ONLY public.requests
    ADD CONSTRAINT requests_hospital FOREIGN KEY (hospital_id) REFERENCES public.hospitals(id);

ALTER TABLE ONLY public.requests
    ADD CONSTRAINT requests_site FOREIGN KEY (site_id) REFERENCES public.sites(id);

ALTER TABLE ONLY public.tests
    ADD CONSTRAINT tests_donation FOREIGN KEY (donation_id) REFERENCES public.donations(id);

ALTER TABLE ONLY public.tests
    ADD CONSTRAINT tests_donor FOREIGN KEY (donor_id) REFERENCES public.donors(id);

ALTER TABLE ONLY public.tokens
    ADD CONSTRAINT tokens_account FOREIGN KEY (account_id) REFERENCES public.accounts(id);

ALTER TABLE ONLY public.units
    ADD CONSTRAINT units_donation FOREIGN KEY (donation_id) REFERENCES public.donations(id);

ALTER TABLE ONLY public.units
    ADD CONSTRAINT units_site FOREIGN KEY (site_id) REFERENCES public.sites(id);

ALTER TABLE ONLY public.visits
    ADD CONSTRAINT visits_donor FOREIGN KEY (donor_id) REFERENCES public.donors(id);

ALTER TABLE ONLY public.visits
    ADD CONSTRAINT visits_drive FOREIGN KEY (drive_id) REFERENCES public.drives(id);

ALTER TABLE public.allocations ENABLE ROW LEVEL SECURITY;

CREATE POLICY allocations_scope ON public.allocations USING ((EXISTS ( SELECT
   FROM public.requests
  WHERE (requests.id = allocations.request_id))));

ALTER TABLE public.deferrals ENABLE ROW LEVEL SECURITY;

CREATE POLICY deferrals_scope ON public.deferrals USING (( SELECT public.works_with_donors() AS works_with_donors)) WITH CHECK (( SELECT public.works_with_donors() AS works_with_donors));

ALTER TABLE public.determinations ENABLE ROW LEVEL SECURITY;

CREATE POLICY determinations_scope ON public.determinations USING (( SELECT public.works_with_donors() AS works_with_donors)) WITH CHECK (( SELECT public.works_with_donors() AS works_with_donors));

ALTER TABLE public.donations ENABLE ROW LEVEL SECURITY;

CREATE POLICY donations_scope ON public.donations USING (( SELECT public.works_with_donors() AS works_with_donors)) WITH CHECK (( SELECT public.works_with_donors() AS works_with_donors));

ALTER TABLE public.donors ENABLE ROW LEVEL SECURITY;

CREATE POLICY donors_scope ON public.donors USING (( SELECT public.works_with_donors() AS works_with_donors)) WITH CHECK (( SELECT public.works_with_donors() AS works_with_donors));

ALTER TABLE public.drives ENABLE ROW LEVEL SECURITY;

CREATE POLICY drives_scope ON public.drives USING (((site_id IN ( SELECT visible_sites.id
   FROM public.visible_sites)) AND (( SELECT current_setting('tamshy.role'::text, true) AS current_setting) <> 'hospital'::text)));

ALTER TABLE public.request_lines ENABLE ROW LEVEL SECURITY;

CREATE POLICY request_lines_scope ON public.request_lines USING (((site_id IN ( SELECT visible_sites.id
   FROM public.visible_sites)) AND ( SELECT public.works_with_requests() AS works_with_requests)));

ALTER TABLE public.requests ENABLE ROW LEVEL SECURITY;

CREATE POLICY requests_scope ON public.requests USING (((site_id IN ( SELECT visible_sites.id
   FROM public.visible_sites)) AND ( SELECT public.works_with_requests() AS works_with_requests)));

ALTER TABLE public.tests ENABLE ROW LEVEL SECURITY;

CREATE POLICY tests_scope ON public.tests USING (( SELECT public.works_with_donors() AS works_with_donors)) WITH CHECK (( SELECT public.works_with_donors() AS works_with_donors));

ALTER TABLE public.units ENABLE ROW LEVEL SECURITY;

CREATE POLICY units_scope ON public.units USING ((((site_id IN ( SELECT visible_sites.id
   FROM public.visible_sites)) AND ( SELECT public.works_with_donors() AS works_with_donors)) OR public.is_promised_here(id)));

ALTER TABLE public.visits ENABLE ROW LEVEL SECURITY;

CREATE POLICY visits_scope ON public.visits USING (( SELECT public.works_with_donors() AS works_with_donors)) WITH CHECK (( SELECT public.works_with_donors() AS works_with_donors));

GRANT SELECT,INSERT ON TABLE public.determinations TO tamshy_service;

GRANT SELECT,INSERT ON TABLE public.deferrals TO tamshy_service;

GRANT SELECT,INSERT,UPDATE ON TABLE public.donations TO tamshy_service;

GRANT SELECT,INSERT ON TABLE public.tests TO tamshy_service;

GRANT SELECT ON TABLE public.clear_labels TO tamshy_service;

GRANT SELECT,INSERT,UPDATE ON TABLE public.units TO tamshy_service;

GRANT SELECT,INSERT,UPDATE ON TABLE public.allocations TO tamshy_service;

GRANT SELECT,INSERT,UPDATE ON TABLE public.requests TO tamshy_service;

GRANT SELECT,INSERT ON TABLE public.accounts TO tamshy_service;

GRANT SELECT,INSERT ON TABLE public.answers TO tamshy_service;

GRANT USAGE ON SEQUENCE public.donor_numbers TO tamshy_service;

GRANT SELECT,INSERT ON TABLE public.donors TO tamshy_service;

GRANT UPDATE(phone) ON TABLE public.donors TO tamshy_service;

GRANT UPDATE(language) ON TABLE public.donors TO tamshy_service;

GRANT UPDATE(region) ON TABLE public.donors TO tamshy_service;

GRANT SELECT,INSERT,UPDATE ON TABLE public.drives TO tamshy_service;

GRANT SELECT,INSERT ON TABLE public.events TO tamshy_service;

GRANT SELECT,INSERT ON TABLE public.hospitals TO tamshy_service;

GRANT SELECT,INSERT ON TABLE public.hosts TO tamshy_service;

GRANT SELECT,INSERT ON TABLE public.phases TO tamshy_service;

GRANT SELECT,INSERT,UPDATE ON TABLE public.request_lines TO tamshy_service;

GRANT SELECT ON TABLE public.schema_migrations TO tamshy_service;

GRANT SELECT,INSERT ON TABLE public.sites TO tamshy_service;

GRANT SELECT ON TABLE public.stock_deltas TO tamshy_service;

GRANT SELECT ON TABLE public.stock_totals TO tamshy_service;

GRANT SELECT ON TABLE public.stock TO tamshy_service;

GRANT SELECT,INSERT ON TABLE public.tokens TO tamshy_service;

GRANT SELECT ON TABLE public.visible_sites TO tamshy_service;

GRANT SELECT,INSERT,UPDATE ON TABLE public.visits TO tamshy_service;
