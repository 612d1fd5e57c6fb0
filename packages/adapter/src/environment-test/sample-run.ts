import type { AdapterExecutionContext } from "@paperclipai/adapter-utils";
import type { RunConfig } from "../config/index.ts";
import { planRun, type RunPlan } from "../plan/index.ts";
import type { ServerProcess } from "../server-process.ts";

/** An agent that does not exist: nothing of it collides with another's. */
export function sampleAgent(companyId: string): AdapterExecutionContext["agent"] {
  const id = `environment-test-${crypto.randomUUID()}`;
  return { id, companyId, name: "Test of an environment", adapterType: "opencode_k8s", adapterConfig: {} };
}

/**
 * A run of this configuration, with a task.
 * @throws ConfigError, ManifestError
 */
export function sampleRun(config: RunConfig, companyId: string, server: ServerProcess): RunPlan {
  const agent = sampleAgent(companyId);
  const { id } = agent;
  const ctx: AdapterExecutionContext = {
    runId: id,
    agent,
    runtime: { sessionId: null, sessionParams: null, sessionDisplayId: null, taskKey: null },
    config: {},
    context: { taskId: id },
    onLog: () => Promise.resolve(),
  };
  // Only with an agent it is known whether it has a claim. Without one, and without a class to make it of, there is no plan.
  const hasClaim = config.agentDbMode === "dedicated_pvc" && config.agentDbStorageClass === undefined;
  return planRun(ctx, config, { hasClaim, server });
}
