import type { ExecutionContext, ExecutionResult } from "../world/heartbeat.ts";

/** As lines of JSON: a run to be played, where what is a function of the context is the pod's own; and that a line of one was taken. */
export type IntoPod =
  | {
      readonly kind: "run";
      readonly ctx: Omit<ExecutionContext, "signal" | "onLog" | "onMeta" | "onEvent" | "onCancellationReady">;
    }
  | { readonly kind: "taken"; readonly runId: string };

/** What comes of it, as lines of JSON. */
export type FromPod =
  | { readonly kind: "log"; readonly runId: string; readonly stream: "stdout" | "stderr"; readonly chunk: string }
  | { readonly kind: "result"; readonly runId: string; readonly result: ExecutionResult };
