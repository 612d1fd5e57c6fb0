import type { ExecutionContext, ExecutionResult } from "../world/heartbeat.ts";

/** A run to be played, as one line of JSON: what is a function of the context is the pod's own. */
export interface IntoPod {
  readonly ctx: Omit<ExecutionContext, "signal" | "onLog" | "onMeta" | "onEvent" | "onCancellationReady">;
}

/** What comes of it, as lines of JSON. */
export type FromPod =
  | { readonly kind: "log"; readonly runId: string; readonly stream: "stdout" | "stderr"; readonly chunk: string }
  | { readonly kind: "result"; readonly runId: string; readonly result: ExecutionResult };
