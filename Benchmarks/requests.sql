-- Open requests for two red cells each, numbered :first to :last, of one :side: the
-- service or pgbench serves them.

\set ON_ERROR_STOP on

set synchronous_commit = off;
set session_replication_role = replica;

insert into requests (id, hospital_id, site_id, urgency, needed_by, requested_at, requested_by)
select bench.id(:'side', n), bench.id('0002', 1 + mod(n, 40)), bench.id('0001', 41 + mod(n, 40)),
  'routine', now() + interval '1 hour' * (1 + bench.pick(n, 11, 24)), now(),
  bench.id('00ff', 1)
from generate_series(:first, :last) n;

insert into request_lines (id, request_id, site_id, position, component, blood_group, quantity,
  substitution, requested_at)
select bench.id(case :'side' when '000d' then '000e' else '0013' end, n), bench.id(:'side', n),
  bench.id('0001', 41 + mod(n, 40)), 1, 'red_cells', bench.blood_group(n), 2, 'compatible', now()
from generate_series(:first, :last) n;

analyze requests, request_lines;
