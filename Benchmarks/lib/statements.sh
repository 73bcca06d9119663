# shellcheck shell=bash
# Sourced by Benchmarks/run: the store's own statements as scripts of pgbench.
#
# Each script runs, in the order of the store and in one transaction, what the store runs
# for a set of one. The rules, which the store decides between the statements, are left out.
# shellcheck disable=SC2154 # root is set in Benchmarks/run

# The script of a workload.
script_for() {
  case $1 in
    donor) donor_script ;;
    report) report_script ;;
    pair) donation_script && components_script ;;
    donation) donation_script ;;
    allocation) allocation_script ;;
    unqueued) unqueued_script ;;
  esac
}

donor_script() {
  echo '\set n random(1, :donors)'
  begin drive_staff 'READ COMMITTED READ ONLY'
  statement donors "array[$(id 0004 n)]"
  echo 'COMMIT;'
}

report_script() {
  begin coordinator 'REPEATABLE READ READ ONLY'
  statement stockCells "'red_cells'" null 'now()'
  statement quarantineCells "'red_cells'" null
  statement demandCells "'red_cells'" null 'now()'
  statement waitingCells "'red_cells'" null
  statement phaseCells "'red_cells'" null
  echo 'COMMIT;'
}

donation_script() {
  next_in_line
  # Donors that are clear to give and that the service does not use.
  # shellcheck disable=SC2016
  echo '\set donor :donors * 3 / 10 + 1 + 2 * (:n % (:donors * 35 / 100))'
  begin drive_staff 'READ COMMITTED'
  statement lockDrivesForDonations "array[$drive]"
  statement lockDonors "array[$(id 0004 donor)]"
  statement givenAnswers "$(asked donation)"
  statement donorFacts "array[$(id 0004 donor)]"
  statement takenDINs "array[$din]"
  statement waitingVisits "$(rows drive_id "$drive" donor_id "$(id 0004 donor)")"
  statement insertDonations "$(rows id "$(id 0010 n)" din "$din" drive_id "$drive" \
    visit_id "$(id 0010 n)" donor_id "$(id 0004 donor)" kind "'whole_blood'" \
    intent "'voluntary'" volume_ml 450 started_at 'now()' ended_at 'now()' \
    collected_on current_date outcome "'completed'" state "'collected'" policy_code "'KZ'" \
    policy_version 1 logged_by "$account" logged_at 'now()' site_id "$(id 0001 one)")"
  keep donation "$(id 0010 n)" 480
  commit
}

components_script() {
  begin laboratory 'READ COMMITTED'
  statement donorsOfDonations "array[$din]"
  statement lockDonors "array[$(id 0004 donor)]"
  statement lockDonations "array[$din]"
  statement givenAnswers "$(asked components)"
  statement componentFacts "array[$(id 0010 n)]"
  statement insertUnits "$(unit 0011 red_cells) || $(unit 0012 plasma)"
  keep components "$(id 0010 n)" 700
  commit
}

# The units that were found are taken over in variables, as the store takes them into rows.
allocation_script() {
  next_in_line
  local found wish
  wish=$(rows number 0 component ':component::text' blood_group ':blood_group::text' \
    attributes "'[]'::jsonb" needed_by ':needed_by::text' region ':region::text' quantity 2)
  begin coordinator 'READ COMMITTED'
  statement oneAllocationAtATime
  statement lockRequests "array[$(id 000f n)]"
  statement givenAnswers "$(asked allocation)"
  statement openLines "array[$(id 000f n)]" | to_variables
  found=$(statement findUnits "$wish" 'now()')
  echo "select coalesce(jsonb_agg(jsonb_build_object('id', gen_random_uuid(), 'unit_id', id,
    'line_id', :line_id::text, 'request_id', $(id 000f n), 'rank_reason', 'identical',
    'held_at', now(), 'held_until', now() + interval '1 day', 'allocated_by', $account)),
    '[]')::text as promises from (${found%;}) as found" | to_variables
  statement hold ':promises::jsonb'
  statement requests "array[$(id 000f n)]"
  keep allocation "$(id 000f n)" 1100
  commit
}

# Without the queue, so that the clients work side by side: locked units are passed by, and
# somebody may go away empty while a unit lies on the shelf. The service waits there.
unqueued_script() {
  allocation_script |
    sed -e '/pg_advisory_xact_lock/d' -e 's/^ *for no key update of units/& skip locked/'
}

account="'01900000-00ff-7000-8000-000000000001'::uuid"
din="'KZ4' || lpad((:n)::bigint::text, 10, '0')"
drive="('01900000-0003-7000-8000-' || lpad(to_hex(1 + mod((:n)::bigint, 400)), 12, '0'))::uuid"

# Numbers that no other client and no other round uses.
next_in_line() {
  # shellcheck disable=SC2016
  printf '%s\n' '\set n :base + :next * :clients + :client_id' '\set next :next + 1' '\set one 1'
}

# Opens the transaction with its authority, in one round trip as the store does.
begin() {
  printf '%s\n' '\startpipeline' "BEGIN ISOLATION LEVEL $2;" "select set_config('tamshy.role', '$1', true),
    set_config('tamshy.site', '', true), set_config('tamshy.site_kind', '', true),
    set_config('tamshy.region', '', true);" '\endpipeline'
}

# Seals the audit and commits, in one round trip as the store does.
commit() { printf '%s\n' '\startpipeline' "$(statement seal)" 'COMMIT;' '\endpipeline'; }

# A statement of sql/queries with its binds.
statement() {
  local name=$1 text number
  shift
  text=$(awk -v name="$name" '
    /^-- name: / { on = $3 == name; next }
    on && !/^ *--/ && NF' "$root"/sql/queries/*.sql)
  [[ -n $text ]] || fail "There is no statement $name in sql/queries."
  for ((number = $#; number > 0; number--)); do
    text=${text//"\$$number"/"(${!number})"}
  done
  printf '%s\n' "$text"
}

# Keeps the only row of a statement in variables instead of showing it.
to_variables() { sed '$ s/;*$/ \\gset/'; }

# The id of a record that a variable numbers.
id() {
  echo "('01900000-$1-7000-8000-' || lpad(to_hex((:$2)::bigint), 12, '0'))::uuid"
}

# One object in an array, as JSON.
rows() {
  local text="jsonb_build_array(jsonb_build_object(" comma=
  while (($#)); do
    text+="$comma'$1', $2"
    comma=', '
    shift 2
  done
  echo "$text))"
}

asked() { rows account_id "$account" key "'$1-4-' || (:n)::bigint::text"; }

# Keeps the answer, a text of so many characters.
keep() {
  statement keepAnswers "$(rows account_id "$account" key "'$1-4-' || (:n)::bigint::text" \
    fingerprint "repeat('f', 64)" subject_id "$2" body "repeat('x', $3)" answered_at 'now()')"
}

# One unit of the donation.
unit() {
  rows id "$(id "$1" n)" donation_id "$(id 0010 n)" din "$din" component "'$2'" \
    volume_ml 250 attributes "'[]'::jsonb" collected_on current_date \
    expires_on 'current_date + 35' expires_at "now() + interval '35 days'" \
    site_id "$(id 0001 one)" state "'quarantined'" made_at 'now()' made_by "$account"
}
