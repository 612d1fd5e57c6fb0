import type { AdapterExecutionContext } from "@paperclipai/adapter-utils";
import { asString } from "@paperclipai/adapter-utils/server-utils";
import type { RunConfig } from "../config/index.ts";
import { PaperclipApi } from "../paperclip/index.ts";
import type { ServerProcess } from "../server-process.ts";
import type { Claimant } from "./claim-agent.ts";
import type { Wanted } from "./orphan.ts";
import { wakeOf } from "./wake.ts";

/** Who a run is when it asks for its agent, and which run it is to go on with. */
export function claimantOf(ctx: AdapterExecutionContext, config: RunConfig, server: ServerProcess): Claimant {
  const { agent, runId, context } = ctx;
  return {
    namespace: config.namespace,
    agentId: agent.id,
    runId,
    taskId: asString(context.taskId, "") || asString(context.issueId, ""),
    tasksAtOnce: config.allowConcurrentTasks,
    wanted: config.reattachOrphanedJobs ? wantedBy(ctx, server) : null,
  };
}

function wantedBy(ctx: AdapterExecutionContext, server: ServerProcess): Wanted {
  const api = PaperclipApi.of(server, ctx.authToken);
  return {
    runId: asString(ctx.context.retryOfRunId, "") || null,
    wake: wakeOf(ctx),
    wordOf: (runId, signal) => api?.run(runId, signal) ?? Promise.resolve(null),
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
