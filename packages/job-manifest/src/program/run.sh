# The program in the pod: runs `opencode "$@"` with the prompt on stdin, its events on stdout, a receipt as last line.
# POSIX sh (dash, busybox, bash). Every path and number comes from a variable that the manifest sets.
set -u

events=$OPENCODE_K8S_RUN_DIR/events.jsonl   # what OpenCode writes
errors=$OPENCODE_K8S_RUN_DIR/stderr         # its stderr, apart, so that no line of JSON is ever torn by it
running=$OPENCODE_K8S_RUN_DIR/running       # exists until the last event is in the file
data=$XDG_DATA_HOME/opencode
opencode=     # process id of OpenCode while it runs
stopped=      # why we ended it: terminated, timeout, output_limit
interrupted=  # a trap ran since this was last emptied
missing=      # what OpenCode cannot run without, a line each
fresh=false   # whether OpenCode began a new session because it did not know the one to go on with
warnings=     # for the receipt, codes separated by spaces

main() {
  trap 'stop terminated' TERM INT HUP
  trap 'stop timeout' USR1
  trap 'stop output_limit' ALRM
  trap 'interrupted=1; signal KILL' USR2
  began=$(milliseconds)
  preflight
  [ "$OPENCODE_K8S_TIMEOUT_SEC" -eq 0 ] || alarm "$OPENCODE_K8S_TIMEOUT_SEC" USR1
  prepare
  follow </dev/null &
  follower=$!
  bound </dev/null >/dev/null 2>&1 &
  if session_elsewhere "$@"; then begin_anew "$@"; else run "$@"; fi
  if session_unknown || database_renewed; then begin_anew "$@"; fi
  status=$result
  end_orphans
  finish
}

# --- before ---

# Everything that is missing is said at once: who builds the image should not learn it piece by piece.
preflight() {
  for directory in "$HOME" "$TMPDIR" "$XDG_DATA_HOME" "$OPENCODE_K8S_RUN_DIR"; do
    mkdir -p "$directory" 2>/dev/null   # on a shared volume the data have a folder of their own
    writable "$directory" || lacks "$directory cannot be written by user $(id -u)"
  done
  command -v opencode >/dev/null || lacks "there is no executable 'opencode' in PATH ($PATH)"
  # OpenCode goes by PWD before it asks the kernel.
  cd "$OPENCODE_K8S_WORKDIR" 2>/dev/null || lacks "cannot enter the working directory $OPENCODE_K8S_WORKDIR"
  [ -z "$missing" ] || fail
  export PWD
  # Without these OpenCode runs, if poorly, and an agent may need none of them.
  writable "$PWD" || warn workdir_read_only
  command -v git >/dev/null || warn git_missing
  command -v rg >/dev/null || [ -x "${XDG_CACHE_HOME:-$HOME/.cache}/opencode/bin/rg" ] || warn rg_missing
}

# By trying: busybox decides `[ -w ]` by the mode alone, and takes a read-only file system for writable.
writable() {
  trial=$(mktemp "$1/.opencode-k8s.XXXXXX" 2>/dev/null) && rm -f "$trial"
}

lacks() {
  missing="${missing}opencode-k8s: $1
"
}

warn() {
  warnings="$warnings $1"
}

# Ends before OpenCode ran, with the code that sysexits.h has for what whoever configures must mend.
fail() {
  printf %s "$missing" >"$OPENCODE_K8S_TERMINATION_LOG"
  receipt 78 null 0 0
  exit 78
}

prepare() {
  unset OPENCODE_PERMISSION   # would override the configuration
  exec 2>"$errors"            # from here on, the shell's own complaints and OpenCode's
  : >"$events"
  : >"$running"
  # OpenCode installs its plugin package unless a lock file says that it is there: 40 MB, and a hang without network.
  config=$XDG_CONFIG_HOME/opencode
  if [ ! -e "$config/package.json" ] && mkdir -p "$config/node_modules"; then
    echo '{}' >"$config/package.json"
    echo '{"lockfileVersion":3,"packages":{"":{"dependencies":{"@opencode-ai/plugin":"*"}}}}' >"$config/package-lock.json"
  fi
  # A prompt that is longer than a Secret comes in parts.
  if [ ! -e "$OPENCODE_K8S_PROMPT" ]; then
    (umask 077 && cat "$OPENCODE_K8S_PROMPT".[0-9]* >"$OPENCODE_K8S_RUN_DIR/prompt") ||
      { lacks "$OPENCODE_K8S_PROMPT is not there"; fail; }
    OPENCODE_K8S_PROMPT=$OPENCODE_K8S_RUN_DIR/prompt
  fi
  open_database
  credentials
  # Set only where the configuration defines its models: an empty catalogue instead of the built-in one.
  if [ -n "${OPENCODE_MODELS_PATH-}" ] && [ ! -e "$OPENCODE_MODELS_PATH" ]; then echo '{}' >"$OPENCODE_MODELS_PATH"; fi
  logged=$(wc -c 2>/dev/null <"$data/log/opencode.log" || echo 0)
}

