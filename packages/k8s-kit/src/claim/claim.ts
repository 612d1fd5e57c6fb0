import { retry } from "../cluster/retry.ts";
import type { Cluster } from "../cluster/cluster.ts";
import { InvalidInputError, isTransient } from "../errors/index.ts";
import { deleteJob, type JobRef, refOf } from "../jobs/index.ts";
import { pathOf } from "../jobs/job-ref.ts";
import { collectionPath, type Job, type Lease } from "../objects.ts";
import type { SharedWatch } from "../watch/index.ts";
import { CLAIM_LABEL, FENCING, isHeldAs, isClaim, nameOf, readClaim, writeClaim } from "./claim-record.ts";
import { watchClaims } from "./claim-view.ts";
import { ClaimLostError, describe } from "./errors.ts";
import type { ClaimRecord } from "./holding.ts";
import { getJob } from "./job-fact.ts";
import { getLease, swap, type Swapped } from "./swap.ts";

/**
 * A claim that this process holds, until it is released or lost. Dispose it to leave it as it is: it stays held while its Job
 * is live, and others find out by themselves when that is over.
 */
export class Claim implements Disposable {
  /** The fencing number: larger than that of every holder before, as long as nobody deletes the Lease by hand. */
  readonly fencing: number;
  /** To be put on the Job, and on what else belongs to it: which claim, and which holder of it. */
  readonly labels: Readonly<Record<string, string>>;
  readonly #cluster: Cluster;
  readonly #using: Disposable;
  readonly #record: ClaimRecord;
  readonly #lost = new AbortController();
  readonly #left = new AbortController();
  #lease: Lease;
  #job: JobRef | null = null;
  #resumed = false;

  /** Of a Lease that was just acquired. */
  constructor(cluster: Cluster, lease: Lease) {
    this.#cluster = cluster;
    this.#lease = lease;
    this.#record = readClaim(lease);
    this.fencing = this.#record.fencing;
    this.#job = this.#record.job;
    this.#resumed = this.#job !== null;
    this.labels = { [CLAIM_LABEL]: lease.metadata?.uid ?? "", [FENCING]: String(this.fencing) };
    const leases = watchClaims(cluster, lease.metadata?.namespace ?? "");
    this.#using = leases.use();
    void this.#guard(leases); // Never rejects.
  }

  /** The Job that was started under the claim, or taken over with it; `null` before. An adopted one has an older fencing number. */
  get job(): JobRef | null {
    return this.#job;
  }

