import type { AdapterExecutionContext } from "@paperclipai/adapter-utils";
import type { RunConfig } from "../config/index.ts";
import { planRun, type RunPlan } from "../plan/index.ts";
import type { ServerProcess } from "../server-process.ts";

/**
 * A run of this configuration, with a task, of an agent that does not exist: its objects collide with nobody's.
 * @throws ConfigError, ManifestError
 */
export function sampleRun(config: RunConfig, companyId: string, server: ServerProcess): RunPlan {
  const id = `environment-test-${crypto.randomUUID()}`;
  const ctx: AdapterExecutionContext = {
    runId: id,
    agent: { id, companyId, name: "Test of an environment", adapterType: "opencode_k8s", adapterConfig: {} },
    runtime: { sessionId: null, sessionParams: null, sessionDisplayId: null, taskKey: null },
    config: {},
    context: { taskId: id },
    onLog: () => Promise.resolve(),
  };
  // Only with an agent it is known whether it has a claim; where one is asked for and none can be made, it has to.
  const hasClaim = config.agentDbMode === "dedicated_pvc" && config.agentDbStorageClass === undefined;
  return planRun(ctx, config, { hasClaim, server });
}
