-- Finding donors by names in any spelling, and likely duplicates.

-- The keys of names, which the service makes: see NameKeys in Sources/Domain. `search_name`
-- has the strict ones.
alter table identities
  -- The coarse keys, word for word: what may sound alike.
  add column sound_name text collate "C" not null default '',
  -- The tokens of compound names, which people search alone, and the words of the name in
  -- Latin letters that are none of these.
  add column name_parts text collate "C",
  -- The coarse keys of the name in Latin letters, where it sounds otherwise.
  add column latin_sound text collate "C";
alter table identities alter column sound_name drop default;
alter table staged_donors
  add column sound_name text collate "C" not null,
  add column name_parts text collate "C",
  add column latin_sound text collate "C";
create index donors_birth_date on donors (birth_date);
-- Phrases of the index below begin with it.
drop index identities_search_name;
create index identities_search_name on identities (search_name);

-- The names of each donor in the orders in which people type them, so that whoever types
-- whole words and the beginning of one more finds him by one descent of an index, however
-- common each of them is. Written and deleted by the triggers below alone; therefore without
-- a foreign key, which would cost an import more than the rows themselves.
create table name_words (
  phrase text collate "C" not null,
  donor_id uuid not null,
  constraint name_words_pkey primary key (phrase, donor_id)
);

-- The coarse keys of family name and given name, alone and as a pair in the order of their
-- letters, and the same of the name in Latin letters; with the birth date, so that a namesake
-- born on the same day is found among all others without reading them.
create table name_sounds (
  sound text collate "C" not null,
  birth_date date not null,
  donor_id uuid not null,
  constraint name_sounds_pkey primary key (sound, birth_date, donor_id)
);

-- Every word there is in any name, forwards and backwards: among them are those that
-- somebody meant who mistyped one.
create table name_spellings (
  word text collate "C" constraint name_spellings_pkey primary key,
  reversed text collate "C" not null
);
create index name_spellings_reversed on name_spellings (reversed);

-- The same words with one letter left out, each letter in turn, and whole: two words with one
-- of these in common are a letter apart, whether it is wrong, missing, too many, or swapped
-- with the next.
create table name_slips (
  slip text collate "C" not null,
  word text collate "C" not null,
  constraint name_slips_pkey primary key (slip, word)
);

-- Up to three words in the orders in which people type them.
create function orders_of(a text, b text, c text) returns text[]
language sql immutable parallel safe
return case
  when c <> '' then array[a || ' ' || b || ' ' || c, a || ' ' || c || ' ' || b,
    b || ' ' || a || ' ' || c, b || ' ' || c || ' ' || a, c || ' ' || a || ' ' || b]
  when b <> '' then array[a || ' ' || b, b || ' ' || a]
  when a <> '' then array[a]
end;

-- The tokens of compound names, alone, beside the other name and beside each other, and three
-- of them in every order: a name in Latin letters may have more words than a name has parts.
create function part_phrases(names text, parts text) returns text[]
language sql immutable parallel safe
return (
  select array_agg(phrase)
  from unnest(string_to_array(parts, ' ')) as part
  left join unnest(
      (string_to_array(names, ' '))[1:2] || (string_to_array(parts, ' '))[1:5]) as other
    on strpos(other, part) = 0
  cross join lateral unnest(
    array[part, concat_ws(' ', part, other), concat_ws(' ', other, part)]) as phrase
  where phrase <> '')
  || (
  with first as (
    select part, place
    from unnest((string_to_array(parts, ' '))[1:5]) with ordinality as part (part, place))
  select array_agg(a.part || ' ' || b.part || ' ' || c.part)
  from first as a join first as b on b.place <> a.place
  join first as c on c.place not in (a.place, b.place));

-- The phrases of names, given their strict keys and the tokens of compound ones; the same one
-- more than once where words are the same. An expression, because a set made row for row costs
-- an import more than what is in it.
create function name_phrases(names text, parts text) returns text[]
language sql immutable parallel safe
return orders_of(split_part(names, ' ', 1), split_part(names, ' ', 2), split_part(names, ' ', 3))
  || case when parts is not null then part_phrases(names, parts) end;

