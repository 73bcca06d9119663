-- The whole schema, as the migrations make it and pg_dump 15 writes it: for reading.
-- A test holds it against the migrations. Written again by
--   TAMSHY_WRITE_SCHEMA=1 swift test --filter 'the schema file shows'

CREATE TYPE public.account_kind AS ENUM (
    'person',
    'machine'
);

CREATE TYPE public.allocation_state AS ENUM (
    'held',
    'issued',
    'received',
    'returned',
    'released',
    'expired',
    'withdrawn'
);

CREATE TYPE public.antigen AS ENUM (
    'C',
    'c',
    'E',
    'e',
    'Cw',
    'K',
    'k',
    'Kpa',
    'Kpb',
    'Fya',
    'Fyb',
    'Jka',
    'Jkb',
    'M',
    'N',
    'S',
    's',
    'U',
    'P1',
    'Lea',
    'Leb',
    'Lua',
    'Lub',
    'Doa',
    'Dob',
    'Coa',
    'Cob',
    'Dia',
    'Vel',
    'H'
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

CREATE TYPE public.contact_channel AS ENUM (
    'call',
    'sms',
    'whatsapp',
    'telegram',
    'email'
);

CREATE TYPE public.contact_kind AS ENUM (
    'mobile',
    'home',
    'work',
    'email'
);

CREATE TYPE public.contact_purpose AS ENUM (
    'recruitment',
    'reminder',
    'research',
    'newsletter'
);

CREATE TYPE public.deferral_kind AS ENUM (
    'temporary',
    'until_lifted',
    'permanent'
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

CREATE TYPE public.donor_state AS ENUM (
    'active',
    'merged',
    'anonymised'
);

CREATE TYPE public.drive_state AS ENUM (
    'planned',
    'open',
    'closed',
    'cancelled'
);

CREATE TYPE public.import_kind AS ENUM (
    'donors',
    'donations',
    'deferrals'
);

CREATE TYPE public.request_state AS ENUM (
    'open',
    'fulfilled',
    'cancelled',
    'lapsed'
);

CREATE TYPE public.resolution_kind AS ENUM (
    'group_conflict',
    'deferral_void',
    'recall_lifting',
    'emergency_override'
);

CREATE TYPE public.resolution_state AS ENUM (
    'open',
    'confirmed',
    'rejected'
);

CREATE TYPE public.rhd_observation AS ENUM (
    'positive',
    'negative',
    'weak_d',
    'd_variant'
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

CREATE TYPE public.typing_method AS ENUM (
    'serology',
    'genotype'
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

CREATE FUNCTION public.anonymise_donor(donor uuid, at timestamp with time zone, said text, hash bytea, barred_until date, is_barred boolean) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO '$user', 'public'
    SET "tamshy.role" TO 'system'
    AS $$
begin
  update donors set state = 'anonymised', anonymised_at = at,
    birth_date = date_trunc('year', birth_date)::date
  where id = donor and state = 'active';
  if not found then
    raise exception 'the donor is not active' using errcode = 'P0001';
  end if;
  delete from identities where donor_id = donor;
  -- How to reach him and why his record was corrected go as well. What he agreed to names
  -- nobody: it stays as proof, withdrawn from now on.
  delete from contact_attempts where donor_id = donor;
  delete from contacts where donor_id = donor;
  delete from unavailabilities where donor_id = donor;
  delete from donor_corrections where donor_id = donor;
  update consents set withdrawn_at = greatest(at, given_at)
  where donor_id = donor and withdrawn_at is null;
  -- What was answered when the donor was registered names him, too.
  update answers set body = said
  where subject_id = donor and fingerprint = 'sealed';
  if is_barred and hash is not null then
    insert into barred_people as known (iin_hash, until_on) values (hash, barred_until)
    on conflict (iin_hash) do update
      set until_on = case when known.until_on is null or excluded.until_on is null then null
        else greatest(known.until_on, excluded.until_on) end;
  end if;
end $$;

CREATE FUNCTION public.anonymise_merged(merged uuid, said text, hash bytea, barred_until date, is_barred boolean) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO '$user', 'public'
    SET "tamshy.role" TO 'system'
    AS $$
begin
  update donors set birth_date = date_trunc('year', birth_date)::date
  where id = merged and state = 'merged';
  if not found then
    raise exception 'the donor is not merged' using errcode = 'P0001';
  end if;
  -- Attempts to reach the person are the survivor's, and end with him.
  delete from contact_attempts
  where contact_id in (select id from contacts where donor_id = merged);
  delete from contacts where donor_id = merged;
  delete from donor_corrections where donor_id = merged;
  delete from identities where donor_id = merged;
  -- Why two records are one person's may name the person.
  update mergers set reason = '', undo_reason = left(undo_reason, 0) where merged_id = merged;
  update answers set body = said where subject_id = merged and fingerprint = 'sealed';
  if is_barred and hash is not null then
    insert into barred_people as known (iin_hash, until_on) values (hash, barred_until)
    on conflict (iin_hash) do update
      set until_on = case when known.until_on is null or excluded.until_on is null then null
        else greatest(known.until_on, excluded.until_on) end;
  end if;
end $$;

CREATE FUNCTION public.chain_of(site uuid) RETURNS uuid
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN COALESCE(site, '00000000-0000-0000-0000-000000000000'::uuid);

CREATE FUNCTION public.confirmed_group(donor uuid) RETURNS TABLE(confirmed public.blood_group)
    LANGUAGE sql STABLE
    AS $$
  select case when count(distinct blood_group) = 1
      and count(distinct tube(donation_id, sample)) >= 2
    then min(blood_group) end
  from determinations where donor_id = donor and set_aside_by is null
$$;

CREATE FUNCTION public.correct_donor(donor uuid, seen integer, whole jsonb, correction jsonb) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO '$user', 'public'
    AS $$
begin
  update donors set revision = revision + 1, sex = new.sex, birth_date = new.birth_date
  from jsonb_to_record(whole) as new (sex sex, birth_date date)
  where id = donor and state = 'active' and revision = seen;
  if not found then
    raise exception 'the record is not the one that was seen' using errcode = '40001';
  end if;
  update identities
  set family_name = new.family_name, given_name = new.given_name, patronymic = new.patronymic,
    latin_name = new.latin_name, search_name = new.search_name,
    sound_name = new.sound_name, name_parts = new.name_parts,
    latin_sound = new.latin_sound, iin = new.iin,
    iin_hash = new.iin_hash, iin_mismatch_reason = new.iin_mismatch_reason,
    document = new.document, document_hash = new.document_hash, phone = new.phone,
    phone_hash = new.phone_hash, language = new.language, region = new.region
  from jsonb_to_record(whole) as new
    (family_name text, given_name text, patronymic text, latin_name text, search_name text,
     sound_name text, name_parts text, latin_sound text, iin bytea, iin_hash bytea,
     iin_mismatch_reason text, document bytea, document_hash bytea,
     phone bytea, phone_hash bytea, language text, region text)
  where donor_id = donor;
  insert into donor_corrections
    (id, donor_id, revision, fields, reason, corrected_at, corrected_by)
  select id, donor, seen + 1, fields, reason, corrected_at, corrected_by
  from jsonb_to_record(correction) as new
    (id uuid, fields text[], reason text, corrected_at timestamptz, corrected_by uuid);
end $$;

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

CREATE FUNCTION public.event_digest(event public.events) RETURNS bytea
    LANGUAGE sql STABLE PARALLEL SAFE
    RETURN sha256(record_send(ROW((event).id, (event).transaction_id, (event).at, (event).kind, (event).subject_id, (event).account_id, (event).site_id, (event).detail)));

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

CREATE FUNCTION public.follow_birth_date() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO '$user', 'public'
    AS $$
begin
  update name_sounds set birth_date = new.birth_date
  where donor_id = new.id and birth_date = old.birth_date
    and sound = any((
      select name_sounds_of(sound_name) || latin_sounds_of(latin_sound)
      from identities where identities.donor_id = new.id)::text[]);
  return null;
end $$;

CREATE FUNCTION public.forget_names() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO '$user', 'public'
    AS $$
begin
  delete from name_words
  where donor_id = old.donor_id
    and phrase = any(name_phrases(old.search_name, old.name_parts));
  delete from name_sounds
  where donor_id = old.donor_id
    and sound = any(name_sounds_of(old.sound_name) || latin_sounds_of(old.latin_sound))
    and birth_date = (select birth_date from donors where donors.id = old.donor_id);
  -- A rare name would tell of its bearer: a word that nobody has any more goes with him.
  perform pg_advisory_xact_lock(hashtext('name_spellings'));
  with gone as (
    delete from name_spellings
    where word = any(name_words_of(old.search_name, old.name_parts))
      and not exists (
        select from name_words
        -- The word itself, or the word and a blank.
        where phrase >= name_spellings.word and phrase < name_spellings.word || '!')
    returning word
  )
  delete from name_slips using gone
  where name_slips.slip in (select slips_of(gone.word)) and name_slips.word = gone.word;
  if tg_op = 'UPDATE' then
    perform index_names_of(array[new.donor_id]);
  end if;
  return null;
end $$;

CREATE FUNCTION public.index_names() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO '$user', 'public'
    AS $$
begin
  perform index_names_of(array(select donor_id from added));
  return null;
end $$;

CREATE FUNCTION public.index_names_of(bearers uuid[]) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO '$user', 'public'
    SET work_mem TO '32MB'
    AS $$
begin
  with named as materialized (
    select donor_id, birth_date, search_name, sound_name, name_parts, latin_sound
    from identities join donors on donors.id = donor_id
    -- Said of both: else a merge reads every donor who came before.
    where donor_id = any(bearers) and donors.id = any(bearers)
  ), phrased as (
    insert into name_words (phrase, donor_id)
    select distinct phrase collate "C" as phrase, donor_id
    from (select unnest(name_phrases(search_name, name_parts)) as phrase, donor_id from named)
      as phrases
    order by phrase, donor_id
  )
  insert into name_sounds (sound, birth_date, donor_id)
  select distinct sound collate "C" as sound, birth_date, donor_id
  from (
    select unnest(name_sounds_of(sound_name) || latin_sounds_of(latin_sound)) as sound,
      birth_date, donor_id
    from named) as sounds
  order by sound, birth_date, donor_id;
  -- Whoever forgets a donor waits, so that no word is deleted that is just written. In
  -- their order, so that two imports never wait for each other in a circle. Last, because
  -- others wait for it.
  perform pg_advisory_xact_lock_shared(hashtext('name_spellings'));
  with new as (
    insert into name_spellings (word, reversed)
    select word, reverse(word)
    from (
      select distinct unnest(name_words_of(search_name, name_parts)) collate "C" as word
      from identities where donor_id = any(bearers)
    ) as words
    -- Word for word, because most words of the registry are not among these.
    left join lateral (
      select true as is_known from name_spellings where name_spellings.word = words.word limit 1
    ) as known on true
    where word <> '' and is_known is null
    order by word
    on conflict (word) do nothing
    returning word
  )
  insert into name_slips (slip, word)
  select distinct slip, word from new cross join lateral slips_of(word) as slip
  order by slip, word;
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
    ended_on date,
    voided_at timestamp with time zone,
    end_reason text,
    ended_by uuid,
    kind public.deferral_kind NOT NULL,
    centre text,
    note text,
    CONSTRAINT deferrals_end_after_start CHECK (((until_on IS NULL) OR (until_on > from_on))),
    CONSTRAINT deferrals_ended_has_author CHECK (((end_reason IS NULL) = (ended_by IS NULL))),
    CONSTRAINT deferrals_ended_has_reason CHECK (((num_nonnulls(ended_on, voided_at) > 0) = (end_reason IS NOT NULL))),
    CONSTRAINT deferrals_ended_not_before_start CHECK ((ended_on >= from_on)),
    CONSTRAINT deferrals_other_centre_named CHECK (((source = 'other_centre'::text) = (centre IS NOT NULL))),
    CONSTRAINT deferrals_permanent_not_ended CHECK (((kind <> 'permanent'::public.deferral_kind) OR (ended_on IS NULL))),
    CONSTRAINT deferrals_source_known CHECK ((source = ANY (ARRAY['manual'::text, 'automatic'::text, 'other_centre'::text]))),
    CONSTRAINT deferrals_temporary_has_end CHECK (((kind = 'temporary'::public.deferral_kind) = (until_on IS NOT NULL)))
);

ALTER TABLE ONLY public.deferrals FORCE ROW LEVEL SECURITY;

CREATE VIEW public.deferrals_in_force WITH (security_invoker='true') AS
 SELECT deferrals.id,
    deferrals.donor_id,
    deferrals.reason,
    deferrals.from_on,
    LEAST(deferrals.until_on, deferrals.ended_on) AS until_on
   FROM public.deferrals
  WHERE (deferrals.voided_at IS NULL);

CREATE TABLE public.determinations (
    id uuid NOT NULL,
    donation_id uuid NOT NULL,
    donor_id uuid NOT NULL,
    blood_group public.blood_group NOT NULL,
    sample text NOT NULL,
    method text NOT NULL,
    determined_at timestamp with time zone NOT NULL,
    determined_by uuid NOT NULL,
    set_aside_by uuid,
    laboratory text,
    rhd_observed public.rhd_observation,
    rhd_type text,
    rhd_method public.typing_method,
    rhd_reagents text,
    rhd_strength text,
    CONSTRAINT determinations_label_shows_every_d CHECK (((rhd_observed = 'negative'::public.rhd_observation) = (blood_group = ANY (ARRAY['O-'::public.blood_group, 'A-'::public.blood_group, 'B-'::public.blood_group, 'AB-'::public.blood_group])))),
    CONSTRAINT determinations_rhd_has_method CHECK (((rhd_observed IS NULL) = (rhd_method IS NULL))),
    CONSTRAINT determinations_rhd_seen CHECK (((rhd_observed IS NOT NULL) OR (num_nonnulls(rhd_type, rhd_reagents, rhd_strength) = 0))),
    CONSTRAINT determinations_type_is_of_variant CHECK (((rhd_type IS NULL) OR (rhd_observed = ANY (ARRAY['weak_d'::public.rhd_observation, 'd_variant'::public.rhd_observation]))))
);

ALTER TABLE ONLY public.determinations FORCE ROW LEVEL SECURITY;

CREATE TABLE public.donations (
    id uuid NOT NULL,
    din text NOT NULL,
    drive_id uuid NOT NULL,
    visit_id uuid NOT NULL,
    donor_id uuid NOT NULL,
    kind public.donation_kind NOT NULL,
    intent public.donation_intent NOT NULL,
    volume_ml integer NOT NULL,
    volume_deviation text,
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
    CONSTRAINT donations_volume_deviation_known CHECK ((volume_deviation = ANY (ARRAY['under'::text, 'over'::text]))),
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
  WHERE ((donations.state = 'released'::public.donation_state) AND (donations.intent <> 'autologous'::public.donation_intent) AND ( SELECT (bool_and((determinations.blood_group = label.blood_group)) AND bool_or((determinations.donation_id = donations.id)))
           FROM public.determinations
          WHERE ((determinations.donor_id = donations.donor_id) AND (determinations.set_aside_by IS NULL))) AND (NOT (EXISTS ( SELECT
           FROM public.tests
          WHERE ((tests.donor_id = donations.donor_id) AND (tests.result = 'reactive'::public.test_result))))) AND (NOT (EXISTS ( SELECT
           FROM public.deferrals_in_force deferrals
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
    recalled_at timestamp with time zone,
    shelf smallint GENERATED ALWAYS AS (public.shelf(component, blood_group)) STORED,
    CONSTRAINT units_out_of_quarantine_has_group CHECK (((state = ANY (ARRAY['quarantined'::public.unit_state, 'expired'::public.unit_state, 'discarded'::public.unit_state])) OR (blood_group IS NOT NULL))),
    CONSTRAINT units_recalled_is_not_offered CHECK (((recalled_at IS NULL) OR (state <> ALL (ARRAY['available'::public.unit_state, 'held'::public.unit_state])))),
    CONSTRAINT units_volume_positive CHECK ((volume_ml > 0))
);

ALTER TABLE ONLY public.units FORCE ROW LEVEL SECURITY;

CREATE FUNCTION public.is_safe(unit public.units) RETURNS boolean
    LANGUAGE sql STABLE
    RETURN (((unit).recalled_at IS NULL) AND public.is_clear((unit).donation_id, (unit).blood_group));

CREATE FUNCTION public.keep_donor_numbers(last bigint) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO '$user', 'public'
    AS $$
begin
  if last > (select last_value from donor_numbers) then
    perform setval('donor_numbers', last);
  end if;
end $$;

CREATE FUNCTION public.key_of(value bytea) RETURNS integer
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    RETURN ((get_byte(value, 0) * 256) + get_byte(value, 1));

CREATE FUNCTION public.sound_pair(names text) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN CASE WHEN (split_part(names, ' '::text, 2) = ''::text) THEN names ELSE ((LEAST((split_part(names, ' '::text, 1) COLLATE "C"), (split_part(names, ' '::text, 2) COLLATE "C")) || ' '::text) || GREATEST((split_part(names, ' '::text, 1) COLLATE "C"), (split_part(names, ' '::text, 2) COLLATE "C"))) END;

CREATE FUNCTION public.latin_pairs(names text) RETURNS text[]
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN CASE WHEN (split_part(names, ' '::text, 3) <> ''::text) THEN ARRAY[public.sound_pair(((split_part(names, ' '::text, 1) || ' '::text) || split_part(names, ' '::text, 2))), public.sound_pair(((split_part(names, ' '::text, 1) || ' '::text) || split_part(names, ' '::text, 3)))] WHEN (names <> ''::text) THEN ARRAY[public.sound_pair(names)] ELSE NULL::text[] END;

CREATE FUNCTION public.latin_sounds_of(names text) RETURNS text[]
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN (string_to_array(names, ' '::text) || public.latin_pairs(names));

CREATE TABLE public.audit_links (
    chain uuid NOT NULL,
    number bigint NOT NULL,
    transaction_id xid8 NOT NULL,
    previous bytea NOT NULL,
    event_ids bigint[] NOT NULL,
    digests bytea[] NOT NULL,
    sealed_at timestamp with time zone NOT NULL,
    hash bytea NOT NULL,
    CONSTRAINT audit_links_digest_for_each_event CHECK ((cardinality(event_ids) = cardinality(digests))),
    CONSTRAINT audit_links_number_positive CHECK ((number > 0))
);

CREATE FUNCTION public.link_digest(link public.audit_links) RETURNS bytea
    LANGUAGE sql STABLE PARALLEL SAFE
    RETURN sha256(record_send(ROW((link).chain, (link).number, (link).transaction_id, (link).previous, (link).event_ids, (link).digests, (link).sealed_at)));

CREATE FUNCTION public.merge_donors(merger uuid, survivor uuid, merged uuid) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO '$user', 'public'
    SET "tamshy.role" TO 'system'
    AS $_$
declare belonging text;
begin
  set constraints all deferred;
  for belonging in select name from donor_tables order by name loop
    execute format(
      'with moved as (update %1$I set donor_id = $1 where donor_id = $2 returning id)
       insert into merged_rows (merger_id, table_name, row_id) select $3, %1$L, id from moved',
      belonging)
    using survivor, merged, merger;
  end loop;
  with moved as (
    update donors set merged_into = survivor where merged_into = merged returning id
  )
  insert into merged_rows (merger_id, table_name, row_id) select merger, 'donors', id from moved;
  update donors set state = 'merged', merged_into = survivor where id = merged and state = 'active';
  if not found then
    raise exception 'the donor is not active' using errcode = 'P0001';
  end if;
  set constraints all immediate;
end $_$;

CREATE FUNCTION public.orders_of(a text, b text, c text) RETURNS text[]
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN CASE WHEN (c <> ''::text) THEN ARRAY[((((a || ' '::text) || b) || ' '::text) || c), ((((a || ' '::text) || c) || ' '::text) || b), ((((b || ' '::text) || a) || ' '::text) || c), ((((b || ' '::text) || c) || ' '::text) || a), ((((c || ' '::text) || a) || ' '::text) || b)] WHEN (b <> ''::text) THEN ARRAY[((a || ' '::text) || b), ((b || ' '::text) || a)] WHEN (a <> ''::text) THEN ARRAY[a] ELSE NULL::text[] END;

CREATE FUNCTION public.part_phrases(names text, parts text) RETURNS text[]
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN ((SELECT array_agg(phrase.phrase) AS array_agg FROM ((unnest(string_to_array(part_phrases.parts, ' '::text)) part(part) LEFT JOIN unnest(((string_to_array(part_phrases.names, ' '::text))[1:2] || (string_to_array(part_phrases.parts, ' '::text))[1:5])) other(other) ON ((strpos(other.other, part.part) = 0))) CROSS JOIN LATERAL unnest(ARRAY[part.part, concat_ws(' '::text, part.part, other.other), concat_ws(' '::text, other.other, part.part)]) phrase(phrase)) WHERE (phrase.phrase <> ''::text)) || (WITH first AS (SELECT part.part, part.place FROM unnest((string_to_array(part_phrases.parts, ' '::text))[1:5]) WITH ORDINALITY part(part, place)) SELECT array_agg(((((a.part || ' '::text) || b.part) || ' '::text) || c.part)) AS array_agg FROM ((first a JOIN first b ON ((b.place <> a.place))) JOIN first c ON (((c.place <> a.place) AND (c.place <> b.place))))));

CREATE FUNCTION public.name_phrases(names text, parts text) RETURNS text[]
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN (public.orders_of(split_part(names, ' '::text, 1), split_part(names, ' '::text, 2), split_part(names, ' '::text, 3)) || CASE WHEN (parts IS NOT NULL) THEN public.part_phrases(names, parts) ELSE NULL::text[] END);

CREATE FUNCTION public.name_sounds_of(names text) RETURNS text[]
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN CASE WHEN (split_part(names, ' '::text, 2) <> ''::text) THEN ARRAY[split_part(names, ' '::text, 1), split_part(names, ' '::text, 2), public.sound_pair(names)] WHEN (names <> ''::text) THEN ARRAY[names] ELSE NULL::text[] END;

CREATE FUNCTION public.name_words_of(names text, parts text) RETURNS text[]
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN (string_to_array(names, ' '::text) || string_to_array(parts, ' '::text));

CREATE FUNCTION public.named_donor(number bigint, code text, hashes bytea[], born date) RETURNS TABLE(donor uuid, problem text)
    LANGUAGE sql STABLE
    AS $$
  select case when wrong.problem is null then wrong.donor end, wrong.problem
  from (
    select meant.donor, case
        when meant.count = 0 then 'donor_unknown'
        when meant.count < num_nonnulls(number, code, hashes) or meant.people > 1
          then 'donor_ambiguous'
        when donors.state <> 'active' then 'donor_closed'
        when donors.birth_date <> born and not exists (
            select from donors as merged
            where merged.merged_into = donors.id and merged.birth_date = born)
          then 'donor_birth_date_differs'
      end as problem
    from (
      select min(survivor::text)::uuid as donor, count(survivor) as count,
        count(distinct survivor) as people
      from (
        select (select coalesce(merged_into, donors.id) from donors
          where donors.donor_number = number) as survivor
        union all
        select (select coalesce(merged_into, donors.id)
          from identities join donors on donors.id = identities.donor_id
          where identities.external_id = code)
        union all
        select (select coalesce(merged_into, donors.id)
          from identities join donors on donors.id = identities.donor_id
          where identities.iin_hash = any(hashes) limit 1)
      ) as found
    ) as meant
    left join donors on donors.id = meant.donor
  ) as wrong
$$;

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

CREATE SEQUENCE public.donor_numbers
    START WITH 100001
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;

CREATE TABLE public.donors (
    id uuid NOT NULL,
    donor_number bigint DEFAULT nextval('public.donor_numbers'::regclass) NOT NULL,
    state public.donor_state DEFAULT 'active'::public.donor_state NOT NULL,
    sex public.sex NOT NULL,
    birth_date date NOT NULL,
    registered_at timestamp with time zone NOT NULL,
    registered_by uuid NOT NULL,
    anonymised_at timestamp with time zone,
    revision integer DEFAULT 0 NOT NULL,
    merged_into uuid,
    CONSTRAINT donors_anonymised_has_time CHECK (((state = 'anonymised'::public.donor_state) = (anonymised_at IS NOT NULL))),
    CONSTRAINT donors_merged_has_survivor CHECK (((state = 'merged'::public.donor_state) = (merged_into IS NOT NULL))),
    CONSTRAINT donors_not_merged_into_themselves CHECK ((merged_into <> id)),
    CONSTRAINT donors_revision_not_negative CHECK ((revision >= 0))
);

ALTER TABLE ONLY public.donors FORCE ROW LEVEL SECURITY;

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

CREATE FUNCTION public.records_of_donor(donor uuid) RETURNS TABLE(id uuid)
    LANGUAGE sql STABLE
    SET "tamshy.role" TO 'system'
    BEGIN ATOMIC
 SELECT records_of_donor.donor AS donor
 UNION ALL
  SELECT donors.id
    FROM public.donors
   WHERE (donors.merged_into = records_of_donor.donor)
 UNION ALL
  SELECT visits.id
    FROM public.visits
   WHERE (visits.donor_id = records_of_donor.donor)
 UNION ALL
  SELECT donations.id
    FROM public.donations
   WHERE (donations.donor_id = records_of_donor.donor)
 UNION ALL
  SELECT units.id
    FROM (public.units
      JOIN public.donations ON ((donations.id = units.donation_id)))
   WHERE (donations.donor_id = records_of_donor.donor);
END;

CREATE FUNCTION public.records_of_request(request uuid) RETURNS TABLE(id uuid)
    LANGUAGE sql STABLE
    SET "tamshy.role" TO 'system'
    BEGIN ATOMIC
 SELECT records_of_request.request AS request
 UNION
  SELECT allocations.unit_id
    FROM public.allocations
   WHERE (allocations.request_id = records_of_request.request);
END;

CREATE FUNCTION public.refuse_rewriting() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
begin
  raise exception 'the audit is only ever added to' using errcode = 'insufficient_privilege';
end $$;

CREATE FUNCTION public.reseal_answers(changes jsonb) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO '$user', 'public'
    AS $$
declare changed integer;
begin
  update answers set body = new.body
  from jsonb_to_recordset(changes) as new (account_id uuid, key text, was text, body text)
  where answers.account_id = new.account_id and answers.key = new.key
    and answers.fingerprint = 'sealed' and answers.body = new.was;
  get diagnostics changed = row_count;
  return changed;
end $$;

CREATE FUNCTION public.rows_of_donor(belonging text, donor uuid) RETURNS bigint
    LANGUAGE plpgsql STABLE
    AS $_$
declare rows bigint;
begin
  execute format('select count(*) from %I where donor_id = $1', belonging) into rows using donor;
  return rows;
end $_$;

CREATE FUNCTION public.seal() RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO '$user', 'public'
    AS $$
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

CREATE FUNCTION public.slips_of(word text) RETURNS SETOF text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS $$
  select (left(word, place - 1) || substr(word, place + 1)) collate "C"
  from generate_series(1, length(word) + 1) as place
  where length(word) between 3 and 40
$$;

CREATE FUNCTION public.stage(kind public.import_kind) RETURNS void
    LANGUAGE plpgsql
    AS $_$
begin
  execute format(
    'create temporary table %1$I (like public.%1$I) on commit drop', 'staged_' || kind);
  perform set_config('enable_seqscan', 'off', true);
end $_$;

CREATE FUNCTION public.tube(donation uuid, sample text) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN (((donation)::text || ' '::text) || translate(regexp_replace(lower((NORMALIZE(sample, NFKC) COLLATE "und-x-icu")), '\s'::text, ''::text, 'g'::text), 'авсенкмортхуі'::text, 'abcehkmoptxyi'::text));

CREATE FUNCTION public.unmerge_donors(merger uuid) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO '$user', 'public'
    SET "tamshy.role" TO 'system'
    AS $_$
declare of_two mergers; belonging donor_tables; parent text;
begin
  select * into strict of_two from mergers where id = merger;
  update donors set state = 'active', merged_into = null
  where id = of_two.merged_id and merged_into = of_two.survivor_id;
  if not found then
    raise exception 'the donor is not merged into the other' using errcode = 'P0001';
  end if;
  set constraints all deferred;
  for belonging in select * from donor_tables order by name loop
    execute format(
      'update %1$I set donor_id = $1 from merged_rows
       where merged_rows.merger_id = $2 and merged_rows.table_name = %1$L
         and %1$I.id = merged_rows.row_id and %1$I.donor_id = $3', belonging.name)
    using of_two.merged_id, merger, of_two.survivor_id;
  end loop;
  -- What was found since in blood that goes back goes with the blood.
  for belonging in select * from donor_tables order by name loop
    foreach parent in array belonging.parents loop
      execute format(
        'update %1$I set donor_id = $1 from merged_rows
         where merged_rows.merger_id = $2 and merged_rows.table_name = %2$L
           and %1$I.%3$I = merged_rows.row_id and %1$I.donor_id = $3',
        belonging.name, case parent when 'visit_id' then 'visits' else 'donations' end, parent)
      using of_two.merged_id, merger, of_two.survivor_id;
    end loop;
  end loop;
  -- Nobody can say of whom a deferral was told while the two were one: it counts for both.
  insert into deferrals (id, donor_id, reason, kind, from_on, until_on, source, centre, note,
    recorded_at, recorded_by, ended_on, end_reason, ended_by)
  select gen_random_uuid(), of_two.merged_id, reason, kind, from_on, until_on, source, centre,
    note, recorded_at, recorded_by, ended_on, end_reason, ended_by
  from deferrals
  where donor_id = of_two.survivor_id and recorded_at > of_two.merged_at and voided_at is null
    and id not in (select row_id from merged_rows where table_name = 'deferrals');
  update donors set merged_into = of_two.merged_id
  from merged_rows
  where merged_rows.merger_id = merger and merged_rows.table_name = 'donors'
    and donors.id = merged_rows.row_id and donors.merged_into = of_two.survivor_id;
  set constraints all immediate;
end $_$;

CREATE FUNCTION public.works_with_donors() RETURNS boolean
    LANGUAGE sql STABLE
    RETURN (current_setting('tamshy.role'::text, true) = ANY (ARRAY['drive_staff'::text, 'laboratory'::text, 'coordinator'::text, 'recruiter'::text, 'system'::text]));

CREATE FUNCTION public.works_with_identities() RETURNS boolean
    LANGUAGE sql STABLE
    RETURN (current_setting('tamshy.role'::text, true) = ANY (ARRAY['drive_staff'::text, 'laboratory'::text, 'recruiter'::text, 'system'::text]));

CREATE FUNCTION public.works_with_requests() RETURNS boolean
    LANGUAGE sql STABLE
    RETURN (current_setting('tamshy.role'::text, true) = ANY (ARRAY['hospital'::text, 'coordinator'::text, 'system'::text]));

CREATE TABLE public.accounts (
    id uuid NOT NULL,
    kind public.account_kind NOT NULL,
    login text,
    name text NOT NULL,
    password text,
    password_changed_at timestamp with time zone,
    password_expires_at timestamp with time zone,
    issuer text,
    subject text,
    created_at timestamp with time zone NOT NULL,
    disabled_at timestamp with time zone,
    CONSTRAINT accounts_link_is_whole CHECK (((issuer IS NULL) = (subject IS NULL))),
    CONSTRAINT accounts_password_expires CHECK (((password_expires_at IS NULL) OR (password IS NOT NULL))),
    CONSTRAINT accounts_password_has_time CHECK (((password IS NULL) = (password_changed_at IS NULL))),
    CONSTRAINT accounts_password_is_hashed CHECK ((password ~~ '$argon2id$%'::text)),
    CONSTRAINT accounts_person_logs_in CHECK (((kind = 'person'::public.account_kind) OR ((login IS NULL) AND (password IS NULL) AND (subject IS NULL))))
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

CREATE TABLE public.audit_signatures (
    chain uuid NOT NULL,
    number bigint NOT NULL,
    hash bytea NOT NULL,
    signed_at timestamp with time zone NOT NULL,
    key_id text NOT NULL,
    signature bytea NOT NULL
);

CREATE TABLE public.barred_people (
    iin_hash bytea NOT NULL,
    until_on date,
    CONSTRAINT barred_people_hashed CHECK ((octet_length(iin_hash) = 34))
);

ALTER TABLE ONLY public.barred_people FORCE ROW LEVEL SECURITY;

CREATE TABLE public.consents (
    id uuid NOT NULL,
    donor_id uuid NOT NULL,
    purpose public.contact_purpose NOT NULL,
    channel public.contact_channel NOT NULL,
    text_version text NOT NULL,
    manner text NOT NULL,
    given_at timestamp with time zone NOT NULL,
    recorded_at timestamp with time zone NOT NULL,
    recorded_by uuid NOT NULL,
    withdrawn_at timestamp with time zone,
    withdrawn_by uuid,
    CONSTRAINT consents_manner_known CHECK ((manner = ANY (ARRAY['paper'::text, 'in_person'::text, 'online'::text]))),
    CONSTRAINT consents_withdrawn_after_given CHECK ((withdrawn_at >= given_at))
);

ALTER TABLE ONLY public.consents FORCE ROW LEVEL SECURITY;

CREATE TABLE public.contact_attempts (
    id uuid NOT NULL,
    donor_id uuid NOT NULL,
    purpose public.contact_purpose NOT NULL,
    channel public.contact_channel NOT NULL,
    contact_id uuid,
    outcome text NOT NULL,
    attempted_at timestamp with time zone NOT NULL,
    recorded_at timestamp with time zone NOT NULL,
    recorded_by uuid NOT NULL,
    CONSTRAINT contact_attempts_outcome_known CHECK ((outcome = ANY (ARRAY['reached'::text, 'no_answer'::text, 'will_come'::text, 'declined'::text, 'wrong_number'::text])))
);

ALTER TABLE ONLY public.contact_attempts FORCE ROW LEVEL SECURITY;

CREATE TABLE public.contacts (
    id uuid NOT NULL,
    number bigint NOT NULL,
    donor_id uuid NOT NULL,
    kind public.contact_kind NOT NULL,
    value bytea NOT NULL,
    value_hash bytea NOT NULL,
    channels public.contact_channel[] NOT NULL,
    "position" integer NOT NULL,
    recorded_at timestamp with time zone NOT NULL,
    recorded_by uuid NOT NULL,
    ended_at timestamp with time zone,
    CONSTRAINT contacts_have_channels CHECK (((cardinality(channels) >= 1) AND (cardinality(channels) <= 5))),
    CONSTRAINT contacts_position CHECK ((("position" >= 1) AND ("position" <= 1000))),
    CONSTRAINT contacts_sealed CHECK ((((octet_length(value) >= 30) AND (octet_length(value) <= 600)) AND (octet_length(value_hash) = 34)))
);

ALTER TABLE ONLY public.contacts FORCE ROW LEVEL SECURITY;

ALTER TABLE public.contacts ALTER COLUMN number ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.contacts_number_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.departures (
    digest bytea NOT NULL,
    destination text NOT NULL,
    language text,
    expires_at timestamp with time zone NOT NULL,
    CONSTRAINT departures_digest_is_sha256 CHECK ((octet_length(digest) = 32))
);

CREATE TABLE public.donor_corrections (
    id uuid NOT NULL,
    donor_id uuid NOT NULL,
    revision integer NOT NULL,
    fields text[] NOT NULL,
    reason text,
    corrected_at timestamp with time zone NOT NULL,
    corrected_by uuid NOT NULL,
    CONSTRAINT donor_corrections_of_something CHECK ((cardinality(fields) > 0))
);

ALTER TABLE ONLY public.donor_corrections FORCE ROW LEVEL SECURITY;

CREATE TABLE public.identities (
    donor_id uuid NOT NULL,
    family_name text NOT NULL,
    given_name text,
    patronymic text,
    search_name text NOT NULL COLLATE pg_catalog."C",
    iin bytea,
    iin_hash bytea,
    phone bytea,
    phone_hash bytea,
    language text NOT NULL,
    region text,
    external_id text,
    import_id uuid,
    import_row integer,
    sound_name text NOT NULL COLLATE pg_catalog."C",
    name_parts text COLLATE pg_catalog."C",
    latin_sound text COLLATE pg_catalog."C",
    latin_name text,
    iin_mismatch_reason text,
    document bytea,
    document_hash bytea,
    CONSTRAINT identities_document_found CHECK (((document IS NULL) = (document_hash IS NULL))),
    CONSTRAINT identities_document_sealed CHECK ((((octet_length(document) >= 30) AND (octet_length(document) <= 400)) AND (octet_length(document_hash) = 34))),
    CONSTRAINT identities_iin_found CHECK (((iin IS NULL) = (iin_hash IS NULL))),
    CONSTRAINT identities_iin_mismatch_of_iin CHECK (((iin_mismatch_reason IS NULL) OR (iin IS NOT NULL))),
    CONSTRAINT identities_iin_sealed CHECK (((octet_length(iin) >= 30) AND (octet_length(iin_hash) = 34))),
    CONSTRAINT identities_import_has_row CHECK (((import_id IS NULL) = (import_row IS NULL))),
    CONSTRAINT identities_language_known CHECK ((language = ANY (ARRAY['kk'::text, 'ru'::text, 'en'::text]))),
    CONSTRAINT identities_phone_found CHECK (((phone IS NULL) = (phone_hash IS NULL))),
    CONSTRAINT identities_phone_sealed CHECK (((octet_length(phone) >= 30) AND (octet_length(phone_hash) = 34)))
);

ALTER TABLE ONLY public.identities FORCE ROW LEVEL SECURITY;

CREATE TABLE public.phenotypings (
    id uuid NOT NULL,
    donation_id uuid NOT NULL,
    donor_id uuid NOT NULL,
    present public.antigen[] NOT NULL,
    absent public.antigen[] NOT NULL,
    sample text NOT NULL,
    method public.typing_method NOT NULL,
    laboratory text,
    tested_at timestamp with time zone NOT NULL,
    tested_by uuid NOT NULL,
    CONSTRAINT phenotypings_has_result CHECK (((cardinality(present) + cardinality(absent)) > 0)),
    CONSTRAINT phenotypings_present_or_absent CHECK ((NOT (present && absent)))
);

ALTER TABLE ONLY public.phenotypings FORCE ROW LEVEL SECURITY;

CREATE TABLE public.rare_flags (
    id uuid NOT NULL,
    donor_id uuid NOT NULL,
    reason text NOT NULL,
    flagged_at timestamp with time zone NOT NULL,
    flagged_by uuid NOT NULL,
    ended_at timestamp with time zone,
    end_reason text,
    ended_by uuid,
    CONSTRAINT rare_flags_end_after_start CHECK ((ended_at >= flagged_at)),
    CONSTRAINT rare_flags_end_is_whole CHECK ((num_nonnulls(ended_at, end_reason, ended_by) = ANY (ARRAY[0, 3])))
);

ALTER TABLE ONLY public.rare_flags FORCE ROW LEVEL SECURITY;

CREATE VIEW public.donor_records WITH (security_invoker='true') AS
 SELECT donors.id,
    donors.donor_number,
    donors.state,
    identities.family_name,
    identities.given_name,
    identities.patronymic,
    donors.sex,
    donors.birth_date,
    NULL::text AS iin,
    NULL::text AS phone,
    identities.language,
    identities.region,
    groups.confirmed AS blood_group,
    donors.registered_at,
    '[]'::jsonb AS possible_duplicates,
    identities.latin_name,
    NULL::text AS iin_differs,
    identities.iin_mismatch_reason,
    donors.revision,
    identities.iin AS sealed_iin,
    identities.phone AS sealed_phone,
    identities.document AS sealed_document,
    NULL::text AS document,
    (EXISTS ( SELECT
           FROM public.rare_flags
          WHERE ((rare_flags.donor_id = donors.id) AND (rare_flags.ended_at IS NULL)))) AS is_rare,
    ( SELECT COALESCE(jsonb_agg(jsonb_build_object('present', phenotypings.present, 'absent', phenotypings.absent)), '[]'::jsonb) AS "coalesce"
           FROM public.phenotypings
          WHERE (phenotypings.donor_id = donors.id)) AS typings
   FROM ((public.donors
     LEFT JOIN public.identities ON ((identities.donor_id = donors.id)))
     CROSS JOIN LATERAL public.confirmed_group(donors.id) groups(confirmed))
  WHERE (donors.state <> 'merged'::public.donor_state);

CREATE VIEW public.donor_tables AS
 SELECT (relations.relname)::text AS name,
    ARRAY( SELECT (pg_attribute.attname)::text AS attname
           FROM pg_attribute
          WHERE ((pg_attribute.attrelid = relations.oid) AND (pg_attribute.attnum > 0) AND (NOT pg_attribute.attisdropped) AND (pg_attribute.attname = ANY (ARRAY['donation_id'::name, 'visit_id'::name])))) AS parents
   FROM ((pg_constraint
     JOIN pg_class relations ON ((relations.oid = pg_constraint.conrelid)))
     JOIN pg_attribute columns ON (((columns.attrelid = relations.oid) AND (columns.attnum = pg_constraint.conkey[1]))))
  WHERE ((pg_constraint.contype = 'f'::"char") AND (pg_constraint.confrelid = ('public.donors'::regclass)::oid) AND (cardinality(pg_constraint.conkey) = 1) AND (columns.attname = 'donor_id'::name) AND (relations.relname <> ALL (ARRAY['identities'::name, 'donor_corrections'::name, 'contacts'::name])) AND (EXISTS ( SELECT
           FROM pg_attribute
          WHERE ((pg_attribute.attrelid = relations.oid) AND (pg_attribute.attname = 'id'::name) AND (pg_attribute.atttypid = ('uuid'::regtype)::oid)))));

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

ALTER TABLE public.events ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.events_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.examinations (
    id uuid NOT NULL,
    number bigint NOT NULL,
    visit_id uuid NOT NULL,
    kind public.donation_kind NOT NULL,
    examined_on date NOT NULL,
    examined_at timestamp with time zone NOT NULL,
    examined_by uuid NOT NULL,
    measured jsonb NOT NULL,
    answers jsonb,
    is_eligible boolean NOT NULL,
    policy_code text NOT NULL,
    policy_version integer NOT NULL,
    decision jsonb NOT NULL,
    suggested_deferral jsonb,
    CONSTRAINT examinations_answers_listed CHECK ((jsonb_typeof(answers) = 'array'::text)),
    CONSTRAINT examinations_decision_is_this_one CHECK (((((decision ->> 'eligible'::text))::boolean = is_eligible) AND ((decision #>> '{policy,code}'::text[]) = policy_code) AND (((decision #>> '{policy,version}'::text[]))::integer = policy_version))),
    CONSTRAINT examinations_measured_by_name CHECK ((jsonb_typeof(measured) = 'object'::text)),
    CONSTRAINT examinations_suggest_after_failure CHECK (((NOT is_eligible) OR (suggested_deferral IS NULL)))
);

ALTER TABLE ONLY public.examinations FORCE ROW LEVEL SECURITY;

ALTER TABLE public.examinations ALTER COLUMN number ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.examinations_number_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.grants (
    id uuid NOT NULL,
    account_id uuid NOT NULL,
    role public.role NOT NULL,
    site_id uuid,
    granted_at timestamp with time zone NOT NULL,
    granted_by uuid NOT NULL,
    revoked_at timestamp with time zone,
    CONSTRAINT grants_admin_has_no_site CHECK (((role <> 'admin'::public.role) OR (site_id IS NULL))),
    CONSTRAINT grants_hospital_has_site CHECK (((role <> 'hospital'::public.role) OR (site_id IS NOT NULL)))
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

CREATE UNLOGGED TABLE public.import_claims (
    import_id uuid NOT NULL,
    claimed_at timestamp with time zone NOT NULL,
    by text NOT NULL,
    key text NOT NULL,
    row_number integer NOT NULL,
    has_iin boolean,
    donor_id uuid,
    from_on date,
    until_on date
);

ALTER TABLE ONLY public.import_claims FORCE ROW LEVEL SECURITY;

CREATE TABLE public.import_findings (
    id bigint NOT NULL,
    import_id uuid NOT NULL,
    row_number integer NOT NULL,
    column_name text,
    code text NOT NULL,
    facts jsonb DEFAULT '{}'::jsonb NOT NULL,
    is_warning boolean NOT NULL,
    subject_id uuid,
    CONSTRAINT import_findings_warning_has_subject CHECK ((is_warning OR (subject_id IS NULL)))
);

ALTER TABLE ONLY public.import_findings FORCE ROW LEVEL SECURITY;

ALTER TABLE public.import_findings ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.import_findings_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.imports (
    id uuid NOT NULL,
    kind public.import_kind NOT NULL,
    fingerprint bytea NOT NULL,
    account_id uuid NOT NULL,
    started_at timestamp with time zone NOT NULL,
    finished_at timestamp with time zone,
    bytes_total bigint NOT NULL,
    bytes_done bigint DEFAULT 0 NOT NULL,
    rows_done integer DEFAULT 0 NOT NULL,
    taken integer DEFAULT 0 NOT NULL,
    known integer DEFAULT 0 NOT NULL,
    refused integer DEFAULT 0 NOT NULL,
    warned integer DEFAULT 0 NOT NULL,
    CONSTRAINT imports_rows_add_up CHECK ((rows_done >= ((taken + known) + refused)))
);

ALTER TABLE ONLY public.imports FORCE ROW LEVEL SECURITY;

CREATE VIEW public.live_events AS
 SELECT events.id,
    events.transaction_id,
    events.at,
    events.kind,
    events.subject_id,
    events.account_id,
    events.site_id,
    events.detail
   FROM public.events
  WHERE ((events.kind !~ '^(audit|account|grant|token|session)\.'::text) AND (events.kind !~ '\.(viewed|searched|exported)$'::text));

CREATE TABLE public.merged_rows (
    merger_id uuid NOT NULL,
    table_name text NOT NULL,
    row_id uuid NOT NULL
);

ALTER TABLE ONLY public.merged_rows FORCE ROW LEVEL SECURITY;

CREATE TABLE public.mergers (
    id uuid NOT NULL,
    survivor_id uuid NOT NULL,
    merged_id uuid NOT NULL,
    reason text NOT NULL,
    merged_at timestamp with time zone NOT NULL,
    merged_by uuid NOT NULL,
    undone_at timestamp with time zone,
    undone_by uuid,
    undo_reason text,
    CONSTRAINT mergers_of_two CHECK ((survivor_id <> merged_id)),
    CONSTRAINT mergers_undone_whole CHECK ((num_nulls(undone_at, undone_by, undo_reason) = ANY (ARRAY[0, 3])))
);

ALTER TABLE ONLY public.mergers FORCE ROW LEVEL SECURITY;

CREATE TABLE public.name_slips (
    slip text NOT NULL COLLATE pg_catalog."C",
    word text NOT NULL COLLATE pg_catalog."C"
);

ALTER TABLE ONLY public.name_slips FORCE ROW LEVEL SECURITY;

CREATE TABLE public.name_sounds (
    sound text NOT NULL COLLATE pg_catalog."C",
    birth_date date NOT NULL,
    donor_id uuid NOT NULL
);

ALTER TABLE ONLY public.name_sounds FORCE ROW LEVEL SECURITY;

CREATE TABLE public.name_spellings (
    word text NOT NULL COLLATE pg_catalog."C",
    reversed text NOT NULL COLLATE pg_catalog."C"
);

ALTER TABLE ONLY public.name_spellings FORCE ROW LEVEL SECURITY;

CREATE TABLE public.name_words (
    phrase text NOT NULL COLLATE pg_catalog."C",
    donor_id uuid NOT NULL
);

ALTER TABLE ONLY public.name_words FORCE ROW LEVEL SECURITY;

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

CREATE TABLE public.privacy_keys (
    purpose text NOT NULL,
    number integer NOT NULL,
    proof bytea NOT NULL,
    made_at timestamp with time zone NOT NULL,
    removed_at timestamp with time zone,
    CONSTRAINT privacy_keys_number CHECK (((number >= 1) AND (number <= 65535))),
    CONSTRAINT privacy_keys_purpose_known CHECK ((purpose = ANY (ARRAY['seal'::text, 'lookup'::text])))
);

CREATE TABLE public.recovery_codes (
    digest bytea NOT NULL,
    account_id uuid NOT NULL,
    made_at timestamp with time zone NOT NULL,
    used_at timestamp with time zone,
    CONSTRAINT recovery_codes_digest_is_sha256 CHECK ((octet_length(digest) = 32))
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

CREATE TABLE public.resolutions (
    id uuid NOT NULL,
    kind public.resolution_kind NOT NULL,
    subject_id uuid NOT NULL,
    determination_ids uuid[] DEFAULT '{}'::uuid[] NOT NULL,
    seen_ids uuid[] DEFAULT '{}'::uuid[] NOT NULL,
    blood_group public.blood_group,
    reason text NOT NULL,
    meaning text NOT NULL,
    state public.resolution_state DEFAULT 'open'::public.resolution_state NOT NULL,
    proposed_at timestamp with time zone NOT NULL,
    proposed_by uuid NOT NULL,
    decided_at timestamp with time zone,
    decided_by uuid,
    decision_reason text,
    decision_meaning text,
    CONSTRAINT resolutions_conflict_has_determinations CHECK (((kind = 'group_conflict'::public.resolution_kind) = (cardinality(determination_ids) > 0))),
    CONSTRAINT resolutions_decided_is_signed CHECK ((num_nonnulls(decided_at, decided_by, decision_meaning) =
CASE state
    WHEN 'open'::public.resolution_state THEN 0
    ELSE 3
END)),
    CONSTRAINT resolutions_override_has_group CHECK (((kind = 'emergency_override'::public.resolution_kind) = (blood_group IS NOT NULL))),
    CONSTRAINT resolutions_second_person CHECK ((decided_by <> proposed_by))
);

ALTER TABLE ONLY public.resolutions FORCE ROW LEVEL SECURITY;

CREATE TABLE public.schema_migrations (
    name text NOT NULL,
    checksum text NOT NULL,
    applied_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL
);

CREATE TABLE public.second_factors (
    account_id uuid NOT NULL,
    secret bytea NOT NULL,
    made_at timestamp with time zone NOT NULL,
    confirmed_at timestamp with time zone,
    last_period bigint DEFAULT 0 NOT NULL
);

CREATE TABLE public.sessions (
    id uuid NOT NULL,
    account_id uuid NOT NULL,
    digest bytea NOT NULL,
    method text NOT NULL,
    factor text NOT NULL,
    grant_id uuid,
    started_at timestamp with time zone NOT NULL,
    seen_at timestamp with time zone NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    ended_at timestamp with time zone,
    end_reason text,
    CONSTRAINT sessions_digest_is_sha256 CHECK ((octet_length(digest) = 32)),
    CONSTRAINT sessions_end_has_reason CHECK (((ended_at IS NULL) = (end_reason IS NULL))),
    CONSTRAINT sessions_factor CHECK (((factor = ANY (ARRAY['none'::text, 'one_time_code'::text, 'recovery_code'::text, 'issuer'::text])) AND ((factor = 'issuer'::text) = (method = 'oidc'::text)))),
    CONSTRAINT sessions_method CHECK ((method = ANY (ARRAY['password'::text, 'oidc'::text])))
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

CREATE TABLE public.staged_deferrals (
    row_number integer NOT NULL,
    id uuid NOT NULL,
    donor_number bigint,
    donor_external_id text,
    donor_iin_hashes bytea[],
    donor_birth_date date,
    reason text NOT NULL,
    from_on date NOT NULL,
    until_on date,
    source text NOT NULL,
    ended_on date,
    end_reason text,
    donor_id uuid,
    problem text,
    kind public.deferral_kind NOT NULL,
    centre text,
    note text,
    CONSTRAINT staged_deferrals_is_a_pattern CHECK (false) NO INHERIT
);

CREATE TABLE public.staged_donations (
    row_number integer NOT NULL,
    id uuid NOT NULL,
    donor_number bigint,
    donor_external_id text,
    donor_iin_hashes bytea[],
    donor_birth_date date,
    din text NOT NULL,
    drive_id uuid,
    site_id uuid,
    kind public.donation_kind NOT NULL,
    intent public.donation_intent NOT NULL,
    volume_ml integer NOT NULL,
    collected_on date NOT NULL,
    started_at timestamp with time zone,
    ended_at timestamp with time zone,
    outcome public.donation_outcome NOT NULL,
    state public.donation_state NOT NULL,
    donor_id uuid,
    problem text,
    CONSTRAINT staged_donations_is_a_pattern CHECK (false) NO INHERIT
);

CREATE TABLE public.staged_donors (
    row_number integer NOT NULL,
    id uuid NOT NULL,
    donor_number bigint,
    external_id text,
    family_name text NOT NULL,
    given_name text,
    patronymic text,
    search_name text NOT NULL COLLATE pg_catalog."C",
    sex public.sex NOT NULL,
    birth_date date NOT NULL,
    iin bytea,
    iin_hashes bytea[],
    phone bytea,
    phone_hash bytea,
    language text NOT NULL,
    region text,
    latin_name text,
    iin_mismatch_reason text,
    sound_name text NOT NULL COLLATE pg_catalog."C",
    name_parts text COLLATE pg_catalog."C",
    latin_sound text COLLATE pg_catalog."C",
    CONSTRAINT staged_donors_is_a_pattern CHECK (false) NO INHERIT
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

CREATE TABLE public.throttles (
    subject text NOT NULL,
    failures integer NOT NULL,
    failed_at timestamp with time zone NOT NULL,
    blocked_until timestamp with time zone
);

CREATE TABLE public.token_uses (
    token_id uuid NOT NULL,
    last_used_at timestamp with time zone NOT NULL
);

CREATE TABLE public.tokens (
    id uuid NOT NULL,
    account_id uuid NOT NULL,
    grant_id uuid NOT NULL,
    name text NOT NULL,
    digest bytea NOT NULL,
    created_at timestamp with time zone NOT NULL,
    created_by uuid NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    revoked_at timestamp with time zone,
    CONSTRAINT tokens_digest_is_sha256 CHECK ((octet_length(digest) = 32))
);

CREATE TABLE public.unavailabilities (
    id uuid NOT NULL,
    number bigint NOT NULL,
    donor_id uuid NOT NULL,
    until_on date NOT NULL,
    recorded_at timestamp with time zone NOT NULL,
    recorded_by uuid NOT NULL
);

ALTER TABLE ONLY public.unavailabilities FORCE ROW LEVEL SECURITY;

ALTER TABLE public.unavailabilities ALTER COLUMN number ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.unavailabilities_number_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
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

ALTER TABLE ONLY public.accounts
    ADD CONSTRAINT accounts_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.allocations
    ADD CONSTRAINT allocations_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.answers
    ADD CONSTRAINT answers_pkey PRIMARY KEY (account_id, key);

ALTER TABLE ONLY public.audit_links
    ADD CONSTRAINT audit_links_pkey PRIMARY KEY (chain, number);

ALTER TABLE ONLY public.audit_signatures
    ADD CONSTRAINT audit_signatures_pkey PRIMARY KEY (chain, number, key_id);

ALTER TABLE ONLY public.barred_people
    ADD CONSTRAINT barred_people_pkey PRIMARY KEY (iin_hash);

ALTER TABLE ONLY public.consents
    ADD CONSTRAINT consents_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.contact_attempts
    ADD CONSTRAINT contact_attempts_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.contacts
    ADD CONSTRAINT contacts_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.deferrals
    ADD CONSTRAINT deferrals_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.departures
    ADD CONSTRAINT departures_pkey PRIMARY KEY (digest);

ALTER TABLE ONLY public.determinations
    ADD CONSTRAINT determinations_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.donations
    ADD CONSTRAINT donations_din UNIQUE (din);

ALTER TABLE ONLY public.donations
    ADD CONSTRAINT donations_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.donor_corrections
    ADD CONSTRAINT donor_corrections_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.donor_corrections
    ADD CONSTRAINT donor_corrections_revision UNIQUE (donor_id, revision);

ALTER TABLE ONLY public.donors
    ADD CONSTRAINT donors_number UNIQUE (donor_number);

ALTER TABLE ONLY public.donors
    ADD CONSTRAINT donors_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.drives
    ADD CONSTRAINT drives_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.events
    ADD CONSTRAINT events_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.examinations
    ADD CONSTRAINT examinations_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.grants
    ADD CONSTRAINT grants_of_one_account UNIQUE (id, account_id);

ALTER TABLE ONLY public.grants
    ADD CONSTRAINT grants_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.hospitals
    ADD CONSTRAINT hospitals_one_per_site UNIQUE (site_id);

ALTER TABLE ONLY public.hospitals
    ADD CONSTRAINT hospitals_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.hosts
    ADD CONSTRAINT hosts_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.identities
    ADD CONSTRAINT identities_pkey PRIMARY KEY (donor_id);

ALTER TABLE ONLY public.import_findings
    ADD CONSTRAINT import_findings_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.imports
    ADD CONSTRAINT imports_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.merged_rows
    ADD CONSTRAINT merged_rows_pkey PRIMARY KEY (merger_id, table_name, row_id);

ALTER TABLE ONLY public.mergers
    ADD CONSTRAINT mergers_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.name_slips
    ADD CONSTRAINT name_slips_pkey PRIMARY KEY (slip, word);

ALTER TABLE ONLY public.name_sounds
    ADD CONSTRAINT name_sounds_pkey PRIMARY KEY (sound, birth_date, donor_id);

ALTER TABLE ONLY public.name_spellings
    ADD CONSTRAINT name_spellings_pkey PRIMARY KEY (word);

ALTER TABLE ONLY public.name_words
    ADD CONSTRAINT name_words_pkey PRIMARY KEY (phrase, donor_id);

ALTER TABLE ONLY public.phases
    ADD CONSTRAINT phases_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.phenotypings
    ADD CONSTRAINT phenotypings_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.privacy_keys
    ADD CONSTRAINT privacy_keys_pkey PRIMARY KEY (purpose, number);

ALTER TABLE ONLY public.rare_flags
    ADD CONSTRAINT rare_flags_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.recovery_codes
    ADD CONSTRAINT recovery_codes_pkey PRIMARY KEY (digest);

ALTER TABLE ONLY public.request_lines
    ADD CONSTRAINT request_lines_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.request_lines
    ADD CONSTRAINT request_lines_position UNIQUE (request_id, "position");

ALTER TABLE ONLY public.requests
    ADD CONSTRAINT requests_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.resolutions
    ADD CONSTRAINT resolutions_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.schema_migrations
    ADD CONSTRAINT schema_migrations_pkey PRIMARY KEY (name);

ALTER TABLE ONLY public.second_factors
    ADD CONSTRAINT second_factors_pkey PRIMARY KEY (account_id);

ALTER TABLE ONLY public.sessions
    ADD CONSTRAINT sessions_digest UNIQUE (digest);

ALTER TABLE ONLY public.sessions
    ADD CONSTRAINT sessions_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.sites
    ADD CONSTRAINT sites_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.stock_deltas
    ADD CONSTRAINT stock_deltas_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.stock_totals
    ADD CONSTRAINT stock_totals_cell UNIQUE NULLS NOT DISTINCT (site_id, component, blood_group, state, expires_on);

ALTER TABLE ONLY public.tests
    ADD CONSTRAINT tests_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.throttles
    ADD CONSTRAINT throttles_pkey PRIMARY KEY (subject);

ALTER TABLE ONLY public.token_uses
    ADD CONSTRAINT token_uses_pkey PRIMARY KEY (token_id);

ALTER TABLE ONLY public.tokens
    ADD CONSTRAINT tokens_digest UNIQUE (digest);

ALTER TABLE ONLY public.tokens
    ADD CONSTRAINT tokens_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.unavailabilities
    ADD CONSTRAINT unavailabilities_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.units
    ADD CONSTRAINT units_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.visits
    ADD CONSTRAINT visits_of_drive_and_donor UNIQUE (id, drive_id, donor_id);

ALTER TABLE ONLY public.visits
    ADD CONSTRAINT visits_pkey PRIMARY KEY (id);

CREATE UNIQUE INDEX accounts_link ON public.accounts USING btree (issuer, subject) WHERE (disabled_at IS NULL);

CREATE UNIQUE INDEX accounts_login ON public.accounts USING btree (login) WHERE (disabled_at IS NULL);

CREATE INDEX allocations_held_until ON public.allocations USING btree (held_until) WHERE (state = 'held'::public.allocation_state);

CREATE INDEX allocations_line ON public.allocations USING btree (line_id);

CREATE UNIQUE INDEX allocations_one_live ON public.allocations USING btree (unit_id) WHERE (state = ANY (ARRAY['held'::public.allocation_state, 'issued'::public.allocation_state, 'received'::public.allocation_state]));

CREATE INDEX allocations_request ON public.allocations USING btree (request_id);

CREATE INDEX allocations_unit ON public.allocations USING btree (unit_id);

CREATE INDEX answers_sealed ON public.answers USING btree (account_id, key) WHERE (fingerprint = 'sealed'::text);

CREATE INDEX answers_sealed_subject ON public.answers USING btree (subject_id) WHERE (fingerprint = 'sealed'::text);

CREATE INDEX audit_links_transaction ON public.audit_links USING btree (transaction_id);

CREATE INDEX audit_signatures_signed_at ON public.audit_signatures USING btree (signed_at);

CREATE INDEX consents_donor ON public.consents USING btree (donor_id);

CREATE INDEX contact_attempts_donor ON public.contact_attempts USING btree (donor_id, attempted_at);

CREATE UNIQUE INDEX contacts_once ON public.contacts USING btree (donor_id, value_hash) WHERE (ended_at IS NULL);

CREATE INDEX contacts_value ON public.contacts USING btree (value_hash) WHERE (ended_at IS NULL);

CREATE INDEX deferrals_donor ON public.deferrals USING btree (donor_id);

CREATE INDEX determinations_donation ON public.determinations USING btree (donation_id);

CREATE INDEX determinations_donor ON public.determinations USING btree (donor_id);

CREATE INDEX donations_donor ON public.donations USING btree (donor_id, collected_on);

CREATE INDEX donations_drive ON public.donations USING btree (drive_id);

CREATE INDEX donors_birth_date ON public.donors USING btree (birth_date);

CREATE INDEX donors_of_survivor ON public.donors USING btree (merged_into) WHERE (merged_into IS NOT NULL);

CREATE INDEX drives_site ON public.drives USING btree (site_id, date_on);

CREATE INDEX events_account ON public.events USING btree (account_id, id);

CREATE INDEX events_at ON public.events USING brin (at);

CREATE INDEX events_subject ON public.events USING btree (subject_id, id);

CREATE INDEX events_transaction ON public.events USING btree (transaction_id, id);

CREATE INDEX examinations_visit ON public.examinations USING btree (visit_id, number DESC);

CREATE UNIQUE INDEX grants_once ON public.grants USING btree (account_id, role, COALESCE(site_id, '00000000-0000-0000-0000-000000000000'::uuid)) WHERE (revoked_at IS NULL);

CREATE UNIQUE INDEX hospitals_bin ON public.hospitals USING btree (bin) WHERE (bin IS NOT NULL);

CREATE UNIQUE INDEX identities_document ON public.identities USING btree (document_hash) WHERE (document_hash IS NOT NULL);

CREATE UNIQUE INDEX identities_external_id ON public.identities USING btree (external_id) WHERE (external_id IS NOT NULL);

CREATE UNIQUE INDEX identities_iin ON public.identities USING btree (iin_hash) WHERE (iin_hash IS NOT NULL);

CREATE INDEX identities_phone ON public.identities USING btree (phone_hash) WHERE (phone_hash IS NOT NULL);

CREATE INDEX identities_search_name ON public.identities USING btree (search_name);

CREATE INDEX identities_without_iin ON public.identities USING btree (search_name) WHERE (iin_hash IS NULL);

CREATE INDEX import_claims_key ON public.import_claims USING btree (import_id, key);

CREATE INDEX import_findings_import ON public.import_findings USING btree (import_id, id);

CREATE INDEX import_findings_subject ON public.import_findings USING btree (subject_id) WHERE (subject_id IS NOT NULL);

CREATE UNIQUE INDEX imports_open ON public.imports USING btree (kind, fingerprint) WHERE (finished_at IS NULL);

CREATE INDEX mergers_merged ON public.mergers USING btree (merged_id);

CREATE UNIQUE INDEX mergers_standing ON public.mergers USING btree (merged_id) WHERE (undone_at IS NULL);

CREATE INDEX mergers_survivor ON public.mergers USING btree (survivor_id);

CREATE INDEX name_spellings_reversed ON public.name_spellings USING btree (reversed);

CREATE INDEX phases_latest ON public.phases USING btree (region, component, blood_group, id DESC);

CREATE INDEX phenotypings_donor ON public.phenotypings USING btree (donor_id);

CREATE INDEX rare_flags_donor ON public.rare_flags USING btree (donor_id);

CREATE INDEX recovery_codes_account ON public.recovery_codes USING btree (account_id) WHERE (used_at IS NULL);

CREATE INDEX request_lines_demand ON public.request_lines USING btree (requested_at, component, blood_group);

CREATE INDEX requests_open ON public.requests USING btree (needed_by) WHERE (state = 'open'::public.request_state);

CREATE INDEX requests_site ON public.requests USING btree (site_id, requested_at);

CREATE UNIQUE INDEX resolutions_one_open ON public.resolutions USING btree (kind, subject_id) WHERE (state = 'open'::public.resolution_state);

CREATE INDEX resolutions_subject ON public.resolutions USING btree (subject_id);

CREATE INDEX sessions_open ON public.sessions USING btree (account_id) WHERE (ended_at IS NULL);

CREATE INDEX sites_region ON public.sites USING btree (region, kind);

CREATE INDEX tests_donation ON public.tests USING btree (donation_id);

CREATE INDEX tests_reactive ON public.tests USING btree (donor_id) WHERE (result = 'reactive'::public.test_result);

CREATE INDEX tokens_account ON public.tokens USING btree (account_id, id);

CREATE INDEX unavailabilities_donor ON public.unavailabilities USING btree (donor_id);

CREATE INDEX units_donation ON public.units USING btree (donation_id);

CREATE INDEX units_expiring ON public.units USING btree (expires_at) WHERE (state = ANY (ARRAY['quarantined'::public.unit_state, 'available'::public.unit_state, 'held'::public.unit_state, 'returned'::public.unit_state]));

CREATE INDEX units_first_expired ON public.units USING btree (shelf, site_id, expires_at, id) WHERE (state = 'available'::public.unit_state);

CREATE INDEX units_in_quarantine ON public.units USING btree (shelf, collected_on) INCLUDE (site_id, blood_group, id) WHERE (state = ANY (ARRAY['quarantined'::public.unit_state, 'returned'::public.unit_state]));

CREATE INDEX units_listing ON public.units USING btree (site_id, expires_at, id);

CREATE INDEX visits_donor ON public.visits USING btree (donor_id);

CREATE INDEX visits_drive ON public.visits USING btree (drive_id, donor_id);

CREATE UNIQUE INDEX visits_one_undecided ON public.visits USING btree (drive_id, donor_id) WHERE (outcome IS NULL);

CREATE TRIGGER audit_links_only_added_to BEFORE DELETE OR UPDATE OR TRUNCATE ON public.audit_links FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_rewriting();

CREATE TRIGGER audit_signatures_only_added_to BEFORE DELETE OR UPDATE OR TRUNCATE ON public.audit_signatures FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_rewriting();

CREATE TRIGGER donors_birth_date_changed AFTER UPDATE OF birth_date ON public.donors FOR EACH ROW WHEN ((old.birth_date IS DISTINCT FROM new.birth_date)) EXECUTE FUNCTION public.follow_birth_date();

CREATE TRIGGER events_only_added_to BEFORE DELETE OR UPDATE OR TRUNCATE ON public.events FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_rewriting();

CREATE TRIGGER identities_forgotten AFTER DELETE ON public.identities FOR EACH ROW EXECUTE FUNCTION public.forget_names();

CREATE TRIGGER identities_indexed AFTER INSERT ON public.identities REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION public.index_names();

CREATE TRIGGER identities_renamed AFTER UPDATE ON public.identities FOR EACH ROW WHEN (((((old.search_name IS DISTINCT FROM new.search_name) OR (old.sound_name IS DISTINCT FROM new.sound_name)) OR (old.name_parts IS DISTINCT FROM new.name_parts)) OR (old.latin_sound IS DISTINCT FROM new.latin_sound))) EXECUTE FUNCTION public.forget_names();

CREATE TRIGGER units_counted_when_changed AFTER UPDATE ON public.units REFERENCING OLD TABLE AS old_units NEW TABLE AS new_units FOR EACH STATEMENT EXECUTE FUNCTION public.count_changed_units();

CREATE TRIGGER units_counted_when_made AFTER INSERT ON public.units REFERENCING NEW TABLE AS new_units FOR EACH STATEMENT EXECUTE FUNCTION public.count_new_units();

ALTER TABLE ONLY public.allocations
    ADD CONSTRAINT allocations_line FOREIGN KEY (line_id) REFERENCES public.request_lines(id);

ALTER TABLE ONLY public.allocations
    ADD CONSTRAINT allocations_request FOREIGN KEY (request_id) REFERENCES public.requests(id);

ALTER TABLE ONLY public.allocations
    ADD CONSTRAINT allocations_unit FOREIGN KEY (unit_id) REFERENCES public.units(id);

ALTER TABLE ONLY public.consents
    ADD CONSTRAINT consents_donor FOREIGN KEY (donor_id) REFERENCES public.donors(id);

ALTER TABLE ONLY public.contact_attempts
    ADD CONSTRAINT contact_attempts_contact FOREIGN KEY (contact_id) REFERENCES public.contacts(id);

ALTER TABLE ONLY public.contact_attempts
    ADD CONSTRAINT contact_attempts_donor FOREIGN KEY (donor_id) REFERENCES public.donors(id);

ALTER TABLE ONLY public.contacts
    ADD CONSTRAINT contacts_donor FOREIGN KEY (donor_id) REFERENCES public.donors(id);

ALTER TABLE ONLY public.deferrals
    ADD CONSTRAINT deferrals_donor FOREIGN KEY (donor_id) REFERENCES public.donors(id);

ALTER TABLE ONLY public.determinations
    ADD CONSTRAINT determinations_donation FOREIGN KEY (donation_id) REFERENCES public.donations(id);

ALTER TABLE ONLY public.determinations
    ADD CONSTRAINT determinations_donor FOREIGN KEY (donor_id) REFERENCES public.donors(id);

ALTER TABLE ONLY public.determinations
    ADD CONSTRAINT determinations_set_aside FOREIGN KEY (set_aside_by) REFERENCES public.resolutions(id);

ALTER TABLE ONLY public.donations
    ADD CONSTRAINT donations_donor FOREIGN KEY (donor_id) REFERENCES public.donors(id);

ALTER TABLE ONLY public.donations
    ADD CONSTRAINT donations_drive FOREIGN KEY (drive_id) REFERENCES public.drives(id);

ALTER TABLE ONLY public.donations
    ADD CONSTRAINT donations_visit FOREIGN KEY (visit_id, drive_id, donor_id) REFERENCES public.visits(id, drive_id, donor_id) DEFERRABLE;

ALTER TABLE ONLY public.donor_corrections
    ADD CONSTRAINT donor_corrections_donor FOREIGN KEY (donor_id) REFERENCES public.donors(id);

ALTER TABLE ONLY public.donors
    ADD CONSTRAINT donors_merged_into FOREIGN KEY (merged_into) REFERENCES public.donors(id);

ALTER TABLE ONLY public.drives
    ADD CONSTRAINT drives_host FOREIGN KEY (host_id) REFERENCES public.hosts(id);

ALTER TABLE ONLY public.drives
    ADD CONSTRAINT drives_site FOREIGN KEY (site_id) REFERENCES public.sites(id);

ALTER TABLE ONLY public.examinations
    ADD CONSTRAINT examinations_of_visit FOREIGN KEY (visit_id) REFERENCES public.visits(id);

ALTER TABLE ONLY public.grants
    ADD CONSTRAINT grants_account FOREIGN KEY (account_id) REFERENCES public.accounts(id);

ALTER TABLE ONLY public.grants
    ADD CONSTRAINT grants_site FOREIGN KEY (site_id) REFERENCES public.sites(id);

ALTER TABLE ONLY public.hospitals
    ADD CONSTRAINT hospitals_site FOREIGN KEY (site_id) REFERENCES public.sites(id);

ALTER TABLE ONLY public.identities
    ADD CONSTRAINT identities_donor FOREIGN KEY (donor_id) REFERENCES public.donors(id);

ALTER TABLE ONLY public.import_findings
    ADD CONSTRAINT import_findings_import FOREIGN KEY (import_id) REFERENCES public.imports(id);

ALTER TABLE ONLY public.merged_rows
    ADD CONSTRAINT merged_rows_merger FOREIGN KEY (merger_id) REFERENCES public.mergers(id);

ALTER TABLE ONLY public.mergers
    ADD CONSTRAINT mergers_merged FOREIGN KEY (merged_id) REFERENCES public.donors(id);

ALTER TABLE ONLY public.mergers
    ADD CONSTRAINT mergers_survivor FOREIGN KEY (survivor_id) REFERENCES public.donors(id);

ALTER TABLE ONLY public.phenotypings
    ADD CONSTRAINT phenotypings_donation FOREIGN KEY (donation_id) REFERENCES public.donations(id);

ALTER TABLE ONLY public.phenotypings
    ADD CONSTRAINT phenotypings_donor FOREIGN KEY (donor_id) REFERENCES public.donors(id);

ALTER TABLE ONLY public.rare_flags
    ADD CONSTRAINT rare_flags_donor FOREIGN KEY (donor_id) REFERENCES public.donors(id);

ALTER TABLE ONLY public.recovery_codes
    ADD CONSTRAINT recovery_codes_account FOREIGN KEY (account_id) REFERENCES public.accounts(id);

ALTER TABLE ONLY public.request_lines
    ADD CONSTRAINT request_lines_request FOREIGN KEY (request_id) REFERENCES public.requests(id);

ALTER TABLE ONLY public.request_lines
    ADD CONSTRAINT request_lines_site FOREIGN KEY (site_id) REFERENCES public.sites(id);

ALTER TABLE ONLY public.requests
    ADD CONSTRAINT requests_hospital FOREIGN KEY (hospital_id) REFERENCES public.hospitals(id);

ALTER TABLE ONLY public.requests
    ADD CONSTRAINT requests_site FOREIGN KEY (site_id) REFERENCES public.sites(id);

ALTER TABLE ONLY public.second_factors
    ADD CONSTRAINT second_factors_account FOREIGN KEY (account_id) REFERENCES public.accounts(id);

ALTER TABLE ONLY public.sessions
    ADD CONSTRAINT sessions_account FOREIGN KEY (account_id) REFERENCES public.accounts(id);

ALTER TABLE ONLY public.sessions
    ADD CONSTRAINT sessions_grant FOREIGN KEY (grant_id, account_id) REFERENCES public.grants(id, account_id);

ALTER TABLE ONLY public.tests
    ADD CONSTRAINT tests_donation FOREIGN KEY (donation_id) REFERENCES public.donations(id);

ALTER TABLE ONLY public.tests
    ADD CONSTRAINT tests_donor FOREIGN KEY (donor_id) REFERENCES public.donors(id);

ALTER TABLE ONLY public.token_uses
    ADD CONSTRAINT token_uses_token FOREIGN KEY (token_id) REFERENCES public.tokens(id);

ALTER TABLE ONLY public.tokens
    ADD CONSTRAINT tokens_grant FOREIGN KEY (grant_id, account_id) REFERENCES public.grants(id, account_id);

ALTER TABLE ONLY public.unavailabilities
    ADD CONSTRAINT unavailabilities_donor FOREIGN KEY (donor_id) REFERENCES public.donors(id);

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

ALTER TABLE public.barred_people ENABLE ROW LEVEL SECURITY;

CREATE POLICY barred_people_scope ON public.barred_people USING (( SELECT public.works_with_identities() AS works_with_identities)) WITH CHECK (( SELECT public.works_with_identities() AS works_with_identities));

ALTER TABLE public.consents ENABLE ROW LEVEL SECURITY;

CREATE POLICY consents_scope ON public.consents USING (( SELECT public.works_with_identities() AS works_with_identities)) WITH CHECK (( SELECT public.works_with_identities() AS works_with_identities));

ALTER TABLE public.contact_attempts ENABLE ROW LEVEL SECURITY;

CREATE POLICY contact_attempts_scope ON public.contact_attempts USING (( SELECT public.works_with_identities() AS works_with_identities)) WITH CHECK (( SELECT public.works_with_identities() AS works_with_identities));

ALTER TABLE public.contacts ENABLE ROW LEVEL SECURITY;

CREATE POLICY contacts_scope ON public.contacts USING (( SELECT public.works_with_identities() AS works_with_identities)) WITH CHECK (( SELECT public.works_with_identities() AS works_with_identities));

ALTER TABLE public.deferrals ENABLE ROW LEVEL SECURITY;

CREATE POLICY deferrals_scope ON public.deferrals USING (( SELECT public.works_with_donors() AS works_with_donors)) WITH CHECK (( SELECT public.works_with_donors() AS works_with_donors));

ALTER TABLE public.determinations ENABLE ROW LEVEL SECURITY;

CREATE POLICY determinations_scope ON public.determinations USING (( SELECT public.works_with_donors() AS works_with_donors)) WITH CHECK (( SELECT public.works_with_donors() AS works_with_donors));

ALTER TABLE public.donations ENABLE ROW LEVEL SECURITY;

CREATE POLICY donations_scope ON public.donations USING (( SELECT public.works_with_donors() AS works_with_donors)) WITH CHECK (( SELECT public.works_with_donors() AS works_with_donors));

ALTER TABLE public.donor_corrections ENABLE ROW LEVEL SECURITY;

CREATE POLICY donor_corrections_scope ON public.donor_corrections USING (( SELECT public.works_with_identities() AS works_with_identities)) WITH CHECK (( SELECT public.works_with_identities() AS works_with_identities));

ALTER TABLE public.donors ENABLE ROW LEVEL SECURITY;

CREATE POLICY donors_scope ON public.donors USING (( SELECT public.works_with_donors() AS works_with_donors)) WITH CHECK (( SELECT public.works_with_donors() AS works_with_donors));

ALTER TABLE public.drives ENABLE ROW LEVEL SECURITY;

CREATE POLICY drives_scope ON public.drives USING (((site_id IN ( SELECT visible_sites.id
   FROM public.visible_sites)) AND (( SELECT current_setting('tamshy.role'::text, true) AS current_setting) <> 'hospital'::text)));

ALTER TABLE public.examinations ENABLE ROW LEVEL SECURITY;

CREATE POLICY examinations_scope ON public.examinations USING ((( SELECT current_setting('tamshy.role'::text, true) AS current_setting) = ANY (ARRAY['drive_staff'::text, 'laboratory'::text, 'system'::text]))) WITH CHECK ((( SELECT current_setting('tamshy.role'::text, true) AS current_setting) = ANY (ARRAY['drive_staff'::text, 'laboratory'::text, 'system'::text])));

ALTER TABLE public.identities ENABLE ROW LEVEL SECURITY;

CREATE POLICY identities_scope ON public.identities USING (( SELECT public.works_with_identities() AS works_with_identities)) WITH CHECK (( SELECT public.works_with_identities() AS works_with_identities));

ALTER TABLE public.import_claims ENABLE ROW LEVEL SECURITY;

CREATE POLICY import_claims_scope ON public.import_claims USING (( SELECT public.works_with_identities() AS works_with_identities)) WITH CHECK (( SELECT public.works_with_identities() AS works_with_identities));

ALTER TABLE public.import_findings ENABLE ROW LEVEL SECURITY;

CREATE POLICY import_findings_scope ON public.import_findings USING (( SELECT public.works_with_identities() AS works_with_identities)) WITH CHECK (( SELECT public.works_with_identities() AS works_with_identities));

ALTER TABLE public.imports ENABLE ROW LEVEL SECURITY;

CREATE POLICY imports_scope ON public.imports USING (( SELECT public.works_with_identities() AS works_with_identities)) WITH CHECK (( SELECT public.works_with_identities() AS works_with_identities));

ALTER TABLE public.merged_rows ENABLE ROW LEVEL SECURITY;

CREATE POLICY merged_rows_scope ON public.merged_rows USING (( SELECT public.works_with_donors() AS works_with_donors)) WITH CHECK (( SELECT public.works_with_donors() AS works_with_donors));

ALTER TABLE public.mergers ENABLE ROW LEVEL SECURITY;

CREATE POLICY mergers_scope ON public.mergers USING (( SELECT public.works_with_donors() AS works_with_donors)) WITH CHECK (( SELECT public.works_with_donors() AS works_with_donors));

ALTER TABLE public.name_slips ENABLE ROW LEVEL SECURITY;

CREATE POLICY name_slips_scope ON public.name_slips USING (( SELECT public.works_with_identities() AS works_with_identities)) WITH CHECK (( SELECT public.works_with_identities() AS works_with_identities));

ALTER TABLE public.name_sounds ENABLE ROW LEVEL SECURITY;

CREATE POLICY name_sounds_scope ON public.name_sounds USING (( SELECT public.works_with_identities() AS works_with_identities)) WITH CHECK (( SELECT public.works_with_identities() AS works_with_identities));

ALTER TABLE public.name_spellings ENABLE ROW LEVEL SECURITY;

CREATE POLICY name_spellings_scope ON public.name_spellings USING (( SELECT public.works_with_identities() AS works_with_identities)) WITH CHECK (( SELECT public.works_with_identities() AS works_with_identities));

ALTER TABLE public.name_words ENABLE ROW LEVEL SECURITY;

CREATE POLICY name_words_scope ON public.name_words USING (( SELECT public.works_with_identities() AS works_with_identities)) WITH CHECK (( SELECT public.works_with_identities() AS works_with_identities));

ALTER TABLE public.phenotypings ENABLE ROW LEVEL SECURITY;

CREATE POLICY phenotypings_scope ON public.phenotypings USING (( SELECT public.works_with_donors() AS works_with_donors)) WITH CHECK (( SELECT public.works_with_donors() AS works_with_donors));

ALTER TABLE public.rare_flags ENABLE ROW LEVEL SECURITY;

CREATE POLICY rare_flags_scope ON public.rare_flags USING (( SELECT public.works_with_donors() AS works_with_donors)) WITH CHECK (( SELECT public.works_with_donors() AS works_with_donors));

ALTER TABLE public.request_lines ENABLE ROW LEVEL SECURITY;

CREATE POLICY request_lines_scope ON public.request_lines USING (((site_id IN ( SELECT visible_sites.id
   FROM public.visible_sites)) AND ( SELECT public.works_with_requests() AS works_with_requests)));

ALTER TABLE public.requests ENABLE ROW LEVEL SECURITY;

CREATE POLICY requests_scope ON public.requests USING (((site_id IN ( SELECT visible_sites.id
   FROM public.visible_sites)) AND ( SELECT public.works_with_requests() AS works_with_requests)));

ALTER TABLE public.resolutions ENABLE ROW LEVEL SECURITY;

CREATE POLICY resolutions_scope ON public.resolutions USING (
CASE kind
    WHEN 'emergency_override'::public.resolution_kind THEN (EXISTS ( SELECT
       FROM public.request_lines
      WHERE (request_lines.id = resolutions.subject_id)))
    WHEN 'recall_lifting'::public.resolution_kind THEN ((( SELECT current_setting('tamshy.role'::text, true) AS current_setting) = ANY (ARRAY['laboratory'::text, 'system'::text])) AND (EXISTS ( SELECT
       FROM public.units
      WHERE (units.id = resolutions.subject_id))))
    ELSE (( SELECT current_setting('tamshy.role'::text, true) AS current_setting) = ANY (ARRAY['laboratory'::text, 'system'::text]))
END);

ALTER TABLE public.tests ENABLE ROW LEVEL SECURITY;

CREATE POLICY tests_scope ON public.tests USING (( SELECT public.works_with_donors() AS works_with_donors)) WITH CHECK (( SELECT public.works_with_donors() AS works_with_donors));

ALTER TABLE public.unavailabilities ENABLE ROW LEVEL SECURITY;

CREATE POLICY unavailabilities_scope ON public.unavailabilities USING (( SELECT public.works_with_identities() AS works_with_identities)) WITH CHECK (( SELECT public.works_with_identities() AS works_with_identities));

ALTER TABLE public.units ENABLE ROW LEVEL SECURITY;

CREATE POLICY units_scope ON public.units USING ((((site_id IN ( SELECT visible_sites.id
   FROM public.visible_sites)) AND ( SELECT public.works_with_donors() AS works_with_donors)) OR public.is_promised_here(id)));

ALTER TABLE public.visits ENABLE ROW LEVEL SECURITY;

CREATE POLICY visits_scope ON public.visits USING (( SELECT public.works_with_donors() AS works_with_donors)) WITH CHECK (( SELECT public.works_with_donors() AS works_with_donors));

REVOKE ALL ON FUNCTION public.anonymise_donor(donor uuid, at timestamp with time zone, said text, hash bytea, barred_until date, is_barred boolean) FROM PUBLIC;
GRANT ALL ON FUNCTION public.anonymise_donor(donor uuid, at timestamp with time zone, said text, hash bytea, barred_until date, is_barred boolean) TO tamshy_service;

REVOKE ALL ON FUNCTION public.anonymise_merged(merged uuid, said text, hash bytea, barred_until date, is_barred boolean) FROM PUBLIC;
GRANT ALL ON FUNCTION public.anonymise_merged(merged uuid, said text, hash bytea, barred_until date, is_barred boolean) TO tamshy_service;

REVOKE ALL ON FUNCTION public.correct_donor(donor uuid, seen integer, whole jsonb, correction jsonb) FROM PUBLIC;
GRANT ALL ON FUNCTION public.correct_donor(donor uuid, seen integer, whole jsonb, correction jsonb) TO tamshy_service;

GRANT SELECT ON TABLE public.events TO tamshy_service;

GRANT INSERT(at) ON TABLE public.events TO tamshy_service;

GRANT INSERT(kind) ON TABLE public.events TO tamshy_service;

GRANT INSERT(subject_id) ON TABLE public.events TO tamshy_service;

GRANT INSERT(account_id) ON TABLE public.events TO tamshy_service;

GRANT INSERT(site_id) ON TABLE public.events TO tamshy_service;

GRANT INSERT(detail) ON TABLE public.events TO tamshy_service;

REVOKE ALL ON FUNCTION public.follow_birth_date() FROM PUBLIC;

REVOKE ALL ON FUNCTION public.forget_names() FROM PUBLIC;

REVOKE ALL ON FUNCTION public.index_names() FROM PUBLIC;

REVOKE ALL ON FUNCTION public.index_names_of(bearers uuid[]) FROM PUBLIC;

GRANT SELECT,INSERT ON TABLE public.deferrals TO tamshy_service;

GRANT UPDATE(ended_on) ON TABLE public.deferrals TO tamshy_service;

GRANT UPDATE(voided_at) ON TABLE public.deferrals TO tamshy_service;

GRANT UPDATE(end_reason) ON TABLE public.deferrals TO tamshy_service;

GRANT UPDATE(ended_by) ON TABLE public.deferrals TO tamshy_service;

GRANT SELECT ON TABLE public.deferrals_in_force TO tamshy_service;

GRANT SELECT,INSERT ON TABLE public.determinations TO tamshy_service;

GRANT UPDATE(set_aside_by) ON TABLE public.determinations TO tamshy_service;

GRANT SELECT,INSERT,UPDATE ON TABLE public.donations TO tamshy_service;

GRANT SELECT,INSERT ON TABLE public.tests TO tamshy_service;

GRANT SELECT ON TABLE public.clear_labels TO tamshy_service;

GRANT SELECT,INSERT,UPDATE ON TABLE public.units TO tamshy_service;

REVOKE ALL ON FUNCTION public.keep_donor_numbers(last bigint) FROM PUBLIC;
GRANT ALL ON FUNCTION public.keep_donor_numbers(last bigint) TO tamshy_service;

GRANT SELECT ON TABLE public.audit_links TO tamshy_service;

REVOKE ALL ON FUNCTION public.merge_donors(merger uuid, survivor uuid, merged uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION public.merge_donors(merger uuid, survivor uuid, merged uuid) TO tamshy_service;

GRANT SELECT,INSERT,UPDATE ON TABLE public.allocations TO tamshy_service;

GRANT SELECT,INSERT,UPDATE ON TABLE public.requests TO tamshy_service;

GRANT USAGE ON SEQUENCE public.donor_numbers TO tamshy_service;

GRANT SELECT,INSERT ON TABLE public.donors TO tamshy_service;

GRANT UPDATE(state) ON TABLE public.donors TO tamshy_service;

GRANT SELECT,INSERT,UPDATE ON TABLE public.visits TO tamshy_service;

REVOKE ALL ON FUNCTION public.reseal_answers(changes jsonb) FROM PUBLIC;
GRANT ALL ON FUNCTION public.reseal_answers(changes jsonb) TO tamshy_service;

REVOKE ALL ON FUNCTION public.unmerge_donors(merger uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION public.unmerge_donors(merger uuid) TO tamshy_service;

GRANT SELECT,INSERT ON TABLE public.accounts TO tamshy_service;

GRANT UPDATE(password) ON TABLE public.accounts TO tamshy_service;

GRANT UPDATE(password_changed_at) ON TABLE public.accounts TO tamshy_service;

GRANT UPDATE(password_expires_at) ON TABLE public.accounts TO tamshy_service;

GRANT UPDATE(issuer) ON TABLE public.accounts TO tamshy_service;

GRANT UPDATE(subject) ON TABLE public.accounts TO tamshy_service;

GRANT UPDATE(disabled_at) ON TABLE public.accounts TO tamshy_service;

GRANT SELECT,INSERT ON TABLE public.answers TO tamshy_service;

GRANT SELECT,INSERT ON TABLE public.audit_signatures TO tamshy_service;

GRANT SELECT ON TABLE public.barred_people TO tamshy_service;

GRANT SELECT,INSERT ON TABLE public.consents TO tamshy_service;

GRANT UPDATE(withdrawn_at) ON TABLE public.consents TO tamshy_service;

GRANT UPDATE(withdrawn_by) ON TABLE public.consents TO tamshy_service;

GRANT SELECT,INSERT ON TABLE public.contact_attempts TO tamshy_service;

GRANT SELECT,INSERT ON TABLE public.contacts TO tamshy_service;

GRANT UPDATE(value) ON TABLE public.contacts TO tamshy_service;

GRANT UPDATE(value_hash) ON TABLE public.contacts TO tamshy_service;

GRANT UPDATE(ended_at) ON TABLE public.contacts TO tamshy_service;

GRANT SELECT,INSERT,DELETE ON TABLE public.departures TO tamshy_service;

GRANT SELECT ON TABLE public.donor_corrections TO tamshy_service;

GRANT SELECT,INSERT ON TABLE public.identities TO tamshy_service;

GRANT UPDATE(iin) ON TABLE public.identities TO tamshy_service;

GRANT UPDATE(iin_hash) ON TABLE public.identities TO tamshy_service;

GRANT UPDATE(phone) ON TABLE public.identities TO tamshy_service;

GRANT UPDATE(phone_hash) ON TABLE public.identities TO tamshy_service;

GRANT UPDATE(language) ON TABLE public.identities TO tamshy_service;

GRANT UPDATE(region) ON TABLE public.identities TO tamshy_service;

GRANT UPDATE(document) ON TABLE public.identities TO tamshy_service;

GRANT UPDATE(document_hash) ON TABLE public.identities TO tamshy_service;

GRANT SELECT,INSERT ON TABLE public.phenotypings TO tamshy_service;

GRANT SELECT,INSERT ON TABLE public.rare_flags TO tamshy_service;

GRANT UPDATE(ended_at) ON TABLE public.rare_flags TO tamshy_service;

GRANT UPDATE(end_reason) ON TABLE public.rare_flags TO tamshy_service;

GRANT UPDATE(ended_by) ON TABLE public.rare_flags TO tamshy_service;

GRANT SELECT ON TABLE public.donor_records TO tamshy_service;

GRANT SELECT ON TABLE public.donor_tables TO tamshy_service;

GRANT SELECT,INSERT,UPDATE ON TABLE public.drives TO tamshy_service;

GRANT SELECT,INSERT ON TABLE public.examinations TO tamshy_service;

GRANT SELECT,INSERT ON TABLE public.grants TO tamshy_service;

GRANT UPDATE(revoked_at) ON TABLE public.grants TO tamshy_service;

GRANT SELECT,INSERT ON TABLE public.hospitals TO tamshy_service;

GRANT SELECT,INSERT ON TABLE public.hosts TO tamshy_service;

GRANT SELECT,INSERT,DELETE ON TABLE public.import_claims TO tamshy_service;

GRANT SELECT,INSERT ON TABLE public.import_findings TO tamshy_service;

GRANT SELECT,INSERT ON TABLE public.imports TO tamshy_service;

GRANT UPDATE(finished_at) ON TABLE public.imports TO tamshy_service;

GRANT UPDATE(bytes_done) ON TABLE public.imports TO tamshy_service;

GRANT UPDATE(rows_done) ON TABLE public.imports TO tamshy_service;

GRANT UPDATE(taken) ON TABLE public.imports TO tamshy_service;

GRANT UPDATE(known) ON TABLE public.imports TO tamshy_service;

GRANT UPDATE(refused) ON TABLE public.imports TO tamshy_service;

GRANT UPDATE(warned) ON TABLE public.imports TO tamshy_service;

GRANT SELECT ON TABLE public.live_events TO tamshy_service;

GRANT SELECT ON TABLE public.merged_rows TO tamshy_service;

GRANT SELECT,INSERT ON TABLE public.mergers TO tamshy_service;

GRANT UPDATE(undone_at) ON TABLE public.mergers TO tamshy_service;

GRANT UPDATE(undone_by) ON TABLE public.mergers TO tamshy_service;

GRANT UPDATE(undo_reason) ON TABLE public.mergers TO tamshy_service;

GRANT SELECT ON TABLE public.name_slips TO tamshy_service;

GRANT SELECT ON TABLE public.name_sounds TO tamshy_service;

GRANT SELECT ON TABLE public.name_spellings TO tamshy_service;

GRANT SELECT ON TABLE public.name_words TO tamshy_service;

GRANT SELECT,INSERT ON TABLE public.phases TO tamshy_service;

GRANT SELECT,INSERT ON TABLE public.privacy_keys TO tamshy_service;

GRANT UPDATE(removed_at) ON TABLE public.privacy_keys TO tamshy_service;

GRANT SELECT,INSERT ON TABLE public.recovery_codes TO tamshy_service;

GRANT UPDATE(used_at) ON TABLE public.recovery_codes TO tamshy_service;

GRANT SELECT,INSERT,UPDATE ON TABLE public.request_lines TO tamshy_service;

GRANT SELECT,INSERT ON TABLE public.resolutions TO tamshy_service;

GRANT UPDATE(state) ON TABLE public.resolutions TO tamshy_service;

GRANT UPDATE(decided_at) ON TABLE public.resolutions TO tamshy_service;

GRANT UPDATE(decided_by) ON TABLE public.resolutions TO tamshy_service;

GRANT UPDATE(decision_reason) ON TABLE public.resolutions TO tamshy_service;

GRANT UPDATE(decision_meaning) ON TABLE public.resolutions TO tamshy_service;

GRANT SELECT ON TABLE public.schema_migrations TO tamshy_service;

GRANT SELECT,INSERT,DELETE ON TABLE public.second_factors TO tamshy_service;

GRANT UPDATE(secret) ON TABLE public.second_factors TO tamshy_service;

GRANT UPDATE(made_at) ON TABLE public.second_factors TO tamshy_service;

GRANT UPDATE(confirmed_at) ON TABLE public.second_factors TO tamshy_service;

GRANT UPDATE(last_period) ON TABLE public.second_factors TO tamshy_service;

GRANT SELECT,INSERT ON TABLE public.sessions TO tamshy_service;

GRANT UPDATE(factor) ON TABLE public.sessions TO tamshy_service;

GRANT UPDATE(grant_id) ON TABLE public.sessions TO tamshy_service;

GRANT UPDATE(seen_at) ON TABLE public.sessions TO tamshy_service;

GRANT UPDATE(ended_at) ON TABLE public.sessions TO tamshy_service;

GRANT UPDATE(end_reason) ON TABLE public.sessions TO tamshy_service;

GRANT SELECT,INSERT ON TABLE public.sites TO tamshy_service;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.staged_deferrals TO tamshy_service;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.staged_donations TO tamshy_service;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.staged_donors TO tamshy_service;

GRANT SELECT ON TABLE public.stock_deltas TO tamshy_service;

GRANT SELECT ON TABLE public.stock_totals TO tamshy_service;

GRANT SELECT ON TABLE public.stock TO tamshy_service;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.throttles TO tamshy_service;

GRANT SELECT,INSERT ON TABLE public.token_uses TO tamshy_service;

GRANT UPDATE(last_used_at) ON TABLE public.token_uses TO tamshy_service;

GRANT SELECT,INSERT ON TABLE public.tokens TO tamshy_service;

GRANT UPDATE(revoked_at) ON TABLE public.tokens TO tamshy_service;

GRANT SELECT,INSERT ON TABLE public.unavailabilities TO tamshy_service;

GRANT SELECT ON TABLE public.visible_sites TO tamshy_service;