# Those that came with the run are a link to a copy, because OpenCode may write to them. The copy goes with the pod, also
# with one that is killed: nothing secret stays where the database does.
credentials() {
  auth=$data/auth.json
  login=$HOME/.local/share/opencode/auth.json
  if [ -n "${OPENCODE_K8S_AUTH-}" ]; then
    given=$OPENCODE_K8S_RUN_DIR/auth.json
    mkdir -p "$data" && (umask 077 && cat "$OPENCODE_K8S_AUTH" >"$given") && ln -sf "$given" "$auth" ||
      { lacks "cannot write $auth"; fail; }
  elif [ ! -e "$auth" ]; then
    rm -f "$auth"   # a link into a pod that is gone
    # Who logged in at home, where OpenCode has its data unless told otherwise, stays logged in.
    [ ! -e "$login" ] || { mkdir -p "$data" && ln -s "$login" "$auth"; }
  fi
}

run() {
  # The mark is inherited by every process that comes from OpenCode, also those that leave its process group.
  OPENCODE_K8S_MARK=1 opencode "$@" <"$OPENCODE_K8S_PROMPT" >"$events" &
  opencode=$!
  [ -z "$stopped" ] || end   # asked to stop before there was anything to stop
  await "$opencode"
  result=$?
  opencode=
}

# --- while it runs ---

# Copies the events to stdout. OpenCode never writes to a pipe, for it exits without flushing: what a slow reader has
# not taken yet would be lost. The descriptor keeps its place in the file from one `cat` to the next.
follow() {
  trap '' TERM INT HUP
  exec 3<"$events"
  while [ -e "$running" ]; do
    cat <&3
    sleep 0.1 2>/dev/null || sleep 1
  done
  cat <&3
}

# Ends a run whose events would fill the node's disk. Apart from the follower, which a slow reader may hold up.
bound() {
  while [ "$(size "$events")" -le "$OPENCODE_K8S_OUTPUT_LIMIT" ]; do
    sleep 1
    [ -e "$running" ] || return 0
  done
  kill -s ALRM "$$"
}

# Of a file, in bytes, without reading it, which busybox's `wc` does.
size() {
  # shellcheck disable=SC2046 # to be split into columns
  set -- $(ls -ln "$1")
  echo "$5"
}

# stop REASON: ends OpenCode; the first reason stays. As a trap this runs between any two commands, so before OpenCode's
# process id is known it only takes note: it must not start a process of its own that `$!` would then mean.
stop() {
  interrupted=1
  [ -z "$stopped${status-}" ] || return 0
  stopped=$1
  [ -z "$opencode" ] || end
}

# SIGTERM now, SIGKILL after the grace.
end() {
  [ -z "${ending-}" ] || return 0
  ending=1
  signal TERM
  alarm "$OPENCODE_K8S_GRACE_SEC" USR2
}

# signal NAME: to OpenCode, and to the tools it started, which have sessions of their own.
signal() {
  [ -n "$opencode" ] || return 0
  kill -s "$1" "$opencode" 2>/dev/null
  for process in $(marked); do
    [ "$process" = "$opencode" ] || kill -s "$1" "$process" 2>/dev/null
  done
}

# The processes that came from OpenCode. They are looked for only where this is the container's first process; elsewhere
# /proc shows the whole machine.
marked() {
  [ "$$" -eq 1 ] || return 0
  for process in /proc/[0-9]*; do
    tr '\0' '\n' 2>/dev/null <"$process/environ" | grep -qx OPENCODE_K8S_MARK=1 && echo "${process#/proc/}"
  done
}

# alarm SECONDS SIGNAL [PROCESS]: sends the signal later, to this program unless a process is named.
alarm() {
  (
    nap=
    trap 'kill $nap; wait; exit' TERM
    sleep "$1" &
    nap=$!
    wait "$nap" && kill -s "$2" "${3-$$}"
  ) </dev/null >/dev/null 2>&1 &
  alarms="${alarms-} $!"
}

# await PROCESS: its exit status. A trap cuts `wait` short, so it is only believed when none ran meanwhile; should the
# process have ended at that very moment, the next `wait` knows it no more (127).
await() {
  known=
  while :; do
    interrupted=
    wait "$1"
    code=$?
    if [ "$code" -ne 127 ] || [ -z "$known" ]; then known=$code; fi
    [ -n "$interrupted" ] || return "$known"
  done
}

# --- after ---

