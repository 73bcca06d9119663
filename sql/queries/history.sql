-- name: history
-- A page of a donor's story, newest first: of the kinds that the reader may read ($6), behind
-- a place in the story ($2, $3, $4); a visit and its donation may share moment and id. Every
-- branch reaches its rows by an index on the donor, and a person's life fills few of them.
-- What happened at a drive that the reader does not see is told without the drive. $7 is the
-- civil time where no site is known; $8, if given, the only site whose views are told.
with story as (
  -- A new noun of the donor's is one more branch.
  select 'registration' as kind, id::text as id, registered_at as at,
    registered_by as account_id, null::uuid as site_id, null::jsonb as what
  from donors where id = $1

  union all
  select 'visit', visits.id::text, arrived_at, coalesce((
      select account_id from events
      where subject_id = visits.id and kind = 'visit.begun' order by id limit 1), (
      select logged_by from donations where donor_id = $1 and visit_id = visits.id limit 1)),
    drives.site_id, jsonb_build_object('drive_id', drives.id, 'outcome', visits.outcome,
      'deferral_reason', deferral_reason, 'decided_at', decided_at)
  from visits left join drives on drives.id = visits.drive_id
  where visits.donor_id = $1

  union all
  -- What was measured stands among the examinations of the visit.
  select 'examination', examinations.id::text, examined_at, examined_by, drives.site_id,
    jsonb_build_object('visit_id', visit_id, 'kind', examinations.kind, 'eligible', is_eligible,
      'policy_code', policy_code, 'policy_version', policy_version, 'not_passed',
      jsonb_path_query_array(decision, '$.rules[*] ? (@.outcome != "pass").code'))
  from visits join examinations on examinations.visit_id = visits.id
  left join drives on drives.id = visits.drive_id
  where visits.donor_id = $1

  union all
  select 'donation', donations.id::text, started_at, logged_by, drives.site_id,
    jsonb_build_object('din', din, 'drive_id', drives.id, 'kind', donations.kind,
      'intent', intent, 'volume_ml', volume_ml, 'outcome', outcome, 'state', donations.state,
      'collected_on', collected_on)
  from donations left join drives on drives.id = donations.drive_id
  where donations.donor_id = $1

  union all
  select 'deferral', id::text, recorded_at, recorded_by, null,
    jsonb_build_object('id', id, 'donor_id', donor_id, 'reason', reason, 'kind', kind,
      'from', from_on, 'until', until_on, 'source', source, 'centre', centre, 'note', note,
      'recorded_at', recorded_at, 'ended_on', ended_on, 'voided_at', voided_at,
      'end_reason', end_reason)
  from deferrals where donor_id = $1

  union all
  select 'determination', determinations.id::text, determined_at, determined_by,
    drives.site_id, jsonb_build_object('id', determinations.id, 'din', donations.din,
      'blood_group', blood_group, 'sample', sample, 'method', method,
      'laboratory', laboratory, 'determined_at', determined_at, 'set_aside_by', set_aside_by,
      'rhd', case when rhd_observed is not null then jsonb_build_object(
        'observed', rhd_observed, 'type', rhd_type, 'method', rhd_method,
        'reagents', rhd_reagents, 'strength', rhd_strength) end)
  from determinations join donations on donations.id = determinations.donation_id
  left join drives on drives.id = donations.drive_id
  where determinations.donor_id = $1

  union all
  select 'phenotyping', phenotypings.id::text, tested_at, tested_by, drives.site_id,
    jsonb_build_object('id', phenotypings.id, 'din', donations.din, 'sample', sample,
      'method', method, 'laboratory', laboratory, 'tested_at', tested_at, 'results', (
        select jsonb_agg(jsonb_build_object('antigen', antigen, 'result', result)
          order by antigen)
        from (
          select unnest(present) as antigen, 'present' as result
          union all select unnest(absent), 'absent'
        ) as found))
  from phenotypings join donations on donations.id = phenotypings.donation_id
  left join drives on drives.id = donations.drive_id
  where phenotypings.donor_id = $1

  union all
  select 'rare_flag', id::text, flagged_at, flagged_by, null,
    jsonb_build_object('id', id, 'donor_id', donor_id, 'reason', reason,
      'flagged_at', flagged_at, 'ended_at', ended_at, 'end_reason', end_reason)
  from rare_flags where donor_id = $1

  union all
  select 'rare_flag_ending', id::text, ended_at, ended_by, null,
    jsonb_build_object('id', id, 'donor_id', donor_id, 'reason', reason,
      'flagged_at', flagged_at, 'ended_at', ended_at, 'end_reason', end_reason)
  from rare_flags where donor_id = $1 and ended_at is not null

  union all
  select 'correction', id::text, corrected_at, corrected_by, null,
    jsonb_build_object('id', id, 'donor_id', donor_id, 'revision', revision, 'fields', fields,
      'reason', reason, 'corrected_at', corrected_at, 'corrected_by', corrected_by)
  from donor_corrections where donor_id = $1

  union all
  select kinds.kind, id::text,
    case kinds.kind when 'consent' then given_at else withdrawn_at end,
    case kinds.kind when 'consent' then recorded_by else withdrawn_by end, null,
    jsonb_build_object('id', id, 'donor_id', donor_id, 'purpose', purpose, 'channel', channel,
      'text_version', text_version, 'manner', manner, 'given_at', given_at,
      'recorded_at', recorded_at, 'recorded_by', recorded_by, 'withdrawn_at', withdrawn_at)
  from consents cross join (values ('consent'), ('consent_withdrawal')) as kinds (kind)
  where donor_id = $1 and (kinds.kind = 'consent' or withdrawn_at is not null)

  union all
  select 'unavailability', id::text, recorded_at, recorded_by, null,
    jsonb_build_object('id', id, 'donor_id', donor_id, 'until', until_on,
      'recorded_at', recorded_at)
  from unavailabilities where donor_id = $1

  union all
  select 'contact_attempt', id::text, attempted_at, recorded_by, null,
    jsonb_build_object('id', id, 'donor_id', donor_id, 'purpose', purpose, 'channel', channel,
      'contact_id', contact_id, 'outcome', outcome, 'attempted_at', attempted_at)
  from contact_attempts where donor_id = $1

  union all
  -- What left no row of its own: who did it, and when.
  select case kind when 'donor.viewed' then 'view' when 'donor.anonymised' then 'anonymisation'
      when 'donor.deferral_ended' then 'deferral_ending'
      when 'donor.deferral_voided' then 'deferral_voiding' when 'donor.merged' then 'merger'
      when 'donor.unmerged' then 'merger_undoing' else 'group_resolution' end,
    id::text, at, account_id, site_id, null
  from events
  where subject_id = $1
    and kind in ('donor.viewed', 'donor.anonymised', 'donor.deferral_ended',
      'donor.deferral_voided', 'donor.merged', 'donor.unmerged', 'donor.group_resolved')
    and (kind <> 'donor.viewed' or $8::uuid is null or site_id = $8)
), page as (
  select * from story
  where kind = any($6::text[]) and ($2::timestamptz is null
    or (at, kind collate "C", id collate "C") < ($2, $3::text, $4::text))
  order by at desc, kind collate "C" desc, id collate "C" desc limit $5
)
select page.kind, page.id, page.at,
  (page.at at time zone coalesce(sites.time_zone, $7::text))::date as day,
  case when page.account_id is not null then jsonb_build_object(
    'id', page.account_id, 'name', accounts.name) end as account,
  case when sites.id is not null then jsonb_build_object(
    'id', sites.id, 'name', sites.name) end as site, page.what
from page
left join accounts on accounts.id = page.account_id
left join sites on sites.id = page.site_id
order by page.at desc, page.kind collate "C" desc, page.id collate "C" desc;
