-- name: insertPhenotyping
insert into phenotypings
  (id, donation_id, donor_id, present, absent, sample, method, laboratory, tested_at, tested_by)
values ($1, $2, $3, $4::text[]::antigen[], $5::text[]::antigen[], $6, $7::typing_method, $8, $9,
  $10);

-- name: phenotypings
-- All that were ever made of a donor, oldest first, each with what tells its tube from others.
select phenotypings.id, donations.din, sample, method, laboratory, tested_at, (
    select jsonb_agg(jsonb_build_object('antigen', antigen, 'result', result) order by antigen)
    from (
      select unnest(present) as antigen, 'present' as result
      union all select unnest(absent), 'absent'
    ) as found
  ) as results, tube(donation_id, sample) as tube
from phenotypings join donations on donations.id = phenotypings.donation_id
where phenotypings.donor_id = $1 order by tested_at, phenotypings.id;

-- name: certainGroup
-- The group on which a donor's determinations agree, and whether one saw an altered D: then
-- the short names of plain Rh genes do not fit.
select confirmed as blood_group, exists (
    select from determinations
    where donor_id = $1 and set_aside_by is null and rhd_observed in ('weak_d', 'd_variant')
  ) as has_altered_d
from confirmed_group($1::uuid);