# What OpenCode's tools left running: SIGTERM, up to two seconds, SIGKILL. So they end in order, and none
# writes to a shared volume behind the receipt.
end_orphans() {
  orphans=$(marked)
  [ -n "$orphans" ] || return 0
  warn orphans_ended
  # shellcheck disable=SC2086 # a list
  kill -s TERM $orphans 2>/dev/null
  for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
    orphans=$(marked)
    [ -n "$orphans" ] || return 0
    sleep 0.1 2>/dev/null || { sleep 2; break; }
  done
  # shellcheck disable=SC2046
  kill -s KILL $(marked) 2>/dev/null
}

finish() {
  rm "$running"
  start_copy
  close_database
  [ -z "${OPENCODE_K8S_AUTH-}" ] || rm -f "$auth"
  tail -c 3072 "$errors" >"$OPENCODE_K8S_TERMINATION_LOG"
  version=$(opencode_version)
  await "$follower"
  code=$status
  by=null
  if [ "$status" -gt 128 ] && name=$(kill -l "$((status - 128))" 2>/dev/null); then
    code=null
    by="\"SIG${name#SIG}\""
  fi
  lines=$(wc -l <"$events")
  bytes=$(wc -c <"$events")
  if is_cut; then
    echo
    lines=$((lines + 1))
    bytes=$((bytes + 1))
  fi
  has_room "$OPENCODE_K8S_RUN_DIR" || warn disk_full
  has_room "$XDG_DATA_HOME" || warn database_disk_full
  await_copy
  receipt "$code" "$by" "$lines" "$bytes"
  # shellcheck disable=SC2086 # a list
  kill ${alarms-} 2>/dev/null && wait $alarms
  exit "$status"
}

# A line that was cut when OpenCode ended is ended by us, and its newline counted as if OpenCode had written it.
is_cut() {
  [ -s "$events" ] && [ "$(tail -c 1 "$events" | wc -l)" -eq 0 ]
}

# has_room DIRECTORY: can more be written there? What found no room is not in the file, and OpenCode does not say so.
has_room() {
  room=$1/.opencode-k8s-room
  { echo room >"$room"; } 2>/dev/null
  filled=$?
  rm -f "$room"
  return "$filled"
}

# receipt CODE SIGNAL LINES BYTES: the last line of the log, proof that all before it is there.
receipt() {
  printf '{"type":"opencode_k8s.receipt","protocol":1,"exitCode":%s,"signal":%s,"lines":%d,"bytes":%d,' "$1" "$2" "$3" "$4"
  printf '"peakMemoryBytes":%s,"durationMs":%d,' "$(peak_memory)" "$(($(milliseconds) - began))"
  printf '"opencodeVersion":%s,"stopReason":%s,' "$(quoted "${version-}")" "$(quoted "$stopped")"
  # shellcheck disable=SC2086 # a list
  printf '"freshSession":%s,"copy":%s,"warnings":[%s]}\n' "$fresh" "${copy:-null}" "$(list $warnings)"
}

quoted() {
  if [ -n "$1" ]; then echo "\"$1\""; else echo null; fi
}

# list CODE…: as members of an array.
list() {
  separator=
  for code do
    printf '%s"%s"' "$separator" "$code"
    separator=,
  done
}

# Peak memory of the container, page cache included: cgroup v2, v1. Only the container's first process sees its own.
peak_memory() {
  [ "$$" -eq 1 ] || { echo null; return; }
  cat /sys/fs/cgroup/memory.peak 2>/dev/null || cat /sys/fs/cgroup/memory/memory.max_usage_in_bytes 2>/dev/null || echo null
}

# OpenCode logs its version when it makes a session; asking the binary takes half a second and 190 MB. For the sessions
# that are resumed it is kept beside the database, together with the binary it belongs to.
opencode_version() {
  binary=$(binary_identity)
  found=$(tail -c "+$((logged + 1))" "$data/log/opencode.log" 2>/dev/null |
    sed -n 's/.* version=\([0-9][0-9A-Za-z.+-]*\) .*/\1/p' | head -n 1)
  if [ -n "$found" ]; then
    printf '%s\n%s\n' "$found" "$binary" 2>/dev/null >"$XDG_DATA_HOME/opencode-version"
  else
    { read -r found && read -r owner && [ "$owner" = "$binary" ]; } 2>/dev/null <"$XDG_DATA_HOME/opencode-version" || found=
  fi
  echo "$found"
}

# A clock that nobody sets, in milliseconds; whole seconds of the wall clock where there is no /proc.
milliseconds() {
  if read -r uptime rest 2>/dev/null </proc/uptime; then
    echo "$((${uptime%.*} * 1000 + 1${uptime#*.}0 - 1000))"
  else
    echo "$(date +%s)000"
  fi
}

# --- session.sh ---

# --- copy.sh ---

# --- database.sh ---

main "$@"
