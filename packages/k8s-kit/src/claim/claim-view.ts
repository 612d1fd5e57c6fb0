import type { Cluster } from "../cluster/cluster.ts";
import type { JobRef, JobWatch } from "../jobs/index.ts";
import { watchJobs } from "../jobs/index.ts";
import { collectionPath, type Lease } from "../objects.ts";
import { type SharedWatch, sharedWatch } from "../watch/index.ts";
import { CLAIM_LABEL } from "./claim-record.ts";
import { type JobFact, jobFact } from "./job-fact.ts";

/** The one watch of a namespace's claims, whatever their number; the Leases of other tools, which renew theirs, are left out. */
export function watchClaims(cluster: Cluster, namespace: string): SharedWatch<Lease> {
  return sharedWatch<Lease>(cluster, { path: collectionPath.leases(namespace), labelSelector: CLAIM_LABEL });
}

/** One claim as the shared watches show it, with the Job that holds it. What it asks for is what all claims of the namespace share. */
export class ClaimView implements Disposable {
  readonly #cluster: Cluster;
  readonly #namespace: string;
  readonly #name: string;
  readonly #leases: SharedWatch<Lease>;
  readonly #left = new AbortController();
  readonly #using: Disposable;
  #jobs: JobWatch | null = null;
  #holder: JobRef | null = null;
  #changed = Promise.withResolvers<void>();

  constructor(cluster: Cluster, namespace: string, name: string) {
    this.#cluster = cluster;
    this.#namespace = namespace;
    this.#name = name;
    this.#leases = watchClaims(cluster, namespace);
    this.#using = this.#leases.use();
    void this.#follow(this.#leases.changes((lease) => lease.metadata?.name === name, this.#left.signal));
  }

  [Symbol.dispose](): void {
    this.#left.abort();
    this.#using[Symbol.dispose]();
    this.#jobs?.[Symbol.dispose]();
  }

  /** @throws as {@link SharedWatch.synced} */
  synced(signal: AbortSignal): Promise<void> {
    return this.#leases.synced(signal);
  }

  /** The Lease as it was last seen; `null` where there is none. */
  lease(): Lease | null {
    return this.#leases.objects().find(({ metadata }) => metadata?.name === this.#name) ?? null;
  }

  /** What the watches show of this Job. They may lag behind: that it is not live needs a fresh look. */
  factOf(ref: JobRef): JobFact {
    this.#holder = ref;
    const { jobs, pods } = this.#watchJobs();
    const job = jobs.objects().find(({ metadata }) => metadata?.uid === ref.uid) ?? null;
    return jobFact(job, pods.objects().filter(isOwnedBy(ref)));
  }

  /** Resolves at the next change of the Lease, or of the Job that was last asked for and its pods. */
  changed(): Promise<void> {
    return this.#changed.promise;
  }

  /** Jobs are watched from the first time that one is in the way: a claim that is free needs no watch of them. */
  #watchJobs(): JobWatch {
    if (this.#jobs) return this.#jobs;
    const watch = watchJobs(this.#cluster, this.#namespace);
    this.#jobs = watch;
    const { signal } = this.#left;
    void this.#follow(watch.jobs.changes(({ metadata }) => metadata?.uid === this.#holder?.uid, signal));
    void this.#follow(watch.pods.changes((pod) => this.#holder !== null && isOwnedBy(this.#holder)(pod), signal));
    return watch;
  }

  async #follow(changes: AsyncIterable<unknown>): Promise<void> {
    for await (const _ of changes) {
      const { resolve } = this.#changed;
      this.#changed = Promise.withResolvers();
      resolve();
    }
  }
}

function isOwnedBy({
  uid,
}: JobRef): (object: {
  readonly metadata?: { readonly ownerReferences?: readonly { readonly uid: string }[] };
}) => boolean {
  return ({ metadata }) => (metadata?.ownerReferences ?? []).some((owner) => owner.uid === uid);
}
