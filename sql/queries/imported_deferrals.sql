-- name: stageDeferrals
copy staged_deferrals (row_number, id, donor_number, donor_external_id, donor_iin_hashes,
  donor_birth_date, reason, kind, from_on, until_on, source, centre, note, ended_on,
  end_reason) from stdin

-- name: nameDonorsOfDeferrals
update staged_deferrals as staged set donor_id = named.donor, problem = named.problem
from staged_deferrals as asked cross join lateral named_donor(asked.donor_number,
  asked.donor_external_id, asked.donor_iin_hashes, asked.donor_birth_date) as named
where asked.row_number = staged.row_number;

-- name: donorsOfStagedDeferrals
select distinct donor_id from staged_deferrals where donor_id is not null order by donor_id;

-- name: judgeStagedDeferrals
-- What speaks against rows: nobody is meant, or the same deferral is there, even if it was
-- voided since. Another one for the same reason and an overlapping time is only worth a word.
with earlier as (
  select donor_id, reason, from_on, until_on, 0 as row_number, voided_at is not null as is_void,
    least(until_on, ended_on) as last_on
  from deferrals where donor_id in (select donor_id from staged_deferrals)
  union all
  select donor_id, substr(key, 10), from_on, until_on, 0, false, until_on
  from import_claims where import_id = $1 and by = 'deferral'
    and donor_id in (select donor_id from staged_deferrals)
  union all
  select donor_id, reason, from_on, until_on, row_number, false, least(until_on, ended_on)
  from staged_deferrals where donor_id is not null
), wanted as (
  select *, least(until_on, ended_on) as last_on from staged_deferrals
)
select wanted.row_number, wanted.problem,
  coalesce(bool_or(earlier.from_on = wanted.from_on
    and earlier.until_on is not distinct from wanted.until_on), false) as is_known,
  coalesce(bool_or(not earlier.is_void), false) as overlaps
from wanted
left join earlier on earlier.donor_id = wanted.donor_id and earlier.reason = wanted.reason
  and earlier.row_number < wanted.row_number
  and daterange(earlier.from_on, case when earlier.last_on is not null
      then greatest(earlier.from_on + 1, earlier.last_on) end)
    && daterange(wanted.from_on, case when wanted.last_on is not null
      then greatest(wanted.from_on + 1, wanted.last_on) end)
where wanted.problem is not null or earlier.donor_id is not null
group by wanted.row_number, wanted.problem order by wanted.row_number;

-- name: dropStagedDeferrals
delete from staged_deferrals where row_number = any($1::integer[]);

-- name: claimStagedDeferrals
insert into import_claims
  (import_id, claimed_at, by, key, row_number, donor_id, from_on, until_on)
select $1, $2, 'deferral', 'deferral ' || reason, row_number, donor_id, from_on, until_on
from staged_deferrals;

-- name: insertStagedDeferrals
with new as (
  insert into deferrals (id, donor_id, reason, kind, from_on, until_on, source, centre, note,
    recorded_at, recorded_by, ended_on, end_reason, ended_by)
  select id, donor_id, reason, kind, from_on, until_on, source, centre, note, $1, $2, ended_on,
    end_reason, case when end_reason is not null then $2::uuid end
  from staged_deferrals
  returning id, donor_id, source
)
insert into events (at, kind, subject_id, account_id, detail)
select $1, 'donor.deferred', donor_id, $2,
  jsonb_build_object('deferral', id, 'source', source, 'import', $3::text)
from new;