-- The coarse keys of family name and given name in the order of their letters, or of the
-- only name.
create function sound_pair(names text) returns text
language sql immutable parallel safe
return case when split_part(names, ' ', 2) = '' then names
  else least(split_part(names, ' ', 1) collate "C", split_part(names, ' ', 2) collate "C") || ' '
    || greatest(split_part(names, ' ', 1) collate "C", split_part(names, ' ', 2) collate "C")
  end;

-- The sounds of names, given their coarse keys.
create function name_sounds_of(names text) returns text[]
language sql immutable parallel safe
return case
  when split_part(names, ' ', 2) <> ''
    then array[split_part(names, ' ', 1), split_part(names, ' ', 2), sound_pair(names)]
  when names <> '' then array[names]
end;

-- The pairs of a name in Latin letters, given the coarse keys of a family name, of a given one
-- and of a longer given one.
create function latin_pairs(names text) returns text[]
language sql immutable parallel safe
return case
  when split_part(names, ' ', 3) <> '' then array[
    sound_pair(split_part(names, ' ', 1) || ' ' || split_part(names, ' ', 2)),
    sound_pair(split_part(names, ' ', 1) || ' ' || split_part(names, ' ', 3))]
  when names <> '' then array[sound_pair(names)]
end;

-- The sounds of such a name: its words, and its pairs.
create function latin_sounds_of(names text) returns text[]
language sql immutable parallel safe
return string_to_array(names, ' ') || latin_pairs(names);

-- The words of names.
create function name_words_of(names text, parts text) returns text[]
language sql immutable parallel safe
return string_to_array(names, ' ') || string_to_array(parts, ' ');

-- A word with one letter left out, and whole. Of short words nearly all would be near to each
-- other, and very long ones nobody types.
create function slips_of(word text) returns setof text
language sql immutable parallel safe as $$
  select (left(word, place - 1) || substr(word, place + 1)) collate "C"
  from generate_series(1, length(word) + 1) as place
  where length(word) between 3 and 40
$$;

-- Indexes the names of donors: whatever stands in their identities now.
-- They go in in the order of the indexes, sorted in memory.
create function index_names_of(bearers uuid[]) returns void
language plpgsql security definer set search_path from current set work_mem = '32MB' as $$
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

-- Triggers of the owner, because the service may delete nothing.
create function index_names() returns trigger
language plpgsql security definer set search_path from current as $$
begin
  perform index_names_of(array(select donor_id from added));
  return null;
end $$;

create function forget_names() returns trigger
language plpgsql security definer set search_path from current as $$
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

create function follow_birth_date() returns trigger
language plpgsql security definer set search_path from current as $$
begin
  update name_sounds set birth_date = new.birth_date
  where donor_id = new.id and birth_date = old.birth_date
    and sound = any((
      select name_sounds_of(sound_name) || latin_sounds_of(latin_sound)
      from identities where identities.donor_id = new.id)::text[]);
  return null;
end $$;

create trigger identities_indexed after insert on identities
  referencing new table as added for each statement execute function index_names();
create trigger identities_forgotten after delete on identities
  for each row execute function forget_names();
create trigger identities_renamed after update on identities for each row
  when ((old.search_name, old.sound_name, old.name_parts, old.latin_sound)
    is distinct from (new.search_name, new.sound_name, new.name_parts, new.latin_sound))
  execute function forget_names();
create trigger donors_birth_date_changed after update of birth_date on donors
  for each row when (old.birth_date is distinct from new.birth_date)
  execute function follow_birth_date();

alter table name_words enable row level security;
alter table name_words force row level security;
create policy name_words_scope on name_words
  using ((select works_with_identities())) with check ((select works_with_identities()));
alter table name_sounds enable row level security;
alter table name_sounds force row level security;
create policy name_sounds_scope on name_sounds
  using ((select works_with_identities())) with check ((select works_with_identities()));
alter table name_spellings enable row level security;
alter table name_spellings force row level security;
create policy name_spellings_scope on name_spellings
  using ((select works_with_identities())) with check ((select works_with_identities()));

alter table name_slips enable row level security;
alter table name_slips force row level security;
create policy name_slips_scope on name_slips
  using ((select works_with_identities())) with check ((select works_with_identities()));

grant select on name_words, name_sounds, name_spellings, name_slips to tamshy_service;
revoke execute on function index_names_of, index_names, forget_names, follow_birth_date
  from public;
