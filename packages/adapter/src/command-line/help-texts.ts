/** The command, as its users type it. */
export const NAME = "paperclip-adapter-opencode-k8s";

export const EXIT_CODES: string = `
Exit codes:
  0    done
  1    the run failed, or would fail, or is stuck, or has no log; what is told says why
  2    what was asked for makes no sense as it is: an option, the configuration, the kubeconfig, a run that is not there
  3    the cluster refused, or did not answer
  130  interrupted; what was begun was cleaned up`;

/** What the argument of commands about one run is. */
export const RUN_ARGUMENT: string = "its id, the beginning of it, or the name of its Job";

/** Of each command. */
export const EXAMPLES: Readonly<Record<"run" | "doctor" | "logs" | "explain" | "gc" | "render" | "rbac", string>> = {
  run: `
Examples:
  $ ${NAME} run "Say hello" --model anthropic/claude-sonnet-4-5 --image registry.example/opencode:1 --env ANTHROPIC_API_KEY
  $ ${NAME} run "Fix the build" --config agent.yaml --set timeoutSec=600 --namespace agents`,
  doctor: `
Examples:
  $ ${NAME} doctor --config agent.yaml --namespace agents
  $ ${NAME} doctor --config agent.yaml --json | jq '.[] | select(.level == "error")'`,
  logs: `
Examples:
  $ ${NAME} logs 3f2a --namespace agents
  $ ${NAME} logs agent-opencode-reviewer-3f2a --no-follow --json | jq -r 'select(.type == "tool_use") | .part.tool'`,
  explain: `
Examples:
  $ ${NAME} explain 3f2a --namespace agents
  $ ${NAME} explain 3f2a --html run.html
  $ ${NAME} explain 3f2a --json | jq '{code, message, remedy, costUsd}'`,
  gc: `
Examples:
  $ ${NAME} gc --namespace agents
  $ ${NAME} gc --namespace agents --older-than 7d --retained --yes`,
  render: `
Examples:
  $ ${NAME} render --config agent.yaml | kubectl apply --dry-run=server -f -
  $ ${NAME} render --model anthropic/claude-sonnet-4-5 --image opencode:1 --set cpuLimit=2 --json | conftest test -`,
  rbac: `
Examples:
  $ ${NAME} rbac --namespace agents --service-account paperclip/paperclip --explain-pending | kubectl apply -f -`,
};
