# shellcheck shell=bash
# Sourced by scripts/test and scripts/fuzz: tries a running service against docs/openapi.yaml.

readonly description=$root/docs/openapi.yaml
readonly checkers=$root/.build/checkers

# What is installed with the other packages.
needed_packages+=(python3 python3-venv)

# Says why there are no checkers here, or nothing if there are.
#
# Both are programs of the Python package index, in an environment of their own below .build.
prepare_checkers() {
  if [[ -x $checkers/bin/schemathesis && -x $checkers/bin/openapi-spec-validator ]]; then return; fi
  local python
  python=$(command -v python3) || { echo 'python3 is not installed' && return; }
  rm -rf "$checkers"
  "$python" -m venv "$checkers" >/dev/null 2>&1 || {
    rm -rf "$checkers"
    echo 'python3 cannot make an environment (on Debian: apt-get install python3-venv)'
    return
  }
  "$checkers/bin/pip" install --quiet --disable-pip-version-check --retries 1 --timeout 20 \
    'schemathesis>=4.32,<5' 'openapi-spec-validator>=0.9,<1' >/dev/null 2>&1 || {
    rm -rf "$checkers"
    echo 'the Python package index is not reachable'
  }
}

check_description() { "$checkers/bin/openapi-spec-validator" "$description"; }

# Starts the demonstration in a folder of its own and sets `address`.
start_service() {
  state=$(mktemp -d "${TMPDIR:-/tmp}/tamshy-contract.XXXXXX")
  # The server of the database may run as another user, who must get through.
  chmod 711 "$state"
  : >"$state/out"
  "$(tamshy)" up --state-dir "$state/state" --port 0 >"$state/out" \
    2>"$state/err" &
  service=$!
  local deadline=$((SECONDS + 300))
  until address=$(sed -n 's/^listening on //p' "$state/out") && [[ -n $address ]]; do
    if ! kill -0 "$service" 2>/dev/null || ((SECONDS > deadline)); then
      tail -n 5 "$state/err" >&2
      stop_service
      return 1
    fi
    sleep 0.3
  done
}

stop_service() {
  if [[ -n ${service:-} ]]; then
    kill -TERM "$service" 2>/dev/null || true
    wait "$service" 2>/dev/null || true
    service=
  fi
  if [[ -n ${state:-} ]]; then rm -rf "$state"; fi
}

# Every role, and nobody.
readonly fuzzed_roles=(drive_staff laboratory hospital coordinator recruiter auditor admin nobody)

# A token for a role, on standard output: the demonstration's, or a new one; none for nobody.
token_of() {
  local role=$1 token
  [[ $role != nobody ]] || return 0
  token=$(sed 's/},{/}\n{/g' "$state/state/demonstration-logins.txt" |
    sed -nE "/\"role\":\"$role\"/s/.*\"token\":\"([^\"]+)\".*/\1/p" | head -n 1)
  if [[ -z $token ]]; then
    token=$("$(tamshy)" token create --role "$role" --state-dir "$state/state") || return
  fi
  printf '%s\n' "$token"
}

# Where the program is that was built.
tamshy() { printf '%s/tamshy\n' "$(swift_here build --show-bin-path)"; }

# Tries the service as one role, with a fixed seed. Arguments: the role; how many examples
# each operation gets, or `quick`: all bounds of every schema for the role that writes most, ten
# seconds of all phases for the others; the seed.
fuzz_as() {
  local role=$1 examples=$2 seed=${3:-1} token options=() coordinator staff admin
  local log=$root/.build/reports/contract-$role.log
  mkdir -p "${log%/*}"
  if [[ $examples == quick ]]; then
    options=(--max-examples 2)
    [[ $role == drive_staff ]] || options+=(--max-time 10)
  else
    options=(--max-examples "$examples")
  fi
  token=$(token_of "$role") && coordinator=$(token_of coordinator) &&
    staff=$(token_of drive_staff) && admin=$(token_of admin) || return 1
  if [[ -n $token ]]; then options+=(--header "Authorization: Bearer $token"); fi
  (
    # What it leaves behind belongs to this run.
    cd -- "$state" || exit
    PYTHONDONTWRITEBYTECODE=1 PYTHONPATH=$root/scripts/lib TAMSHY_FUZZ_URL=$address \
      TAMSHY_FUZZ_OWN=$token TAMSHY_FUZZ_TOKEN=$coordinator TAMSHY_FUZZ_STAFF=$staff \
      TAMSHY_FUZZ_ADMIN=$admin \
      "$checkers/bin/schemathesis" --config-file "$root/scripts/lib/schemathesis.toml" \
      run "$description" --url "$address" --seed "$seed" --no-color "${options[@]}"
  ) >"$log" 2>&1
}

# How many cases the runs so far made.
cases_so_far() {
  sed -nE 's/^ *([0-9]+) generated.*/\1/p' "$root"/.build/reports/contract-*.log |
    awk '{ sum += $1 } END { print sum + 0 }'
}
