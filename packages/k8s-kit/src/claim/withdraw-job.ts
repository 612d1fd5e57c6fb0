import type { Cluster } from "../cluster/cluster.ts";
import { listed } from "../cluster/listed.ts";
import { isConflict, isNotFound } from "../errors/index.ts";
import { collectionPath, type Job, type Lease, type ObjectList } from "../objects.ts";
import { deadline } from "../time/deadline.ts";
import { CLAIM_LABEL, FENCING } from "./claim-record.ts";
import { jobFact } from "./job-fact.ts";

/**
 * Deletes a Job as it was seen, suspended: resumed in between, it is another version and stays. `true`: it is gone, and can
 * never be resumed. `false`: nobody knows; look again.
 * @throws KubernetesError (403, …); the signal's reason
 */
export async function withdrawJob(cluster: Cluster, { metadata }: Job, signal: AbortSignal): Promise<boolean> {
  const { namespace = "", name = "", uid, resourceVersion } = metadata ?? {};
  const preconditions = { uid, resourceVersion };
  const body = { apiVersion: "v1", kind: "DeleteOptions", propagationPolicy: "Background", preconditions };
  try {
    await cluster.persist("DELETE", `${collectionPath.jobs(namespace)}/${name}`, { body, signal });
    return true;
  } catch (error) {
    // Gone already may also mean: resumed, and then deleted by somebody else.
    if (isNotFound(error) || isConflict(error)) return false;
    throw error;
  }
}

/** A claim that names no Job is anybody's after 60 s. Milliseconds. */
const SWEEP_MS = 10_000;

/**
 * Deletes the suspended Jobs that an earlier holder created and never named: they can never be resumed, nobody else would
 * miss them. Does what it can within 10 s: the claim is held meanwhile, and nothing runs under it.
 */
export async function sweepUnnamed(cluster: Cluster, lease: Lease, until: AbortSignal): Promise<void> {
  using limit = deadline(cluster.clock, SWEEP_MS, "sweeping", until);
  const { signal } = limit;
  const { namespace = "", uid = "" } = lease.metadata ?? {};
  const ours = lease.spec?.leaseTransitions ?? 0;
  const query = { labelSelector: `${CLAIM_LABEL}=${uid},${FENCING}!=${ours}` };
  // By the time that this is read, the claim may be the next one's.
  const isEarlier = ({ metadata }: Job): boolean => Number(metadata?.labels?.[FENCING]) < ours;
  try {
    const path = collectionPath.jobs(namespace);
    const { items } = listed(await cluster.persist<ObjectList<Job>>("GET", path, { query, signal }), path);
    for (const job of items.filter(isEarlier))
      if (jobFact(job, []) === "unstarted") await withdrawJob(cluster, job, signal);
  } catch {
    // What is left over costs a name in the namespace, and nothing else.
  }
}
