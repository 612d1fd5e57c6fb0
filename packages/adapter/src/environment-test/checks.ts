import { isLoopback } from "../loopback.ts";
import { dryRunPod, quotaFindings } from "./admission/index.ts";
import { claimFindings } from "./claims/claim-findings.ts";
import { databaseVolumeFindings } from "./database-volume.ts";
import type { Finding } from "./finding.ts";
import { findingOf } from "./finding-of-error.ts";
import { probeFindings, runProbe } from "./probe/index.ts";
import { referenceFindings } from "./references.ts";
import type { Subject } from "./subject.ts";

/** One thing to be found out. */
interface Check {
  /** What it is about, as the beginning of a sentence. */
  readonly what: string;
  /** @throws KubernetesError, the signal's reason */
  readonly find: (subject: Subject) => Promise<Finding[]> | Finding[];
}

const CHECKS: readonly Check[] = [
  { what: "Whether Jobs and pods can be watched", find: reachability },
  { what: "Whether the claims are there and fit", find: claimFindings },
  { what: "Whether the volume of the database is safe", find: databaseVolumeFindings },
  { what: "Whether Secrets and ConfigMaps are there", find: referenceFindings },
  { what: "Whether an address of Paperclip's API is known", find: addressOfApi },
  { what: "Whether a run's pod is taken and starts", find: podOfARun },
];

/** All that is found out, at the same time, in the order of the list. Never rejects. */
export async function findOut(subject: Subject): Promise<Finding[]> {
  const found = await Promise.all(CHECKS.map((check) => findInTime(check, subject)));
  return found.flat();
}

async function findInTime({ what, find }: Check, subject: Subject): Promise<Finding[]> {
  try {
    return await find(subject);
  } catch (error) {
    if (!subject.signal.aborted) return [findingOf(error)];
    const message = `${what} was not found out in time.`;
    return [{ code: "k8s_not_known_in_time", level: "warn", message, remedy: "Test again: the cluster is slow." }];
  }
}

async function reachability({ watch, config, cluster, signal }: Subject): Promise<Finding[]> {
  if (!watch) return [];
  await watch.synced(signal);
  const message = `Jobs and pods of namespace ${config.namespace} on ${cluster.server} can be watched.`;
  return [{ code: "k8s_reachable", level: "info", message }];
}

/** Whether it can be reached, only a pod knows. */
function addressOfApi({ apiUrl }: Subject): Finding[] {
  if (apiUrl !== undefined && !isLoopback(apiUrl)) return [];
  const message =
    apiUrl === undefined
      ? "No address of Paperclip's API is known: agents cannot use it."
      : `No pod reaches Paperclip at ${apiUrl}: that is the pod itself.`;
  const remedy = "Set paperclipApiUrl to an address that pods reach, such as that of a Service.";
  return [{ code: "paperclip_api_missing", level: "warn", message, remedy }];
}

/** By asking, by arithmetic, and, where nothing speaks against it, by trying. */
async function podOfARun(subject: Subject): Promise<Finding[]> {
  const [admission, quota] = await Promise.all([dryRunPod(subject), quotaFindings(subject)]);
  const isSaid = admission.forQuota && quota.some(({ level }) => level !== "info");
  const found = isSaid ? quota : [...quota, admission.finding];
  const why = subject.watch ? "the cluster refuses it" : "the adapter lacks rights that a run needs";
  if (admission.kind === "refused" || !subject.watch) {
    const message = `What is in the image, and whether a pod reaches Paperclip, was not tried: ${why}.`;
    return [...found, { code: "k8s_probe_skipped", level: "info", message }];
  }
  return [...found, ...(await probed(subject, subject.watch))];
}

/** What was found out before it stays, whatever comes of it. */
async function probed(subject: Subject, watch: NonNullable<Subject["watch"]>): Promise<Finding[]> {
  try {
    return probeFindings(await runProbe(subject, watch), subject);
  } catch (error) {
    if (!subject.probeSignal.aborted) return [findingOf(error)];
    return [{ code: "k8s_probe_unfinished", level: "warn", message: "No pod could be made for the test in time." }];
  }
}
