# --- the database of OpenCode, where it outlives the run ---
#
# It is looked at before OpenCode starts, which costs no process of OpenCode, and where there is a reason it is examined,
# by one program at a time: of several OpenCodes that make or migrate a database at once some fail, and one fails with
# what a newer one has migrated. Beside the database lie
#   .checked   which OpenCode has found it good
#   .open.*    one for each run that is under way, or did not end in order
#   .lock/     while it is examined
#   .aside     the last one that could not be used

open_database() {
  is_kept || return 0
  me=${HOSTNAME:-here}.$$
  binary=$(binary_identity)
  if { ! looks_good || is_open; } && lock_database; then
    # Unless the one who was waited for has just done so.
    if ! looks_good || { [ "$waited" -eq 0 ] && is_open; }; then examine; fi
    unlock_database
  fi
  [ -z "$missing" ] || fail
  : >"$OPENCODE_DB.open.$me"
}

# A run that its database failed leaves its mark, so that the next one examines it.
close_database() {
  is_kept || return 0
  database_complained || rm -f "$OPENCODE_DB.open.$me"
}

# Did OpenCode fail with its database before anything was printed, and has it a new one now?
database_renewed() {
  [ "$result" -ne 0 ] && [ -z "$stopped" ] && is_kept && [ ! -s "$events" ] && database_complained ||
    return 1
  renewed=1   # unless it is found to be good: another run may have renewed it
  open_database
  [ -n "$renewed" ]
}

# It is in a file (and not in memory, as an agent's own environment may want it), and others use it, too.
is_kept() {
  [ -n "${OPENCODE_K8S_DATABASE_QUESTION_SEC-}" ] && [ "${OPENCODE_DB#/}" != "$OPENCODE_DB" ]
}

database_complained() {
  grep -v '^opencode-k8s: ' "$errors" |
    grep -Eq 'file is not a database|disk image is malformed|Failed query: SELECT id FROM "migration"'
}

looks_good() {
  [ -s "$OPENCODE_DB" ] && [ "$(cat "$OPENCODE_DB.checked" 2>/dev/null)" = "$binary" ] &&
    [ "$(head -c 15 "$OPENCODE_DB" 2>/dev/null | tr '\0' ' ')" = "SQLite format 3" ] &&
    [ "$(database_size)" -le "$OPENCODE_K8S_DATABASE_LIMIT" ]
}

is_open() {
  for mark in "$OPENCODE_DB".open.*; do
    [ ! -e "$mark" ] || return 0
  done
  return 1
}

# With what is not in its main file yet: OpenCode ends without a checkpoint.
database_size() {
  if [ -e "$OPENCODE_DB-wal" ]; then echo $(($(size "$OPENCODE_DB") + $(size "$OPENCODE_DB-wal"))); else size "$OPENCODE_DB"; fi
}

# Waits for whoever has the lock. They ask OpenCode five questions at most, so one that is still there after that has died.
# Where there is none again and again, and none can be made, the volume does not take it.
lock_database() {
  holder=
  waited=0
  absent=0
  until mkdir "$OPENCODE_DB.lock" 2>/dev/null; do
    [ -z "$stopped" ] || return 1
    if [ -d "$OPENCODE_DB.lock" ]; then absent=0; else absent=$((absent + 1)); fi
    if [ "$absent" -gt 2 ]; then
      warn database_unchecked
      echo "opencode-k8s: $OPENCODE_DB.lock cannot be made; the database is used as it is" >&2
      return 1
    fi
    now=$(cat "$OPENCODE_DB.lock/holder" 2>/dev/null)
    if [ "$now" != "$holder" ]; then
      holder=$now
      waited=0
    elif [ "$waited" -gt $((5 * OPENCODE_K8S_DATABASE_QUESTION_SEC)) ]; then
      mv "$OPENCODE_DB.lock" "$OPENCODE_DB.lock.$me" 2>/dev/null   # one of those who wait
      rm -rf "$OPENCODE_DB.lock.$me"
    fi
    sleep 1
    waited=$((waited + 1))
  done
  echo "$me" >"$OPENCODE_DB.lock/holder"
}

unlock_database() {
  [ "$(cat "$OPENCODE_DB.lock/holder" 2>/dev/null)" != "$me" ] || rm -rf "$OPENCODE_DB.lock"
}