  /** Namespace and name, as `agents/reviewer`. */
  get name(): string {
    return nameOf(this.#lease);
  }

  /** Aborts with a {@link ClaimLostError} when somebody else took the claim, or its Lease was deleted or cleared by hand. */
  get lost(): AbortSignal {
    return this.#lost.signal;
  }

  /**
   * Names the Job in the Lease, and then resumes it: from here on the claim is held until that Job has no live pod. A Job
   * whose start is refused because the claim is lost never runs; it is deleted. May be called again with the same Job after
   * any other error. Two requests.
   * @param job as the API server answered its creation with `spec.suspend: true`
   * @returns the Job as it is when resumed
   * @throws ClaimLostError; InvalidInputError for a Job that is not suspended, a second one, or one after the claim was
   *   released; KubernetesError (403, …); the signal's reason, after which nobody knows whether the Job was resumed
   */
  async startJob(job: Job, signal: AbortSignal): Promise<Job> {
    const ref = this.#check(job);
    if (this.#job === null) await this.#name(ref, signal);
    this.#mustBeOurs(); // It may have been released meanwhile.
    const resumed = await this.#resume(ref, signal);
    this.#resumed = true;
    return resumed;
  }

  /**
   * Lets the next one have the claim. Call it when the Job's pod has ended, or before any Job was started; a Job of which it
   * is not known whether it was resumed stays named, and the next one looks after it. That the claim was lost is no error.
   * @throws KubernetesError (403, …); the signal's reason. May be called again.
   */
  async release(signal: AbortSignal): Promise<void> {
    this[Symbol.dispose]();
    const job = this.#resumed ? null : this.#job;
    await this.#write({ ...this.#record, holder: null, job }, signal);
  }

  [Symbol.dispose](): void {
    this.#left.abort();
    this.#using[Symbol.dispose]();
  }

  /** What was given back may be the next one's, and its loss is no longer watched for. */
  #mustBeOurs(): void {
    if (!this.#left.signal.aborted) return;
    throw new InvalidInputError("claim", this.name, "must not be over: a claim that was released starts none");
  }

  #check(job: Job): JobRef {
    this.#mustBeOurs();
    const ref = refOf(job);
    if (job.spec?.suspend !== true) {
      const why = "must be true: a Job that runs before it is named can run beside the next holder's";
      throw new InvalidInputError("job.spec.suspend", job.spec?.suspend, why);
    }
    if (ref.uid === "" || ref.namespace !== this.#lease.metadata?.namespace) {
      const why = `must be a Job of namespace ${this.#lease.metadata?.namespace} as the API server answered its creation`;
      throw new InvalidInputError("job", `${ref.namespace}/${ref.name}`, why);
    }
    if (this.#job && this.#job.uid !== ref.uid) {
      throw new InvalidInputError("job", ref.name, `must be ${this.#job.name}: a claim starts one Job`);
    }
    return ref;
  }

  async #name(ref: JobRef, signal: AbortSignal): Promise<void> {
    const { done, lease } = await this.#write({ ...this.#record, job: ref }, signal);
    if (!done) {
      await deleteJob(this.#cluster, ref, signal);
      throw this.#lose(whyLost(lease));
    }
    this.#job = ref;
  }

  async #resume(ref: JobRef, signal: AbortSignal): Promise<Job> {
    const body = {
      metadata: { uid: ref.uid, annotations: { [FENCING]: String(this.fencing) } },
      spec: { suspend: false },
    };
    try {
      const resume = (): Promise<Job> => this.#cluster.patch<Job>(pathOf(ref), { strategy: "merge", body }, { signal });
      return await retry(this.#cluster, signal, resume);
    } catch (error) {
      // 404, or 422 for another Job of that name.
      if (signal.aborted || isTransient(error) || (await getJob(this.#cluster, ref, signal)) !== null) throw error;
      throw this.#lose(`its Job ${ref.name} was withdrawn before it was resumed`);
    }
  }

  /** Writes the claim as long as it is ours, whatever else is edited on its Lease meanwhile. */
  async #write(next: ClaimRecord, signal: AbortSignal): Promise<Swapped> {
    for (;;) {
      const swapped = await swap(this.#cluster, writeClaim(this.#lease, next), signal);
      if (swapped.lease === null || (!swapped.done && !isHeldAs(swapped.lease, this.#record.id))) return swapped;
      this.#lease = swapped.lease;
      if (swapped.done) return swapped;
    }
  }

  /** The watch tells when the claim is not ours any more; because it may lag behind our own write, the Lease is asked, too. */
  async #guard(leases: SharedWatch<Lease>): Promise<void> {
    const { signal } = this.#left;
    const { namespace = "", name = "" } = this.#lease.metadata ?? {};
    const path = `${collectionPath.leases(namespace)}/${name}`;
    for await (const { type, object } of leases.changes(({ metadata }) => metadata?.name === name, signal)) {
      // One that says nothing was cleared by hand.
      const isOlder = (object.spec?.leaseTransitions ?? Infinity) < this.fencing;
      if (type === "present" && (isOlder || isHeldAs(object, this.#record.id))) continue;
      try {
        const there = await getLease(this.#cluster, path, signal);
        if (there === null || !isHeldAs(there, this.#record.id)) this.#lose(whyLost(there));
      } catch {
        // Nobody can say: the next write will.
      }
    }
  }

  #lose(why: string): ClaimLostError {
    const error = new ClaimLostError(this.name, why);
    if (!this.#left.signal.aborted) this.#lost.abort(error);
    return error;
  }
}

function whyLost(lease: Lease | null): string {
  if (lease === null) return "its Lease was deleted";
  return isClaim(lease) ? `it is held by ${describe(readClaim(lease))} now` : "its Lease is no claim any more";
}
