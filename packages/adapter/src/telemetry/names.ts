/** The spans of a run; those of steps and tools are in the one of the agent. */
export type SpanName =
  | "invoke_agent"
  | "plan"
  | "claim"
  | "launch"
  | "schedule"
  | "start"
  | "pull"
  | "agent"
  | "step"
  | "execute_tool"
  | "drain"
  | "clean_up";

/** What each of them tells the time of. */
export const SPANS: Readonly<Record<SpanName, string>> = {
  invoke_agent:
    "The run, from Paperclip's call to the result; its name ends with the agent's. Child of the host's active span.",
  plan: "Configuration, files, the connection to the API server, and the plan.",
  claim: "Waiting for the agent to be free.",
  launch: "Creating the Job and its Secrets.",
  schedule: "Until the pod has a node.",
  start: "From there until OpenCode's container runs: volumes, network, images, init containers.",
  pull: "An image that the node did not have, by the node's clock, which tells seconds. Inside `start`; costs a traced run one request for the pod's events.",
  agent: "OpenCode runs, and its log is followed.",
  step: "One step of OpenCode, its tools included, from the model's first word on, by the time in the pod. Inside `agent`.",
  execute_tool: "One call of a tool, by the time in the pod; its name ends with the tool's. Inside its `step`.",
  drain: "OpenCode has ended: the rest of the log, and the container's own word where that is waited for.",
  clean_up: "The Job's deletion, and the agent's release. Goes on after the run has ended.",
};

/** What happens in a span. */
export type EventName = "log.reconnect" | "log.gap" | "opencode.error";

export const EVENTS: Readonly<Record<EventName, string>> = {
  "log.reconnect": "The log of the container that runs was opened again.",
  "log.gap": "Lines may be missing here.",
  "opencode.error": "OpenCode reported an error, such as one of the provider; the run may go on.",
};

/** Every attribute of a span or an event. None of them ever has a prompt, an answer, or what a tool was called with or said. */
export const ATTRIBUTES = {
  "gen_ai.operation.name": "`invoke_agent` or `execute_tool`",
  "gen_ai.agent.id": "The agent's id in Paperclip",
  "gen_ai.agent.name": "Its name there",
  "gen_ai.provider.name": "What stands before the first `/` of the model: OpenCode's name of the provider",
  "gen_ai.request.model": "What stands behind it",
  "gen_ai.conversation.id": "OpenCode's session",
  "gen_ai.response.finish_reasons": "Why the step, or the run's last one, finished; OpenCode's word",
  "gen_ai.usage.input_tokens": "What the model read, cached tokens included",
  "gen_ai.usage.output_tokens": "What it wrote, its reasoning included",
  "gen_ai.usage.cache_read.input_tokens": "Of the input: read from the provider's cache",
  "gen_ai.usage.cache_creation.input_tokens": "Of the input: written to it",
  "gen_ai.tool.name": "The tool",
  "gen_ai.tool.call.id": "The model's id of the call",
  "k8s.namespace.name": "Namespace of the run",
  "k8s.job.name": "Its Job",
  "k8s.job.uid": "The Job's uid",
  "k8s.pod.name": "Its pod",
  "k8s.pod.uid": "The pod's uid",
  "k8s.node.name": "The pod's node",
  "k8s.container.name": "The container whose image was pulled",
  "error.type":
    "The `errorCode` of the run; the name of OpenCode's error; `tool_error`; of `clean_up` the name of what was thrown",
  "http.response.status_code": "What the provider answered, on the event `opencode.error`",
  "opencode_k8s.run.id": "The run's id in Paperclip",
  "opencode_k8s.run.adopted": "The Job is that of a run that its server lost",
  "opencode_k8s.cost": "US dollars, where OpenCode has a price for the model",
} as const satisfies Readonly<Record<string, string>>;

export type AttributeName = keyof typeof ATTRIBUTES;

/** Attributes that are in the table; what is `undefined` is left out. */
export type Told = Readonly<Partial<Record<AttributeName, string | number | boolean | string[] | undefined>>>;