# Lets OpenCode make, migrate and check it, and renews one that this OpenCode cannot use.
examine() {
  renewed=
  there=
  if [ -s "$OPENCODE_DB" ]; then
    if [ ! -r "$OPENCODE_DB" ] || [ ! -w "$OPENCODE_DB" ]; then
      lacks "$OPENCODE_DB cannot be read and written by user $(id -u)"
      return
    fi
    there=1
    bytes=$(database_size)
    if [ "$bytes" -gt "$OPENCODE_K8S_DATABASE_LIMIT" ]; then
      # It is not kept: what it takes is what is lacking.
      rm -f "$OPENCODE_DB" "$OPENCODE_DB-wal" "$OPENCODE_DB-shm"
      renew database_over_limit "had $bytes bytes, more than $OPENCODE_K8S_DATABASE_LIMIT: its sessions are gone"
    fi
  fi
  if is_sound; then
    if [ -n "$there" ] && [ "$(cat "$OPENCODE_DB.checked" 2>/dev/null)" != "$binary" ] && is_newer; then
      set_aside
      is_sound
      renew database_newer "was migrated by a newer OpenCode: it is kept as $OPENCODE_DB.aside"
    fi
  elif [ -z "$there" ] || [ "$asked" -gt 128 ] || grep -Eqi 'locked|disk is full|no space' "$complaint"; then
    unchecked
    return
  else
    # Was it the database, or would no other do either?
    why=$(reason)
    set_aside
    if is_sound; then
      renew database_unreadable "cannot be used ($why): it is kept as $OPENCODE_DB.aside"
    else
      put_back
      unchecked
      return
    fi
  fi
  echo "$binary" >"$OPENCODE_DB.checked"
  rm -f "$OPENCODE_DB".open.*
}

renew() {
  renewed=1
  there=
  warn "$1"
  echo "opencode-k8s: $OPENCODE_DB $2" >&2
}

# OpenCode may do better, or say it again.
unchecked() {
  warn database_unchecked
  echo "opencode-k8s: $OPENCODE_DB could not be checked ($(reason))" >&2
}

# Makes the database where there is none: OpenCode does that for every question.
is_sound() {
  ask 'PRAGMA quick_check(1)' && [ "$answer" = ok ]
}

# Has it seen a migration that this OpenCode does not know? One that OpenCode makes anew has all that it knows.
is_newer() {
  newest='SELECT max(id) FROM migration'
  ask "$newest" || return 1
  theirs=${answer%%_*}
  own=$OPENCODE_K8S_RUN_DIR/own.db
  ask "$newest" "$own"
  asked=$?
  rm -f "$own" "$own-wal" "$own-shm"
  ours=${answer%%_*}
  [ "$asked" -eq 0 ] || return 1
  case $theirs in '' | *[!0-9]*) return 1 ;; esac
  case $ours in '' | *[!0-9]*) return 1 ;; esac
  [ "$theirs" -gt "$ours" ]
}

# ask QUERY [DATABASE]: the last line of what OpenCode says, in `answer`.
ask() {
  complaint=$OPENCODE_K8S_RUN_DIR/complaint
  answer=
  asked=143
  [ -z "$stopped" ] || return "$asked"
  OPENCODE_DB=${2-$OPENCODE_DB} opencode db "$1" </dev/null >"$OPENCODE_K8S_RUN_DIR/answer" 2>"$complaint" &
  opencode=$!
  alarm "$OPENCODE_K8S_DATABASE_QUESTION_SEC" KILL "$opencode"
  await "$opencode"
  asked=$?
  opencode=
  ending=   # whoever was asked to stop meanwhile ends the run, too
  kill "${alarms##* }" 2>/dev/null
  alarms=${alarms% *}
  answer=$(tail -n 1 "$OPENCODE_K8S_RUN_DIR/answer")
  return "$asked"
}

# Why the last question had no good answer, in one line without colours.
reason() {
  { echo "$answer"; tail -n 3 "$complaint"; } | tr -s '\n' ' ' | head -c 300 |
    sed "s/$(printf '\033')\[[0-9;]*m//g; s/^ *//; s/ *\$//"
}

set_aside() {
  for part in "" -wal; do
    rm -f "$OPENCODE_DB.aside$part"
    [ ! -e "$OPENCODE_DB$part" ] || mv "$OPENCODE_DB$part" "$OPENCODE_DB.aside$part"
  done
  rm -f "$OPENCODE_DB-shm"
}

put_back() {
  rm -f "$OPENCODE_DB" "$OPENCODE_DB-wal" "$OPENCODE_DB-shm"
  for part in "" -wal; do
    [ ! -e "$OPENCODE_DB.aside$part" ] || mv "$OPENCODE_DB.aside$part" "$OPENCODE_DB$part"
  done
}

# Of which OpenCode this is, without asking it, which takes half a second: its file, and the version of its package,
# for files from npm are all as old as each other.
binary_identity() {
  binary=$(readlink -f "$(command -v opencode)")
  package=$(sed -n 's/^ *"version": *"\([^"]*\)".*/\1/p' "${binary%/*}/../package.json" 2>/dev/null)
  echo "$(ls -ln "$binary")${package:+ $package}"
}
