/** What each line of the program begins with. */
export const MARK = "opencode-k8s.probe";

/**
 * Asks for the status of Paperclip's health, and prints it, or why there is none. For Bun, which OpenCode is a program of, and for
 * Node. Followed nowhere: an address that redirects is not the API's.
 */
const FETCH = `fetch(process.env.PAPERCLIP_API_URL + "/api/health", { redirect: "manual", signal: AbortSignal.timeout(5000) }).then(
  (response) => console.log("status " + response.status),
  (error) => console.log("unreachable " + [error.code ?? error.cause?.code, error.cause?.message ?? error.message].join(" ")),
)`;

/**
 * The program of the pod of the test, in place of that of a run: which OpenCode is there, and whether Paperclip answers. POSIX sh.
 * An image needs no tool for it besides OpenCode: that is a program of Bun's, which is Bun when it is asked to be
 * (measured with OpenCode 1.18.33); else Node, curl or wget will do.
 */
const PROBE_PROGRAM: string = `set -u
say() {
  printf '${MARK} %s %s\\n' "$1" "$(printf %s "$2" | tr '\\n\\r' '  ' | cut -c 1-300)"
}
version() {
  if ! command -v opencode >/dev/null; then
    say opencode.missing "$PATH"
  elif said=$(opencode --version 2>&1 </dev/null); then
    say opencode.version "$said"
  else
    say opencode.failed "$said"
  fi
}
with_bun() {
  BUN_BE_BUN=1 opencode -e "$1"
}
with_node() {
  node -e "$1"
}
with_curl() {
  if code=$(curl -sS -m 5 -o /dev/null -w 'status %{http_code}' "$PAPERCLIP_API_URL/api/health" 2>&1); then echo "$code"; else echo "unreachable $code"; fi
}
with_wget() {
  seen=$(wget -S -O /dev/null "$PAPERCLIP_API_URL/api/health" 2>&1)
  code=$(printf '%s\\n' "$seen" | sed -n 's|^ *HTTP/[0-9.]* \\([0-9][0-9][0-9]\\).*|\\1|p' | head -n 1)
  if [ -n "$code" ]; then echo "status $code"; elif [ -n "$seen" ]; then echo "unreachable $(printf '%s\\n' "$seen" | tail -n 1)"; fi
}
api() {
  [ -n "\${PAPERCLIP_API_URL-}" ] || return 0
  for tool in opencode:bun node:node curl:curl wget:wget; do
    command -v "\${tool%:*}" >/dev/null || continue
    said=$("with_\${tool#*:}" "$1" 2>/dev/null </dev/null)
    case $said in
      'status '* | 'unreachable '*) say "api.\${said%% *}" "\${said#* }"; return ;;
    esac
  done
  say api.unchecked ''
}
api "$1" &
version
wait
`;

/** The arguments of the container: no part of them differs from test to test. */
export const PROBE_COMMAND: readonly string[] = ["/bin/sh", "-c", PROBE_PROGRAM, "opencode-k8s-probe", FETCH];
