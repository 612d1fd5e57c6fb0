# --- the session that is gone on with ---

# Was it made in another directory than this? OpenCode would go on with it there, and print nothing, for ever. What it knows
# are real paths. `--dir` among the arguments leads somewhere else.
session_elsewhere() {
  session=
  for argument do
    case $argument in
      --session=*) session=${argument#*=} ;;
      --dir | --dir=*) return 1 ;;
    esac
  done
  [ -n "${OPENCODE_K8S_FRESH_ARGUMENT-}" ] || return 1
  case ${session#ses_} in '' | "$session" | *[!0-9A-Za-z]*) return 1 ;; esac
  made_in=$(session_directory)
  if [ -z "$made_in" ] && is_kept && ask "SELECT directory FROM session WHERE id = '$session'"; then made_in=$answer; fi
  case $made_in in /*) ;; *) return 1 ;; esac   # a session that OpenCode does not know
  [ "$made_in" != "$(pwd -P)" ] || return 1
  warn session_elsewhere
  echo "opencode-k8s: session $session was made in $made_in, and cannot be gone on with in $(pwd -P)" >&2
}

# By OpenCode's log, which costs nothing. It quotes what has more than letters, and then the database has to be asked.
session_directory() {
  grep -F " message=created id=$session " "$data/log/opencode.log" 2>/dev/null | tail -n 1 |
    sed -n 's/.* directory=\(\/[^" ]*\) path=.*/\1/p'
}

# Only where nothing was printed: so no model was asked, and no tool has run.
session_unknown() {
  [ "$result" -ne 0 ] && [ -z "$stopped" ] && [ -n "${OPENCODE_K8S_FRESH_ARGUMENT-}" ] && [ ! -s "$events" ] &&
    grep -Eq 'Session not found|NotFoundError: .*/session/' "$errors"
}

# The same arguments once more, with the title in the place of the session. They stay arguments, and are never read as code.
begin_anew() {
  for argument do
    shift
    case ${OPENCODE_K8S_FRESH_ARGUMENT:+$argument} in   # without it, the session is one of the user's own arguments
      --session=*)
        fresh=true
        argument=$OPENCODE_K8S_FRESH_ARGUMENT
        ;;
    esac
    set -- "$@" "$argument"
  done
  notes=$(grep '^opencode-k8s: ' "$errors")
  exec 2>"$errors"   # the first attempt's complaint would be taken for the second's
  [ -z "$notes" ] || echo "$notes" >&2
  run "$@"
}
