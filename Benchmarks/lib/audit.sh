# shellcheck shell=bash
# Sourced by Benchmarks/run: the same requests with the audit and without it, in turns.
#
# Without it the database keeps no event and seals no chain; the service is the same.
# shellcheck disable=SC2154 # the variables are set in Benchmarks/run

share_of_audit() {
  local workload round side
  local -A rates
  printf '\n| %s | %s | %s | %s |\n' workload 'with the audit/s' 'without/s' 'it takes'
  printf '%s\n' '| --- | --- | --- | --- |'
  sealing=$(psql -AtXc "select pg_get_functiondef('seal'::regproc)")
  for workload in pair allocation; do
    rates=()
    # The first round warms up; then either side goes first as often as the other, because
    # what one leaves behind slows the next.
    for ((round = 0; round <= 2 * rounds; round++)); do
      for side in $( ((round % 2)) && echo with without || echo without with); do
        "audit_$side"
        make_room "$workload"
        measure_http "$workload"
        if ((round)); then rates[$side]+="$rate"$'\n'; fi
      done
    done
    audit_with
    share_row "$workload" \
      "$(medians "${rates[with]%?}")" "$(medians "${rates[without]%?}")"
  done
}

share_row() {
  awk -v name="$1" -v with="$2" -v without="$3" 'BEGIN {
    printf "| %s | %.0f | %.0f | %.1f %% |\n", name, with, without, 100 * (1 - with / without) }'
}

audit_without() {
  psql -qX <<'SQL'
create or replace function seal() returns void language plpgsql as 'begin end';
create or replace function forget() returns trigger language plpgsql as 'begin return null; end';
create or replace trigger events_forgotten before insert on events
  for each row execute function forget();
SQL
}

audit_with() {
  psql -qX <<SQL
$sealing;
drop trigger if exists events_forgotten on events;
SQL
}
