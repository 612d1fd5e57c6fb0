# --- the copy of what OpenCode wrote, on the shared volume ---
#
# For whoever lost a part of the log. A volume may be full, or hang: that takes its time and gives a warning, no more.

copied=$OPENCODE_K8S_RUN_DIR/copied   # what came of it: `made`, or the reason why not

# Beside the follower, which a reader that stands still may hold up until the pod is killed.
start_copy() {
  [ -n "${OPENCODE_K8S_COPY_DIR-}" ] || return 0
  copy_until=$(($(milliseconds) + OPENCODE_K8S_COPY_SEC * 1000))
  copy </dev/null >/dev/null 2>&1 &
}

copy() {
  trap '' TERM INT HUP
  if complaints=$(make_room 2>&1 && make_copy 2>&1); then outcome=made; else outcome=${complaints:-"it failed"}; fi
  echo "$outcome" >"$copied"
}

# Keeps the newest of the agent, and with this one no more than asked for.
make_room() {
  umask 027
  mkdir -p "${OPENCODE_K8S_COPY_DIR%/*}" && cd "${OPENCODE_K8S_COPY_DIR%/*}" || return
  # shellcheck disable=SC2012 # names of ours; of others the agent's own may be removed
  ls -t | grep -vxF "${OPENCODE_K8S_COPY_DIR##*/}" | tail -n "+$OPENCODE_K8S_COPIES" |
    while read -r old; do rm -rf "./$old"; done
}

# The file of the events has its name when all of it is there.
make_copy() {
  umask 027
  mkdir -p "$OPENCODE_K8S_COPY_DIR" && cd "$OPENCODE_K8S_COPY_DIR" &&
    tail -c 1048576 "$errors" >stderr && cat "$events" >events.part &&
    { ! is_cut || echo >>events.part; } && mv -f events.part events.jsonl
}

# Looks for the outcome only: a process that waits for a volume cannot be ended, and is not waited for.
await_copy() {
  [ -n "${OPENCODE_K8S_COPY_DIR-}" ] || return 0
  until [ -s "$copied" ] || [ "$(milliseconds)" -ge "$copy_until" ]; do
    sleep 0.1 2>/dev/null || sleep 1
  done
  outcome=$(cat "$copied" 2>/dev/null || echo "it took more than $OPENCODE_K8S_COPY_SEC s")
  if [ "$outcome" = made ]; then
    # From the volume's top, for it may be mounted elsewhere. These names are ours, and need no quoting in JSON.
    path=.opencode-k8s/${OPENCODE_K8S_COPY_DIR##*/.opencode-k8s/}/events.jsonl
    copy="{\"path\":\"$path\",\"bytes\":$bytes}"
  else
    warn copy_failed
    copy="{\"failed\":\"$(printf %s "$outcome" | tail -n 1 | head -c 300 | tr -c ' !#-Z^-~' ' ')\"}"
  fi
}
