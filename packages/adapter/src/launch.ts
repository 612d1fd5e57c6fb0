import { CONTAINER_NAME, ownedBy, type RunObjects } from "@opencode-k8s/job-manifest";
import {
  type Claim,
  type Cluster,
  collectionPath,
  createOnce,
  deadline,
  deleteJob,
  isNotFound,
  isTransient,
  type Job,
  type JobRef,
  KubernetesError,
  podsOf,
  refOf,
} from "@opencode-k8s/k8s-kit";
import { BEFORE_MS, DELETE_MS } from "./bounds.ts";
import { ensureDatabaseClaim } from "./database/index.ts";
import { leaveClaim, WAKE } from "./exclusion/index.ts";
import { putNetworkPolicy } from "./network-policy.ts";
import { LaunchError, type Named, type TakenBack } from "./launch-error.ts";

/** A Job of ours in the cluster, by the identity that no other can take. */
export interface LaunchedJob {
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  /** The container that runs OpenCode. */
  readonly container: string;
  /** An earlier run made it. */
  readonly adopted: boolean;
}

interface LaunchOptions {
  /** The agent's, under which the Job starts. It is released when the launch fails. */
  readonly claim: Claim;
  /** What the run was woken with: `wakeOf`. */
  readonly wake: readonly string[];
  /** Once there is a Job, the API server may be away this long, milliseconds. */
  readonly outageMs: number;
  /** Cancel, or that this process has to leave the run. */
  readonly signal: AbortSignal;
  /** Keeps what whoever reads the run should know. */
  readonly note: (message: string) => void;
}

/** The Job of a lost run, as one that was launched. */
export function adopted(job: JobRef): LaunchedJob {
  const { namespace, name, uid } = job;
  return { namespace, name, uid, container: CONTAINER_NAME, adopted: true };
}

/**
 * Creates the objects of a run: the claim of its database where it is not there yet, the policy of the agent's pods, the Job,
 * suspended, its Secrets, which go with the Job; then the agent's claim names the Job and resumes it. Once there is a Job, an
 * API server that is away is waited for; a failure takes the Job back.
 * @throws KubernetesError with the cluster's words, ConfigError when the database's claim cannot be used, the
 *   signal's reason: there never was a Job; LaunchError otherwise
 */
export async function launch(cluster: Cluster, objects: RunObjects, options: LaunchOptions): Promise<LaunchedJob> {
  const { claim, outageMs, signal } = options;
  try {
    const job = await createJob(cluster, objects, options);
    try {
      using limit = deadline(cluster.clock, outageMs, "creating the run's Secrets", signal);
      const path = collectionPath.secrets(job.metadata?.namespace ?? "");
      for (const secret of objects.secrets) await createOnce(cluster, path, ownedBy(secret, job), limit.signal);
      await claim.startJob(job, limit.signal);
      return identify(job);
    } catch (error) {
      throw await takeBack(cluster, error, identify(job), () => Promise.resolve(refOf(job)));
    }
  } catch (error) {
    await leaveClaim(cluster, claim);
    throw error;
  }
}

/** The Job, suspended, and what has to be there before it. */
async function createJob(
  cluster: Cluster,
  { job, claim: volume, networkPolicy }: RunObjects,
  { claim, wake, signal, note }: LaunchOptions,
): Promise<Job> {
  const { metadata = {}, spec } = job;
  const { namespace = "" } = metadata;
  using before = deadline(cluster.clock, BEFORE_MS, `creating the Job on ${cluster.server}`, signal);
  const body: RunObjects["job"] = {
    ...job,
    metadata: {
      ...metadata,
      labels: { ...metadata.labels, ...claim.labels },
      annotations: { ...metadata.annotations, [WAKE]: wake.join(" ") },
    },
    ...(spec && { spec: { ...spec, suspend: true } }),
  };
  if (volume) (await ensureDatabaseClaim(cluster, volume, before.signal)).forEach(note);
  if (networkPolicy) await putNetworkPolicy(cluster, networkPolicy, before.signal);
  try {
    return await createOnce(cluster, collectionPath.jobs(namespace), body, before.signal);
  } catch (error) {
    if (isRefusal(error)) throw error;
    // The answer may have been lost, not the Job.
    throw await takeBack(cluster, error, metadata, (limit) => findJob(cluster, body, limit));
  }
}

/** How often the pods of a Job that was taken back are looked for, milliseconds. */
const LOOK_MS = 1_000;

/** Removes the Job of a launch that failed, if there is one, and looks its pods gone. @returns what to throw */
async function takeBack(
  cluster: Cluster,
  failure: unknown,
  named: Named,
  find: (signal: AbortSignal) => Promise<JobRef | null>,
): Promise<LaunchError> {
  using limit = deadline(cluster.clock, DELETE_MS, "taking the Job back");
  let takenBack: TakenBack = "left behind";
  try {
    const job = await find(limit.signal);
    if (job) await deleteJob(cluster, job, limit.signal);
    takenBack = "deleted";
    while (job && (await podsOf(cluster, job, limit.signal)).length > 0)
      await cluster.clock.sleep(LOOK_MS, limit.signal);
    takenBack = "gone";
  } catch {
    // As far as it came; the failure that began this says more than what came after it.
  }
  return new LaunchError(failure, takenBack, named);
}

/** The Job of that name, if it is ours: another run's may have the name. */
async function findJob(cluster: Cluster, wanted: RunObjects["job"], signal: AbortSignal): Promise<JobRef | null> {
  const { namespace = "", name = "", labels = {} } = wanted.metadata ?? {};
  try {
    const found = await cluster.persist<Job>("GET", `${collectionPath.jobs(namespace)}/${name}`, { signal });
    const ours = Object.entries(labels).every(([label, value]) => found.metadata?.labels?.[label] === value);
    return ours ? refOf(found) : null;
  } catch (error) {
    if (isNotFound(error)) return null;
    throw error;
  }
}

/** The server has read the request, and said no. */
function isRefusal(error: unknown): boolean {
  return error instanceof KubernetesError && error.status !== null && !isTransient(error);
}

function identify(job: Job): LaunchedJob {
  return { ...adopted(refOf(job)), adopted: false };
}
