import { CONTAINER_NAME, ownedBy, type RunObjects } from "@opencode-k8s/job-manifest";
import {
  type Cluster,
  collectionPath,
  createOnce,
  deadline,
  deleteJob,
  isAlreadyExists,
  isNotFound,
  type Job,
  KubernetesError,
} from "@opencode-k8s/k8s-kit";
import { DELETE_MS, OUTAGE_MS } from "./bounds.ts";
import { ConfigError } from "./config/index.ts";

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

/** A launch failed, and its Job is still there: somebody has to know. */
export class LeftBehindError extends Error {
  override readonly name = "LeftBehindError";

  constructor({ namespace, name }: { namespace: string; name: string }, cause: unknown) {
    const why = cause instanceof Error ? cause.message : String(cause);
    super(`${why}. Job ${name} in namespace ${namespace} may still be there: delete it.`, { cause });
  }
}

/**
 * Creates the objects of a run: the claim where it is not there yet, the Job, and at once its Secret, which the kubelet
 * waits for and which goes with the Job. Once there is a Job, an API server that is away is waited for; a failure takes the
 * Job back.
 * @throws KubernetesError with the cluster's words; ConfigError when the namespace does not exist; LeftBehindError; the
 *   signals' reasons
 */
export async function launch(
  cluster: Cluster,
  { job, secret, claim }: RunObjects,
  { before, cancel }: LaunchSignals,
): Promise<LaunchedJob> {
  const namespace = job.metadata?.namespace ?? "";
  try {
    if (claim) await createOnce(cluster, collectionPath.claims(namespace), claim, before).catch(unlessItExists);
    const created = await createOnce(cluster, collectionPath.jobs(namespace), job, before);
    using limit = deadline(cluster.clock, OUTAGE_MS, "creating the run's Secret", cancel);
    await createOnce(cluster, collectionPath.secrets(namespace), ownedBy(secret, created), limit.signal);
    return identify(created);
  } catch (error) {
    const failure = isMissingNamespace(error) ? missingNamespace(namespace) : error;
    await takeBack(cluster, job.metadata ?? {}, failure);
    throw failure;
  }
}

interface Named {
  readonly namespace?: string;
  readonly name?: string;
  readonly labels?: Readonly<Record<string, string>>;
}

/** Removes the Job of a launch that failed, where there may be one: an answer that got lost does not mean that there is none. */
async function takeBack(cluster: Cluster, wanted: Named, failure: unknown): Promise<void> {
  if (failure instanceof ConfigError) return;
  const { namespace = "", name = "", labels = {} } = wanted;
  using limit = deadline(cluster.clock, DELETE_MS, "taking the Job back");
  try {
    const path = `${collectionPath.jobs(namespace)}/${name}`;
    const found = await cluster.persist<Job>("GET", path, { signal: limit.signal });
    // Another run's Job may have the name.
    const ours = Object.entries(labels).every(([label, value]) => found.metadata?.labels?.[label] === value);
    if (ours && !isAlreadyExists(failure)) await deleteJob(cluster, identify(found), limit.signal);
  } catch (error) {
    if (!isNotFound(error)) throw new LeftBehindError({ namespace, name }, failure);
  }
}

function identify(job: Job): LaunchedJob {
  const { namespace = "", name = "", uid = "" } = job.metadata ?? {};
  return { namespace, name, uid, container: CONTAINER_NAME };
}

function unlessItExists(error: unknown): void {
  if (!isAlreadyExists(error)) throw error;
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
