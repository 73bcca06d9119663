-- name: openImport
-- The import of this file that was not finished.
select id, kind, started_at, bytes_total, bytes_done, rows_done, taken, known, refused, warned
from imports where kind = $1::import_kind and fingerprint = any($2::bytea[])
  and finished_at is null limit 1;

-- name: insertImport
insert into imports (id, kind, fingerprint, account_id, started_at, bytes_total)
values ($1, $2::import_kind, $3, $4, $5, $6);

-- name: moveImport
-- Only from where this process left it: another one may be at the same file.
update imports
set bytes_done = $3, rows_done = $4, taken = taken + $5, known = known + $6,
  refused = refused + $7, warned = warned + $8
where id = $1 and rows_done = $2 and finished_at is null;

-- name: finishImport
update imports set finished_at = $2 where id = $1 and finished_at is null;

-- name: insertFindings
insert into import_findings
  (import_id, row_number, column_name, code, facts, is_warning, subject_id)
select $1, row_number, column_name, code, facts, is_warning, subject_id
from jsonb_to_recordset($2::jsonb) as new
  (row_number integer, column_name text, code text, facts jsonb, is_warning boolean,
   subject_id uuid);

-- name: findings
-- In the order in which they were found, which is the order of the rows.
select id, row_number, column_name, code, facts, is_warning, subject_id
from import_findings where import_id = $1 and id > $2 order by id limit $3;

-- name: stage
select stage($1::import_kind)::text;

-- name: dropOldClaims
-- Claims of this dry run, and of others that were killed.
delete from import_claims where import_id = $1 or claimed_at < $2;
