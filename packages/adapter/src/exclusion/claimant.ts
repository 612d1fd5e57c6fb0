import type { AdapterExecutionContext } from "@paperclipai/adapter-utils";
import { asString } from "@paperclipai/adapter-utils/server-utils";
import type { RunConfig } from "../config/index.ts";
import type { Claimant } from "./claim-agent.ts";

/** Who a run is when it asks for its agent, and which run it is to go on with. */
export function claimantOf({ agent, runId, context }: AdapterExecutionContext, config: RunConfig): Claimant {
  const lostRunId = config.reattachOrphanedJobs ? asString(context.retryOfRunId, "") : "";
  return {
    namespace: config.namespace,
    agentId: agent.id,
    runId,
    taskId: null,
    lostRunId: lostRunId === "" ? null : lostRunId,
  };
}

/** Above what the other run may take, milliseconds: for its pod to go. */
const MARGIN_MS = 120_000;
/** Of a run without a limit one is waited for this long, milliseconds. */
const UNLIMITED_MS = 3_600_000;

/** How long a run waits for another one of its agent, milliseconds: as long as that may take, as its configuration is this one's. */
export function waitMs({ timeoutSec, graceSec }: Pick<RunConfig, "timeoutSec" | "graceSec">): number {
  return timeoutSec === 0 ? UNLIMITED_MS : (timeoutSec + graceSec) * 1000 + MARGIN_MS;
}
