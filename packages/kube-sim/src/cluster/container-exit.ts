import type { ContainerExit } from "../containers/runtime.ts";
import type { ContainerLog } from "../logs/container-log.ts";
import type { ContainerRecord } from "./pod-status.ts";

/** `terminationMessagePolicy: FallbackToLogsOnError` takes the last 80 lines, 2 KiB at most. */
const FALLBACK_LINES = 80;
const FALLBACK_BYTES = 2048;

type Terminated = NonNullable<ContainerRecord["state"]["terminated"]>;

/** The state of a container that is over, as the kubelet reports it. */
export function terminatedState(
  { container, containerID }: ContainerRecord,
  exit: ContainerExit,
  log: ContainerLog,
  times: { startedAt: string; finishedAt: string },
): Terminated {
  const { exitCode, signal, reason = exitCode === 0 ? "Completed" : "Error" } = exit;
  const fallsBack = container.terminationMessagePolicy === "FallbackToLogsOnError" && exitCode !== 0;
  const message = exit.message || (fallsBack ? log.tail(FALLBACK_LINES, FALLBACK_BYTES) : "");
  return {
    exitCode,
    ...(signal !== undefined && { signal }),
    reason,
    ...(message && { message }),
    ...times,
    ...(containerID && { containerID }),
  };
}
