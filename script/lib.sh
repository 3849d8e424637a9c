# What the scripts here share. Sourced, not run.

# The folder of the project, wherever a script was called from.
cd "$(dirname "${BASH_SOURCE[0]}")/.."

say() { printf '\033[1m%s\033[0m\n' "$*" >&2; }
warn() { printf '%s\n' "$*" >&2; }
fail() {
    printf 'error: %s\n' "$*" >&2
    exit 1
}
have() { command -v "$1" >/dev/null 2>&1; }

# rustup puts cargo here, and into PATH only at the next login.
have cargo || PATH="$PATH:${CARGO_HOME:-$HOME/.cargo}/bin"

# The oldest PostgreSQL that works, as in src/embedded/binaries.rs.
postgres_oldest=15

# Whether a PostgreSQL server is installed where the program looks for one.
have_postgres() {
    local folder version
    local folders=("${TIDEMARK_POSTGRES_BIN:-}")
    if [ -z "${folders[0]}" ]; then
        IFS=: read -r -a folders <<<"$PATH"
        folders+=(/usr/lib/postgresql/*/bin /usr/pgsql-*/bin /opt/homebrew/opt/postgresql*/bin
            /usr/local/opt/postgresql*/bin /usr/local/pgsql/bin)
    fi
    for folder in "${folders[@]}"; do
        [ -x "$folder/postgres" ] && [ -x "$folder/initdb" ] || continue
        version=$("$folder/postgres" --version 2>/dev/null) || continue
        version=${version#*(PostgreSQL) }
        version=${version%%[!0-9]*}
        [ "${version:-0}" -ge "$postgres_oldest" ] && return 0
    done
    return 1
}
