-- What laboratories see of a donor beyond the label: the D antigen, and the other antigens.

create type rhd_observation as enum ('positive', 'negative', 'weak_d', 'd_variant');
create type typing_method as enum ('serology', 'genotype');

-- The D antigen as it was seen stands beside the group that a donor's label shows.
alter table determinations
  add column laboratory text,
  add column rhd_observed rhd_observation,
  add column rhd_type text,
  add column rhd_method typing_method,
  add column rhd_reagents text,
  add column rhd_strength text,
  -- Whatever D there is, the donor is labelled positive.
  add constraint determinations_label_shows_every_d
    check ((rhd_observed = 'negative') = (blood_group in ('O-', 'A-', 'B-', 'AB-'))),
  add constraint determinations_rhd_has_method
    check ((rhd_observed is null) = (rhd_method is null)),
  add constraint determinations_rhd_seen
    check (rhd_observed is not null or num_nonnulls(rhd_type, rhd_reagents, rhd_strength) = 0),
  add constraint determinations_type_is_of_variant
    check (rhd_type is null or rhd_observed in ('weak_d', 'd_variant'));
