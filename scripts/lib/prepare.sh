# shellcheck shell=bash
# Sourced by scripts/run and scripts/test: what both need before their own work.

root=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/../.." && pwd)
readonly root

# The Debian packages that are needed. Where releases name one thing differently,
# the names stand in one entry, and any of them will do.
needed_packages=(
  # to run the compiler
  libncurses6 libsqlite3-0 'libxml2|libxml2-16' 'libcurl4|libcurl4t64' tzdata
  # to compile and link
  libc6-dev 'libstdc++-12-dev|libstdc++-13-dev|libstdc++-14-dev' binutils
  'pkg-config|pkgconf' libpq-dev zlib1g-dev libargon2-dev
  # to fetch the packages that Package.swift names
  git ca-certificates
  # to step down from root before PostgreSQL starts
  util-linux
  # to make certificates and speak TLS in the tests
  openssl curl
)

# Installs what is missing and finds the compiler, or says what to do and leaves.
prepare() {
  [[ -w $root ]] || fail "$root is not writable for $(id -un): clone it as this user."
  [[ -n $(swift_programs) ]] || fail_without_swift
  if command -v dpkg-query >/dev/null; then
    install_missing_packages
  else
    check_without_dpkg
  fi
  choose_swift
}

# swift build, swift test and the like, run in the clone and writing nothing outside it,
# but for the empty ~/.swiftpm that the package manager insists on.
#
# HOME is a folder of the clone for the time, because caches go there; the user's own
# settings of git are still read.
swift_here() {
  local subcommand=$1
  shift
  if [[ -z ${GIT_CONFIG_GLOBAL:-} && -f ${HOME:-/nonexistent}/.gitconfig ]]; then
    export GIT_CONFIG_GLOBAL=$HOME/.gitconfig
  fi
  (
    cd -- "$root" || exit
    export HOME=$root/.build/home XDG_CACHE_HOME=$root/.build/home/.cache
    mkdir -p "$XDG_CACHE_HOME"
    avoid_locks_of_others
    # Dependencies are fetched once per clone, so a second copy of them serves nobody.
    swift "$subcommand" --disable-dependency-cache --security-path "$HOME/security" "$@" \
      </dev/null
  )
}

# The package manager locks a build folder by a file in the temporary folder, named after
# the path. One that another user left there cannot be opened, and nobody else removes it.
avoid_locks_of_others() {
  local temporary=${TMPDIR:-/tmp} lock
  for lock in "$temporary/${root//\//_}"_.build*.lock; do
    [[ -e $lock && ! -O $lock ]] || continue
    export TMPDIR=$temporary/tamshy-$EUID
    # A server that runs as another user must get through it.
    mkdir -p -m 711 "$TMPDIR"
    return
  done
}

# Tells the reader something; standard output is for results.
say() { printf '%s\n' "$*" >&2; }

# Tells why nothing more can be done.
fail() {
  say "$@"
  exit 69 # EX_UNAVAILABLE of sysexits.h
}

