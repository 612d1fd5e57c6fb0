import { ownedBy, type RunObjects } from "@opencode-k8s/job-manifest";
import {
  type Cluster,
  collectionPath,
  createOnce,
  deadline,
  deleteJob,
  isNotFound,
  type Job,
  type JobRef,
  refOf,
} from "@opencode-k8s/k8s-kit";
import { DELETE_MS } from "../../bounds.ts";

/** The answer to its deletion is waited for this long, milliseconds; what deletes it goes on. */
const ANSWER_MS = 800;

/**
 * A Job with its Secrets that is deleted when it is disposed of, whatever happened: by its uid, and also when nobody heard that it
 * had been made. Its Secrets are its own, and go with it.
 */
export class ShortLivedJob implements AsyncDisposable {
  readonly #cluster: Cluster;
  readonly #job: RunObjects["job"];
  #ref: JobRef | null = null;

  /** Of the Job, whose name no other has; nothing is made yet. */
  constructor(cluster: Cluster, job: RunObjects["job"]) {
    this.#cluster = cluster;
    this.#job = job;
  }

  /** @throws KubernetesError, the signal's reason */
  async create(secrets: RunObjects["secrets"], signal: AbortSignal): Promise<JobRef> {
    const { namespace = "" } = this.#job.metadata ?? {};
    const job = await createOnce(this.#cluster, collectionPath.jobs(namespace), this.#job, signal);
    this.#ref = refOf(job);
    const path = collectionPath.secrets(namespace);
    await Promise.all(secrets.map((secret) => createOnce(this.#cluster, path, ownedBy(secret, job), signal)));
    return this.#ref;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const { clock } = this.#cluster;
    const waited = new AbortController();
    await Promise.race([this.#delete(), clock.sleep(ANSWER_MS, waited.signal).catch(() => undefined)]);
    waited.abort();
  }

  /** What cannot be deleted ends by itself, by its deadline and its TTL. Never rejects. */
  async #delete(): Promise<void> {
    try {
      using limit = deadline(this.#cluster.clock, DELETE_MS, "deleting the Job of the test");
      const ref = this.#ref ?? (await this.#find(limit.signal));
      if (ref) await deleteJob(this.#cluster, ref, limit.signal);
    } catch {
      // See above.
    }
  }

  async #find(signal: AbortSignal): Promise<JobRef | null> {
    const { namespace = "", name = "" } = this.#job.metadata ?? {};
    try {
      return refOf(await this.#cluster.persist<Job>("GET", `${collectionPath.jobs(namespace)}/${name}`, { signal }));
    } catch (error) {
      if (isNotFound(error)) return null;
      throw error;
    }
  }
}
