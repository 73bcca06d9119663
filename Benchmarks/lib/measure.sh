# shellcheck shell=bash
# Sourced by Benchmarks/run: one round with wrk or pgbench, and what it cost.
# The variables it uses are set there, and those it sets are used there:
# shellcheck disable=SC2034,SC2154

# Where the numbers of the service and of pgbench go on.
declare -A next_number=([donation]=1 [allocation]=1 [bench_donation]=1 [bench_allocation]=1)
allocated=0

# One round with wrk. Sets rate, p50, p99, server_cpu and postgres_cpu; the CPU is in
# microseconds for each request, and in `pair` for each donation with its components.
measure_http() {
  local workload=$1 first=1 seconds_run answers failures acknowledged completed before after
  case $workload in
    # Below 0.3 donors are not clear to give; even ones are the service's.
    donation | pair) first=$((donors * 3 / 20 + next_number[donation])) ;;
    allocation) first=${next_number[allocation]} ;;
  esac
  before="$(process_cpu "$server") $(cluster_cpu)"
  read -r _ seconds_run answers failures acknowledged completed p50 p99 < <(
    WORKLOAD=$workload FIRST=$first wrk -t1 -c64 -d"${seconds}s" -s "$here/load.lua" \
      "$address" | grep '^RESULT')
  after="$(process_cpu "$server") $(cluster_cpu)"
  case $workload in
    donation | pair) ((next_number[donation] += acknowledged + 200)) ;;
    allocation) ((next_number[allocation] += acknowledged + 200, allocated += acknowledged)) ;;
  esac
  if ((failures)); then say "$workload: $failures of $answers requests failed."; fi
  local done=$answers
  if [[ $workload == pair ]]; then done=$completed; fi
  rate=$(awk "BEGIN { print $done / $seconds_run }")
  read -r server_cpu postgres_cpu < <(cost "$before" "$after" "$done")
}

# One round with pgbench. Sets rate, p50, p99 and postgres_cpu.
measure_pgbench() {
  local workload=$1 clients=$2 duration=$3 line=bench_donation before after transactions
  if [[ $workload == allocation || $workload == unqueued ]]; then line=bench_allocation; fi
  before="0 $(cluster_cpu)"
  rm -f "$folder"/transactions.*
  PGOPTIONS='-c role=tamshy_service -c jit=off' pgbench -n -M prepared -c "$clients" -j 1 \
    -T "$duration" -D next=0 -D "clients=$clients" -D "base=${next_number[$line]}" \
    -D "donors=$donors" -l --log-prefix="$folder/transactions" -f "$folder/$workload.sql" \
    >"$folder/pgbench" 2>"$folder/pgbench.errors" || fail "$(cat "$folder/pgbench.errors")"
  after="0 $(cluster_cpu)"
  transactions=$(sed -nE 's/^number of transactions actually processed: ([0-9]+).*/\1/p' \
    "$folder/pgbench")
  rate=$(sed -nE 's/^tps = ([0-9.]+).*/\1/p' "$folder/pgbench")
  ((next_number[$line] += transactions * 5 / 4 + 40 * clients))
  read -r p50 p99 < <(cut -d' ' -f3 "$folder"/transactions.* | sort -n |
    awk '{ t[NR] = $1 } END { print t[int(NR / 2) + 1] / 1000, t[int(NR * 0.99) + 1] / 1000 }')
  read -r _ postgres_cpu < <(cost "$before" "$after" "$transactions")
}

# Microseconds of CPU for each of so many requests: two pairs of ticks in, a pair out.
cost() {
  awk -v hertz="$(getconf CLK_TCK)" -v count="$3" \
    '{ print ($3 - $1) * 1e6 / hertz / count, ($4 - $2) * 1e6 / hertz / count }' <<<"$1 $2"
}

# Ticks a process has used, its threads included.
process_cpu() { awk '{ sub(/.*\) /, ""); print $12 + $13 }' "/proc/$1/stat"; }

# Ticks PostgreSQL has used: the postmaster, its children, and those that ended.
cluster_cpu() {
  # A process may end while it is read.
  { cat /proc/[0-9]*/stat 2>/dev/null || true; } | awk -v postmaster="$postmaster" '
    { pid = $1; sub(/.*\) /, "") }
    pid == postmaster { ticks += $12 + $13 + $14 + $15 }
    $2 == postmaster { ticks += $12 + $13 }
    END { print ticks + 0 }'
}

# Megabytes of memory that the server holds.
resident() { awk '/^VmRSS/ { printf "%.0f", $2 / 1024 }' "/proc/$server/status"; }

# The median of each column of the lines.
medians() {
  printf '%s\n' "$@" | awk '
    { for (i = 1; i <= NF; i++) cell[i, NR] = $i; columns = NF }
    END {
      for (i = 1; i <= columns; i++) {
        for (a = 1; a <= NR; a++) for (b = a + 1; b <= NR; b++)
          if (cell[i, b] + 0 < cell[i, a] + 0) {
            t = cell[i, a]; cell[i, a] = cell[i, b]; cell[i, b] = t
          }
        printf "%s ", cell[i, int((NR + 1) / 2)]
      }
    }'
}
