# Runs what is compared in short turns: for a while one side, then the next, and everything of
# the others stands still meanwhile. A machine that is shared changes its speed from minute to
# minute, often by half; so every side meets the same minutes.
#
# shellcheck shell=bash

# The seconds that each side ran, without those when it stood still.
declare -A seconds=()
# Who belongs to a side besides its command: the servers that it asks.
declare -A companions=()
# The commands under way, by their processes.
declare -A commands=()
turn=2

# Runs each named function in the background, in turns, until all have ended.
take_turns() {
  local side left=$#
  commands=()
  for side in "$@"; do
    rm -f "$folder/$side.end"
    seconds[$side]=0
    halt "${companions[$side]}"
  done
  while ((left)); do
    for side in "$@"; do
      if [[ -e $folder/$side.end ]]; then continue; fi
      take_turn "$side"
      if [[ -e $folder/$side.end ]]; then left=$((left - 1)); fi
    done
  done
  for side in "$@"; do
    go_on "${companions[$side]}" "${commands[$side]}"
    wait "${commands[$side]}"
  done
  commands=()
}

# Ends what was under way when something failed.
call_off() {
  local side
  for side in "${!commands[@]}"; do
    signal KILL "$(family "${commands[$side]}")"
  done
}

take_turn() {
  local side=$1 start end n
  start=$(date +%s.%N)
  go_on "${companions[$side]}" "${commands[$side]:-}"
  if [[ -z ${commands[$side]:-} ]]; then
    # Whoever sees the file sees all of it.
    { "$side" && date +%s.%N >"$folder/$side.now" && mv "$folder/$side.now" "$folder/$side.end"; } &
    commands[$side]=$!
  fi
  for ((n = 0; n < turn * 10; n++)); do
    if [[ -e $folder/$side.end ]]; then break; fi
    kill -0 "${commands[$side]}" 2>/dev/null || [[ -e $folder/$side.end ]] || fail "$side failed."
    sleep 0.1
  done
  halt "${companions[$side]}" "${commands[$side]}"
  end=$(date +%s.%N)
  if [[ -e $folder/$side.end ]]; then end=$(<"$folder/$side.end"); fi
  seconds[$side]=$(awk "BEGIN { print ${seconds[$side]} + $end - $start }")
}

# Processes and their children stand still; children that were being born, too.
halt() {
  local now before=none
  while now=$(family "$@") && [[ $now != "$before" ]]; do
    signal STOP "$now"
    before=$now
  done
}

go_on() { signal CONT "$(family "$@")"; }

# Some may have ended meanwhile.
signal() { xargs -r kill "-$1" 2>/dev/null <<<"$2" || true; }

# Processes with all that descend from them.
family() {
  ps -eo pid=,ppid= --sort=pid | awk -v roots="$*" '
    BEGIN { split(roots, root, " "); for (n in root) member[root[n]] = 1 }
    { pid[NR] = $1; parent[$1] = $2 }
    END {
      do {
        grown = 0
        for (n = 1; n <= NR; n++)
          if (!(pid[n] in member) && (parent[pid[n]] in member)) { member[pid[n]] = 1; grown = 1 }
      } while (grown)
      for (n = 1; n <= NR; n++) if (pid[n] in member) print pid[n]
    }'
}
