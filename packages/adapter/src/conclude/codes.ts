/**
 * Who begins a failed run again without anybody asking.
 * - `passes`: its cause passes by itself, and Paperclip tries again (`errorFamily: transient_upstream`)
 * - `by_cause`: the same code has causes that pass and others that do not; `errorFamily` says which this one is
 * - `session`: Paperclip 2026.916, where the session outlives the pod: it is gone on with
 * - `nobody`: what failed would fail again, or was meant: a person has to look
 */
export type Retried = "passes" | "by_cause" | "session" | "nobody";

export interface CodeKind {
  /** What happened, as a sentence. */
  readonly meaning: string;
  /** What somebody can do about it; the run's own message is more exact. */
  readonly remedy: string;
  readonly retried: Retried;
}

/**
 * Every error code of a run, and what follows from it; docs/errors.md is made of it. A contract: codes are added, never
 * renamed. Those of the predecessor are kept.
 */
export const CODES = {
  configuration_incomplete: {
    meaning: "A key of the agent's configuration is missing or wrong, or OpenCode refused its own configuration.",
    remedy: "Correct what the message names. Paperclip blocks the issue until somebody has.",
    retried: "nobody",
  },
  model_not_found: {
    meaning: "The provider, or OpenCode, does not know the model.",
    remedy: "Check the key `model`, the providers that are configured, and what the provider's key may use.",
    retried: "nobody",
  },
  cancelled: {
    meaning: "Paperclip stopped the run: somebody cancelled it, or paused or reassigned its agent.",
    remedy: "Nothing. The session so far is kept where the agent's database outlives the pod.",
    retried: "nobody",
  },
  timeout: {
    meaning: "The run took longer than `timeoutSec`.",
    remedy: "Raise `timeoutSec`, or cut the task.",
    retried: "session",
  },
  k8s_silence_limit: {
    meaning: "OpenCode printed nothing for `maxSilenceSec`.",
    remedy: "If it comes again, look for what the agent waits for, or raise `maxSilenceSec`.",
    retried: "passes",
  },
  k8s_step_limit: {
    meaning: "The run took `maxSteps` steps, and had not done.",
    remedy: "Read what it did, then raise `maxSteps`, or cut the task.",
    retried: "nobody",
  },
  k8s_token_limit: {
    meaning: "The run took more than `maxTokens`.",
    remedy: "Read what it did, then raise `maxTokens`, or cut the task.",
    retried: "nobody",
  },
  k8s_cost_limit: {
    meaning: "The run cost more than `maxCostUsd`.",
    remedy: "Read what it did, then raise `maxCostUsd`, or cut the task.",
    retried: "nobody",
  },
  k8s_output_limit: {
    meaning: "OpenCode printed more than `maxOutputBytes`.",
    remedy: "Read what it did: it may have gone round in circles. Else raise `maxOutputBytes`.",
    retried: "nobody",
  },
  looping: {
    meaning:
      "The run went in circles: its steps ended for no reason that OpenCode knows, or it made the same call again and again.",
    remedy: "Check that the provider streams a `finish_reason`, and what the repeated tool call answers.",
    retried: "nobody",
  },
  llm_api_error: {
    meaning: "The provider answered with an error, could not be reached, or OpenCode printed nothing at all.",
    remedy:
      "Read the provider's words in the message: key, balance, limits, address. `resultJson.verdict` has the exact cause.",
    retried: "by_cause",
  },
  session_unavailable: {
    meaning: "OpenCode does not know the session, and a new one did not work out either.",
    remedy: "Nothing: the next run begins a new session. If it comes again, look at the agent's database.",
    retried: "nobody",
  },
  context_overflow: {
    meaning: "The conversation is longer than the model's context, and compaction did not help.",
    remedy: "Nothing for once: the next run begins a new session. Else take a larger model, or a shorter prompt.",
    retried: "nobody",
  },
  step_limit: {
    meaning: "OpenCode's own limit of steps (`steps` of its agent) ended the work.",
    remedy: "Raise `steps`, or cut the task. The next run begins a new session.",
    retried: "nobody",
  },
  output_limit: {
    meaning: "The answer was cut at the model's output limit.",
    remedy: "Raise `limit.output` of the model, or ask for less at a time.",
    retried: "session",
  },
  content_filter: {
    meaning: "The provider's content filter stopped the answer.",
    remedy: "Change the task, or take another model.",
    retried: "session",
  },
  permission_rejected: {
    meaning: "The agent asked for a permission that nobody could give.",
    remedy: "Set that permission to `allow` or `deny`: `ask` ends an unattended run.",
    retried: "session",
  },
  empty_answer: {
    meaning: "OpenCode ended as if all were well, but without a final answer.",
    remedy: "If it comes again, look at the last steps in the log, and at the provider.",
    retried: "by_cause",
  },
  opencode_missing: {
    meaning: "The image has no OpenCode that can be run, or the pod lacks what it needs.",
    remedy: "Give an `image` with `opencode` in its PATH; the message says what is missing.",
    retried: "nobody",
  },
  opencode_failed: {
    meaning: "OpenCode failed, or was ended, for another reason.",
    remedy: "Read the message: it has the end of what OpenCode wrote to stderr.",
    retried: "by_cause",
  },
  log_incomplete: {
    meaning: "OpenCode ended, but part of its output could not be read, and with it perhaps its answer.",
    remedy: "Look at what the agent did; a copy of its output stays on the shared claim, where it has one.",
    retried: "session",
  },
  k8s_image_pull_failed: {
    meaning: "The image of a container cannot be pulled.",
    remedy: "Check its name, the pull secrets, and the way from the nodes to the registry.",
    retried: "by_cause",
  },
  k8s_pod_schedule_failed: {
    meaning: "No node took the pod in time, or a volume did not come.",
    remedy:
      "Ask for less, add nodes, or correct the volume; `scheduleTimeoutSec` and `startTimeoutSec` bound the wait.",
    retried: "by_cause",
  },
  k8s_pod_rejected: {
    meaning: "The pod was not admitted: a quota, Pod Security, or a webhook.",
    remedy: "Do what the message says; docs/security.md has what the pods need.",
    retried: "by_cause",
  },
  k8s_container_config_error: {
    meaning: "A container could not be created, or its first process not be started.",
    remedy: "Check the Secrets, ConfigMaps and volumes that the configuration names.",
    retried: "by_cause",
  },
  k8s_oom_killed: {
    meaning: "The container reached its memory limit.",
    remedy: "Raise `resources.limits.memory`.",
    retried: "session",
  },
  k8s_pod_evicted: {
    meaning: "The node, or somebody who drained it, put the pod out.",
    remedy: "If it comes again, ask for the storage and memory that the agent takes.",
    retried: "by_cause",
  },
  k8s_pod_preempted: {
    meaning: "A pod of higher priority took its place.",
    remedy: "If it comes again, give the agents a `priorityClassName`.",
    retried: "by_cause",
  },
  k8s_node_lost: {
    meaning: "The pod's node is gone, or does not answer.",
    remedy: "Look at the node.",
    retried: "by_cause",
  },
  k8s_pod_killed: {
    meaning: "The container was killed, and nothing says by whom.",
    remedy: "Look at the node's log, and at its memory.",
    retried: "session",
  },
  k8s_job_deleted: {
    meaning: "Somebody deleted the Job or its pod.",
    remedy: "Find out who: `kubectl get events`, or the cluster's audit log.",
    retried: "by_cause",
  },
  k8s_job_failed: {
    meaning: "The Job failed, or its pod never started, and nothing that was seen says why.",
    remedy: "Look at the events of the namespace.",
    retried: "by_cause",
  },
  k8s_job_create_failed: {
    meaning: "The cluster did not take one of the run's objects, for its form or for a quota.",
    remedy: "Do what the message says.",
    retried: "by_cause",
  },
  k8s_api_unreachable: {
    meaning: "The API server did not answer in time. A Job that is there is left alone, and can be adopted.",
    remedy: "Check that the API server is up, and the way to it from the Paperclip server.",
    retried: "by_cause",
  },
  k8s_unauthorized: {
    meaning: "The API server does not know who the adapter is.",
    remedy: "Renew the credentials of the key `kubeconfig`, or the Paperclip pod's ServiceAccount.",
    retried: "nobody",
  },
  k8s_forbidden: {
    meaning: "The adapter's identity may not do what a run needs.",
    remedy: "Grant the right that the message names; docs/security.md has the whole Role.",
    retried: "nobody",
  },
  k8s_concurrent_run_blocked: {
    meaning: "Another run of the agent did not end in time, or took this one's place. It is named.",
    remedy: "Wait for its end, or delete that Job.",
    retried: "passes",
  },
  k8s_concurrency_guard_unreachable: {
    meaning: "Whether another run of the agent is under way could not be found out, so nothing was begun.",
    remedy: "Grant the right on `leases`, `jobs` or `pods` that the message names.",
    retried: "nobody",
  },
  k8s_detached: {
    meaning: "The Paperclip server went away, or another one took the run over. The Job goes on, and can be adopted.",
    remedy: "Nothing.",
    retried: "session",
  },
  k8s_internal_error: {
    meaning: "A fault of the adapter.",
    remedy: "Please report it, with the run's log.",
    retried: "nobody",
  },
} as const satisfies Record<string, CodeKind>;

export type ErrorCode = keyof typeof CODES;
