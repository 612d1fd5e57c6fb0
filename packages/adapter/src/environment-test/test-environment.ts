import type { AdapterEnvironmentTestContext, AdapterEnvironmentTestResult } from "@paperclipai/adapter-utils";
import { AGENT_JOB_SELECTOR } from "@opencode-k8s/job-manifest";
import { type Clock, deadline, systemClock, watchJobs } from "@opencode-k8s/k8s-kit";
import { clusterOf, type ClusterSource } from "../clusters.ts";
import { ConfigError } from "../config/index.ts";
import { Cleaner, secretsOfRun } from "../log/index.ts";
import { completeConfig, readOwnPod, withInheritedValues } from "../paperclip-pod/index.ts";
import { type ServerProcess, thisProcess } from "../server-process.ts";
import { findOut } from "./checks.ts";
import { type Finding, toCheck } from "./finding.ts";
import { findingOf } from "./finding-of-error.ts";
import { Look } from "./look.ts";
import { missingRights } from "./missing-rights.ts";
import { sampleAgent, sampleRun } from "./sample-run.ts";

/** Bound on finding out, milliseconds; with what deletes the pod of the test it is under 10 s. */
const TEST_MS = 9_000;
/** Of that the pod of the test has this part: what it has not said by then is looked for in its events. */
const PROBE_SHARE = 0.85;

export interface TestOptions {
  /** Where clusters come from; tests hand over their own. */
  readonly clusterFor?: ClusterSource;
  /** The process of the Paperclip server; this one unless given. */
  readonly server?: ServerProcess;
  readonly clock?: Clock;
  /** Bound on finding out, milliseconds; 9,000 unless given. */
  readonly withinMs?: number;
  /** Ends it sooner: what was not found out is said so. */
  readonly signal?: AbortSignal;
}

/** Paperclip's test of an agent's environment. Never throws. */
export async function testEnvironment(
  { adapterType, companyId, config }: AdapterEnvironmentTestContext,
  options: TestOptions = {},
): Promise<AdapterEnvironmentTestResult> {
  const checks = (await environmentFindings(config, companyId, options)).map(toCheck);
  const has = (wanted: Finding["level"]): boolean => checks.some(({ level }) => level === wanted);
  const status = has("error") ? "fail" : has("warn") ? "warn" : "pass";
  return { adapterType, status, checks, testedAt: new Date().toISOString() };
}

/**
 * Would a run begin, and its sessions last? Reads the configuration, asks which rights the adapter has, and then for everything
 * else at once; in the end one pod like a run's says what it sees, and is deleted. Nothing is left behind, and nothing secret is in
 * what is found. Never throws.
 * @param raw the configuration, unchecked
 */
export async function environmentFindings(
  raw: Readonly<Record<string, unknown>>,
  companyId: string,
  options: TestOptions = {},
): Promise<Finding[]> {
  const { clusterFor = clusterOf, server = thisProcess, clock = systemClock, withinMs = TEST_MS, signal } = options;
  using limit = deadline(clock, withinMs, "the test of the environment", signal);
  using probing = deadline(clock, withinMs * PROBE_SHARE, "the pod of the test", signal);
  const sources = { config: raw, agent: sampleAgent(companyId) };
  let cleaner = new Cleaner(secretsOfRun(sources));
  const clean = (findings: readonly Finding[]): Finding[] =>
    findings.map((finding) => ({ ...finding, message: cleaner.text(finding.message) }));
  try {
    const own = await readOwnPod(raw, server, () => clusterFor({}), limit.signal);
    const { config, notes } = completeConfig(raw, companyId, own, server);
    cleaner = new Cleaner(secretsOfRun(sources, withInheritedValues(config, server)));
    const plan = sampleRun(config, companyId, server);
    const cluster = clusterFor(config);
    const rights = await missingRights(cluster, config, limit.signal);
    const mayRun = !rights.some(({ level }) => level === "error");
    using watch = mayRun ? watchJobs(cluster, config.namespace, { labelSelector: AGENT_JOB_SELECTOR }) : null;
    const found = await findOut({
      cluster,
      config,
      objects: plan.objects,
      apiUrl: plan.env["PAPERCLIP_API_URL"],
      planFor: (changed) => sampleRun(changed, companyId, server),
      watch,
      look: new Look(cluster, limit.signal),
      signal: limit.signal,
      probeSignal: probing.signal,
    });
    return clean([...ofOwnPod(own.kind, notes), ...rights, ...found]);
  } catch (error) {
    return clean(error instanceof ConfigError ? ofConfiguration(error) : [findingOf(error)]);
  }
}

/** Each problem by itself, with its remedy. */
function ofConfiguration({ problems }: ConfigError): Finding[] {
  return problems.map((problem) => {
    const { message } = new ConfigError([problem]);
    return { code: "configuration_incomplete", level: "error", message, remedy: `Check the key ${problem.key}.` };
  });
}

/** What a run would have of it: image and namespace, for one. */
function ofOwnPod(kind: Awaited<ReturnType<typeof readOwnPod>>["kind"], notes: readonly string[]): Finding[] {
  if (notes.length === 0) return [];
  const message = notes.join(" ");
  if (kind === "unreadable") return [{ code: "paperclip_pod_unreadable", level: "warn", message }];
  return [{ code: "paperclip_pod_inherited", level: "info", message }];
}
