import type {
  AdapterEnvironmentCheck,
  AdapterEnvironmentTestContext,
  AdapterEnvironmentTestResult,
} from "@paperclipai/adapter-utils";
import { AGENT_JOB_SELECTOR } from "@opencode-k8s/job-manifest";
import { deadline, watchJobs } from "@opencode-k8s/k8s-kit";
import { clusterOf } from "../clusters.ts";
import { explain } from "../conclude/index.ts";
import { completeConfig, readOwnPod } from "../paperclip-pod/index.ts";
import { thisProcess } from "../server-process.ts";
import { missingRights } from "./missing-rights.ts";
import { databaseVolumeChecks } from "./volume-checks.ts";

/** Bound on the whole test, milliseconds. */
const TEST_MS = 10_000;

/**
 * Would a run begin, and its sessions last? Reads the configuration, reaches the cluster, asks which rights the adapter has, lists
 * what a run watches, and looks at the volume of the database. Creates nothing.
 */
export async function testEnvironment({
  adapterType,
  companyId,
  config,
}: AdapterEnvironmentTestContext): Promise<AdapterEnvironmentTestResult> {
  const checks = await tryOut(config, companyId);
  return { adapterType, status: statusOf(checks), checks, testedAt: new Date().toISOString() };
}

function statusOf(checks: readonly AdapterEnvironmentCheck[]): AdapterEnvironmentTestResult["status"] {
  const has = (wanted: AdapterEnvironmentCheck["level"]): boolean => checks.some(({ level }) => level === wanted);
  if (has("error")) return "fail";
  return has("warn") ? "warn" : "pass";
}

async function tryOut(raw: Record<string, unknown>, companyId: string): Promise<AdapterEnvironmentCheck[]> {
  try {
    const own = await readOwnPod(raw, thisProcess, () => clusterOf(undefined), undefined);
    const { config } = completeConfig(raw, companyId, own, thisProcess);
    const cluster = clusterOf(config.kubeconfig);
    using limit = deadline(cluster.clock, TEST_MS, `reaching the API server ${cluster.server}`);
    const rights = await missingRights(cluster, config, limit.signal);
    if (rights.some(({ level }) => level === "error")) return rights;
    using watch = watchJobs(cluster, config.namespace, { labelSelector: AGENT_JOB_SELECTOR });
    const [volume] = await Promise.all([
      databaseVolumeChecks(cluster, config, limit.signal),
      watch.synced(limit.signal),
    ]);
    const message = `Jobs and pods of namespace ${config.namespace} on ${cluster.server} can be watched.`;
    return [{ code: "k8s_reachable", level: "info", message }, ...rights, ...volume];
  } catch (error) {
    const { code, message } = explain(error);
    return [{ code, level: "error", message }];
  }
}