install_missing_packages() {
  local missing
  mapfile -t missing < <(missing_packages)
  ((${#missing[@]})) || return 0
  if ! command -v apt-get >/dev/null || ! may_become_root; then
    fail_without_packages "${missing[@]}"
  fi
  say "Installing: $(first_names "${missing[@]}")"
  keep_default_cluster_away "${missing[@]}"
  # Old package lists may still do; the installation says so if they do not.
  "${as_root[@]}" apt-get update -qq </dev/null >&2 || true
  local names
  read -r -a names <<<"$(known_names "${missing[@]}")"
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive UCF_FORCE_CONFFOLD=1 \
    apt-get install -y -qq --no-install-recommends -o Dpkg::Options::=--force-confold \
    "${names[@]}" </dev/null >&2 || fail_without_packages "${missing[@]}"
}

# The entries of which no name is installed, one per line.
missing_packages() {
  local entry installed
  installed=$(dpkg-query -W -f '${Package} ${db:Status-Status}\n')
  for entry in "${needed_packages[@]}"; do
    grep -qE "^(${entry//+/\\+}) installed$" <<<"$installed" || printf '%s\n' "$entry"
  done
  has_postgres || printf '%s\n' "$postgres_entry"
}

readonly postgres_entry='postgresql-15|postgresql-18|postgresql-17|postgresql-16'

# Whether the server's programs are where `tamshy up` looks for them.
has_postgres() {
  [[ -n ${PG_BIN_DIR:-} && -x $PG_BIN_DIR/postgres ]] && return
  command -v postgres >/dev/null && return
  local program
  for program in /usr/lib/postgresql/{15..18}/bin/postgres; do
    [[ -x $program ]] && return
  done
  return 1
}

# Debian's package makes and starts a cluster of its own on port 5432. Nobody asked for
# one here, so it is told not to, unless somebody has already said what it should do.
keep_default_cluster_away() {
  [[ " $* " == *" $postgres_entry "* ]] || return 0
  local settings=/etc/postgresql-common/createcluster.conf
  [[ ! -e $settings ]] || return 0
  "${as_root[@]}" mkdir -p "${settings%/*}"
  printf 'create_main_cluster = false\n' | "${as_root[@]}" tee "$settings" >/dev/null
}

# What a command is led in by to run as root: nothing, or sudo.
as_root=()

may_become_root() {
  ((EUID != 0)) || return 0
  command -v sudo >/dev/null || return 1
  as_root=(sudo)
  sudo -n true 2>/dev/null && return
  # It may ask for a password where somebody sits who can type one.
  [[ -t 0 && -z ${CI:-} ]]
}

first_names() {
  local entry
  for entry in "$@"; do printf '%s ' "${entry%%|*}"; done
}

# Of each entry the first name that this release knows.
known_names() {
  local entry name names found
  for entry in "$@"; do
    IFS='|' read -r -a names <<<"$entry"
    found=${names[0]}
    for name in "${names[@]}"; do
      if apt-cache show "$name" >/dev/null 2>&1; then
        found=$name
        break
      fi
    done
    printf '%s ' "$found"
  done
}

fail_without_packages() {
  say 'These packages are missing and could not be installed from here:'
  local entry
  for entry in "$@"; do say "  ${entry//|/ or }"; done
  say 'Install them as root, and start this again:'
  fail "  apt-get update && apt-get install -y --no-install-recommends $(known_names "$@")"
}

# Not Debian: nothing can be installed, but what matters can be looked for.
check_without_dpkg() {
  local missing=() program
  for program in git ld pkg-config setpriv; do
    command -v "$program" >/dev/null || missing+=("the program $program")
  done
  pkg-config --exists libpq 2>/dev/null || missing+=("libpq with its headers and libpq.pc")
  pkg-config --exists libargon2 2>/dev/null ||
    missing+=("libargon2 with its headers and libargon2.pc")
  has_postgres || missing+=("the server programs of PostgreSQL 15 or later (or set PG_BIN_DIR)")
  ((${#missing[@]})) || return 0
  say 'This is no Debian, so nothing is installed for you. Missing:'
  fail "$(printf '  %s\n' "${missing[@]}")"
}

# Where a compiler is, the preferred one first.
swift_programs() {
  local program
  for program in "$(command -v swift || true)" /opt/swift/usr/bin/swift /opt/swift/bin/swift; do
    if [[ -x $program ]]; then printf '%s\n' "$program"; fi
  done
}

# Puts the first compiler that is new enough at the head of PATH.
choose_swift() {
  local program version
  while read -r program; do
    version=$("$program" --version 2>/dev/null |
      sed -nE 's/.*Swift version ([0-9]+\.[0-9]+).*/\1/p' || true)
    if [[ -n $version ]] && printf '6.2\n%s\n' "$version" | sort -C -V; then
      PATH=${program%/*}:$PATH
      return
    fi
    say "$program is Swift ${version:-of a version that cannot be read}; 6.2 is needed."
  done < <(swift_programs)
  fail_without_swift
}

fail_without_swift() {
  say 'Swift 6.2 or later is needed, in PATH or below /opt/swift.'
  fail 'Get it from https://www.swift.org/install/linux/ and start this again.'
}
