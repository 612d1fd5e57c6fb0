import type {
  AdapterEnvironmentCheck,
  AdapterEnvironmentTestContext,
  AdapterEnvironmentTestResult,
} from "@paperclipai/adapter-utils";
import { AGENT_JOB_SELECTOR } from "@opencode-k8s/job-manifest";
import { deadline, watchJobs } from "@opencode-k8s/k8s-kit";
import { clusterOf } from "./clusters.ts";
import { explain } from "./conclude/index.ts";
import { completeConfig, readOwnPod } from "./paperclip-pod/index.ts";
import { thisProcess } from "./server-process.ts";

/** Bound on the whole test, milliseconds. */
const TEST_MS = 10_000;

/** Would a run begin? Reads the configuration, reaches the cluster and lists what a run watches. Creates nothing. */
export async function testEnvironment({
  adapterType,
  companyId,
  config,
}: AdapterEnvironmentTestContext): Promise<AdapterEnvironmentTestResult> {
  const check = await tryOut(config, companyId);
  return {
    adapterType,
    status: check.level === "error" ? "fail" : "pass",
    checks: [check],
    testedAt: new Date().toISOString(),
  };
}

async function tryOut(raw: Record<string, unknown>, companyId: string): Promise<AdapterEnvironmentCheck> {
  try {
    const own = await readOwnPod(raw, thisProcess, () => clusterOf(undefined), undefined);
    const { config } = completeConfig(raw, companyId, own, thisProcess);
    const cluster = clusterOf(config.kubeconfig);
    using watch = watchJobs(cluster, config.namespace, { labelSelector: AGENT_JOB_SELECTOR });
    using limit = deadline(cluster.clock, TEST_MS, `reaching the API server ${cluster.server}`);
    await watch.synced(limit.signal);
    const message = `Jobs and pods of namespace ${config.namespace} on ${cluster.server} can be watched.`;
    return { code: "k8s_reachable", level: "info", message };
  } catch (error) {
    const { code, message } = explain(error);
    return { code, level: "error", message };
  }
}
