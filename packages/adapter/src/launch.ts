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
} from "@opencode-k8s/k8s-kit";
import { ConfigError } from "./config/index.ts";

/** A Job of ours in the cluster, by the identity that no other can take. */
export interface LaunchedJob {
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  /** The container that runs OpenCode. */
  readonly container: string;
}

/** Bound on the creation of all objects, milliseconds: an API server that is being restarted is waited for. */
const LAUNCH_MS = 60_000;

/**
 * Creates the objects of a run: the claim where it is not there yet, the Job, and at once its Secret, which the kubelet
 * waits for and which goes with the Job. A Secret that cannot be created takes the Job back.
 * @throws KubernetesError with the cluster's words; ConfigError when the namespace does not exist; the signal's reason
 */
export async function launch(
  cluster: Cluster,
  { job, secret, claim }: RunObjects,
  signal: AbortSignal,
): Promise<LaunchedJob> {
  const namespace = job.metadata?.namespace ?? "";
  using limit = deadline(cluster.clock, LAUNCH_MS, "creating the run's Job", signal);
  try {
    if (claim) await createOnce(cluster, collectionPath.claims(namespace), claim, limit.signal).catch(unlessItExists);
    const created = await createOnce(cluster, collectionPath.jobs(namespace), job, limit.signal);
    const launched = identify(created);
    try {
      await createOnce(cluster, collectionPath.secrets(namespace), ownedBy(secret, created), limit.signal);
    } catch (error) {
      // Its own bound: the Job must not stay because the time for creating was up, or the run was cancelled.
      using bound = deadline(cluster.clock, LAUNCH_MS, "deleting the Job");
      await deleteJob(cluster, launched, bound.signal).catch(() => undefined);
      throw error;
    }
    return launched;
  } catch (error) {
    throw isNotFound(error) ? missingNamespace(namespace) : error;
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
function missingNamespace(namespace: string): ConfigError {
  const want = "name a namespace that exists, or create it with `kubectl create namespace`";
  return new ConfigError([{ key: "namespace", got: namespace, want }]);
}
