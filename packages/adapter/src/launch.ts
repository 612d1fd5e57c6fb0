import { CONTAINER_NAME, ownedBy, type RunObjects } from "@opencode-k8s/job-manifest";
import {
  type Cluster,
  collectionPath,
  createOnce,
  deadline,
  deleteJob,
  isNotFound,
  isTransient,
  type Job,
  KubernetesError,
  podsOf,
} from "@opencode-k8s/k8s-kit";
import { DELETE_MS, OUTAGE_MS } from "./bounds.ts";
import { ConfigError } from "./config/index.ts";
import { ensureDatabaseClaim } from "./database-claim.ts";
import { putNetworkPolicy } from "./network-policy.ts";
import { LaunchError, type Named, type TakenBack } from "./launch-error.ts";

/** A Job of ours in the cluster, by the identity that no other can take. */
export interface LaunchedJob {
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  /** The container that runs OpenCode. */
  readonly container: string;
}

interface LaunchSignals {
  /** Bounds everything up to the Job. */
  readonly before: AbortSignal;
  /** Paperclip's. */
  readonly cancel: AbortSignal | undefined;
}

/** Keeps what whoever reads the run should know. */
type Note = (message: string) => void;

/**
 * Creates the objects of a run: the claim where it is not there yet, the policy of the agent's pods, the Job, and at once its
 * Secrets, which the kubelet waits for and which go with the Job. Once there is a Job, an API server that is away is waited for; a failure takes the
 * Job back.
 * @throws KubernetesError with the cluster's words, ConfigError when the namespace does not exist or the claim cannot be used, the
 *   signal's reason: there never was a Job; LaunchError otherwise
 */
export async function launch(
  cluster: Cluster,
  { job, secrets, claim, networkPolicy }: RunObjects,
  { before, cancel }: LaunchSignals,
  note: Note = () => undefined,
): Promise<LaunchedJob> {
  const namespace = job.metadata?.namespace ?? "";
  const path = collectionPath.jobs(namespace);
  try {
    if (claim) (await ensureDatabaseClaim(cluster, claim, before)).forEach((problem) => note(problem));
    if (networkPolicy) await putNetworkPolicy(cluster, networkPolicy, before);
  } catch (error) {
    throw isMissingNamespace(error) ? missingNamespace(namespace) : error;
  }
  let created: Job;
  try {
    created = await createOnce(cluster, path, job, before);
  } catch (error) {
    if (isMissingNamespace(error)) throw missingNamespace(namespace);
    if (isRefusal(error)) throw error;
    // The answer may have been lost, not the Job.
    throw await takeBack(cluster, error, job.metadata ?? {}, (signal) => findJob(cluster, job, signal));
  }
  const launched = identify(created);
  try {
    using limit = deadline(cluster.clock, OUTAGE_MS, "creating the run's Secrets", cancel);
    for (const secret of secrets)
      await createOnce(cluster, collectionPath.secrets(namespace), ownedBy(secret, created), limit.signal);
    return launched;
  } catch (error) {
    throw await takeBack(cluster, error, launched, () => Promise.resolve(launched));
  }
}

/** How often the pods of a Job that was taken back are looked for, milliseconds. */
const LOOK_MS = 1_000;

/** Removes the Job of a launch that failed, if there is one, and looks its pods gone. @returns what to throw */
async function takeBack(
  cluster: Cluster,
  failure: unknown,
  named: Named,
  find: (signal: AbortSignal) => Promise<LaunchedJob | null>,
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
async function findJob(cluster: Cluster, wanted: RunObjects["job"], signal: AbortSignal): Promise<LaunchedJob | null> {
  const { namespace = "", name = "", labels = {} } = wanted.metadata ?? {};
  try {
    const found = await cluster.persist<Job>("GET", `${collectionPath.jobs(namespace)}/${name}`, { signal });
    const ours = Object.entries(labels).every(([label, value]) => found.metadata?.labels?.[label] === value);
    return ours ? identify(found) : null;
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
  const { namespace = "", name = "", uid = "" } = job.metadata ?? {};
  return { namespace, name, uid, container: CONTAINER_NAME };
}

/** A list in a namespace that does not exist is empty; only a create says 404. */
function isMissingNamespace(error: unknown): boolean {
  return (
    isNotFound(error) &&
    error instanceof KubernetesError &&
    error.request.method === "POST" &&
    /namespaces? "/.test(error.message)
  );
}

function missingNamespace(namespace: string): ConfigError {
  const want = "name a namespace that exists, or create it with `kubectl create namespace`";
  return new ConfigError([{ key: "namespace", got: namespace, want }]);
}
