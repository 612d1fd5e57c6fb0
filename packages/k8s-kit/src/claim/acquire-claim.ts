import { randomUUID } from "node:crypto";
import type { Cluster } from "../cluster/cluster.ts";
import { assertDuration, assertLabelName, assertObjectName, InvalidInputError } from "../errors/index.ts";
import { changeOrTime } from "../jobs/change-or-time.ts";
import type { JobRef } from "../jobs/index.ts";
import type { Lease } from "../objects.ts";
import { deadline } from "../time/deadline.ts";
import { Claim } from "./claim.ts";
import { readClaim, writeClaim } from "./claim-record.ts";
import { ClaimView } from "./claim-view.ts";
import { decide, type Seen } from "./decide.ts";
import { ClaimHeldError } from "./errors.ts";
import type { ClaimRecord, Holding } from "./holding.ts";
import { lookAtJob } from "./job-fact.ts";
import { swap, type Swapped } from "./swap.ts";
import { sweepUnnamed, withdrawJob } from "./withdraw-job.ts";

export interface ClaimRequest {
  readonly namespace: string;
  /** Of the Lease: what at most one may run at a time. */
  readonly name: string;
  /** Who asks, in words for others: a run, a server. Not an identity: two may say the same. */
  readonly holder: string;
  /** Put on the Lease when it is created. */
  readonly labels?: Readonly<Record<string, string>>;
}

export interface AcquireOptions {
  readonly signal: AbortSignal;
  /** How long to wait while somebody else holds the claim, milliseconds. 0: not at all; `Infinity`: without a bound. */
  readonly waitMs: number;
  /** Who holds the claim, each time that changes while we wait. */
  readonly onWait?: (holding: Holding) => void;
  /**
   * This Job, where the claim names it and it was resumed, is taken over together with the claim, whether it still runs or is
   * over: its holder is gone, and this process observes it from here on. A holder that is not gone loses the claim.
   */
  readonly adopt?: JobRef;
}

/** The API server may be out of sight this much longer than the wait, milliseconds. */
const REACH_MS = 15_000;
/** What the watches are about to tell is looked at again after this long at the latest, milliseconds. */
const SOON_MS = 5_000;

/**
 * Acquires a claim, or waits for it: by watches, without a request while nothing changes. Free, it costs one request.
 * @throws ClaimHeldError after `waitMs`; ForeignLeaseError; InvalidInputError; KubernetesError (401, 403, or what kept the API
 *   server away for `waitMs` and 15 s); the signal's reason. May be called again after each of them.
 */
export async function acquireClaim(cluster: Cluster, request: ClaimRequest, options: AcquireOptions): Promise<Claim> {
  check(request, options);
  const { namespace, name } = request;
  using limit = deadline(cluster.clock, options.waitMs + REACH_MS, `claim ${namespace}/${name}`, options.signal);
  using view = new ClaimView(cluster, namespace, name);
  await view.synced(limit.signal);
  return new Claim(cluster, await new Claimant(cluster, request, options, view, limit.signal).contend());
}

/** One process's way to one claim: look, decide, do, until the claim is its own. */
class Claimant {
  readonly #cluster: Cluster;
  readonly #request: ClaimRequest;
  readonly #options: AcquireOptions;
  readonly #view: ClaimView;
  readonly #signal: AbortSignal;
  readonly #id: string = randomUUID();
  readonly #began: number;
  #seenVersion: string | null = null;
  #seen: Seen = { since: 0, fact: null, absentSince: null };
  /** The watches do not show the Job that is there: its end may come and go before they do. */
  #lags = false;
  #told = "";

  constructor(cluster: Cluster, request: ClaimRequest, options: AcquireOptions, view: ClaimView, signal: AbortSignal) {
    this.#cluster = cluster;
    this.#request = request;
    this.#options = options;
    this.#view = view;
    this.#signal = signal;
    this.#began = cluster.clock.monotonic();
  }

  /** @returns the Lease, once it is ours */
  async contend(): Promise<Lease> {
    for (;;) {
      // Asked for before anything is looked at, so that no change in between is missed.
      const changed = this.#view.changed();
      const lease = this.#view.lease();
      const record = lease && readClaim(lease);
      await this.#look(lease, record);
      if (record?.job && this.#isAdoptable(record.job)) {
        const { done, lease: adopted } = await this.#take(lease, record, record.job);
        if (done) return adopted;
        await this.#wait(changed, adopted && readClaim(adopted), this.#now + SOON_MS);
        continue;
      }
      const decision = decide(record, this.#seen, this.#now);
      if (decision.do === "wait") {
        await this.#wait(changed, record, this.#lags ? this.#now + SOON_MS : decision.until);
        continue;
      }
      if (decision.do === "withdraw") {
        if (record?.job && (await this.#withdraw(record.job))) this.#seen = { ...this.#seen, fact: "over" };
        else await this.#wait(changed, record, this.#now + SOON_MS);
        continue;
      }
      const { done, lease: there } = await this.#take(lease, record);
      if (done) return there;
      await this.#wait(changed, there && readClaim(there), this.#now + SOON_MS);
    }
  }

  get #now(): number {
    return this.#cluster.clock.monotonic();
  }

  /** Learns what has to be known of this state of the Lease. */
  async #look(lease: Lease | null, record: ClaimRecord | null): Promise<void> {
    const version = lease && `${lease.metadata?.uid}/${lease.metadata?.resourceVersion}`;
    if (version !== this.#seenVersion) {
      this.#seenVersion = version;
      this.#seen = { since: this.#now, fact: null, absentSince: null };
    }
    this.#lags = false;
    if (!record?.job || this.#seen.fact === "over") return;
    const shown = this.#view.factOf(record.job);
    const isHeld = shown === "live" || shown === "unstarted";
    // That a Job is over, or gone, is believed only after a fresh look (argo 4565, 5126, 7466: complaint 15).
    const fact = isHeld ? shown : (await lookAtJob(this.#cluster, record.job, this.#signal)).fact;
    this.#lags = !isHeld && (fact === "live" || fact === "unstarted");
    const absentSince = fact === "absent" ? (this.#seen.absentSince ?? this.#now) : null;
    this.#seen = { ...this.#seen, fact, absentSince };
  }

  #isAdoptable({ uid }: JobRef): boolean {
    const { fact } = this.#seen;
    return uid === this.#options.adopt?.uid && (fact === "live" || fact === "over");
  }

  async #take(lease: Lease | null, record: ClaimRecord | null, job: JobRef | null = null): Promise<Swapped> {
    const { namespace, name, holder, labels } = this.#request;
    // The time is for people, in microseconds because the API server reads nothing else; nobody here ever compares it.
    const acquireTime = new Date(this.#cluster.clock.now()).toISOString().replace("Z", "000Z");
    const metadata = lease?.metadata ?? { namespace, name, labels: { ...labels } };
    const ours = { id: this.#id, holder, job, fencing: (record?.fencing ?? 0) + 1 };
    const next = writeClaim({ ...lease, metadata, spec: { ...lease?.spec, acquireTime } }, ours);
    const swapped = await swap(this.#cluster, next, this.#signal);
    // What its holder left unnamed is garbage at worst: it never runs.
    if (swapped.done && record?.holder) await sweepUnnamed(this.#cluster, swapped.lease, this.#signal);
    return swapped;
  }

  /** `false`: the Job changed meanwhile, and with it perhaps everything. */
  async #withdraw(ref: JobRef): Promise<boolean> {
    const { job, fact } = await lookAtJob(this.#cluster, ref, this.#signal);
    return job !== null && fact === "unstarted" && withdrawJob(this.#cluster, job, this.#signal);
  }

  async #wait(changed: Promise<void>, record: ClaimRecord | null, until: number | null): Promise<void> {
    const { onWait, waitMs } = this.#options;
    const { holder, job, fencing } = record ?? { holder: null, job: null, fencing: 0 };
    const holding: Holding = { holder, job, fencing };
    const told = `${fencing} ${holder} ${job?.uid}`;
    if (record && told !== this.#told) onWait?.(holding);
    this.#told = told;
    const end = this.#began + waitMs;
    if (this.#now >= end) {
      throw new ClaimHeldError(`${this.#request.namespace}/${this.#request.name}`, holding, this.#now - this.#began);
    }
    await changeOrTime(changed, this.#cluster.clock, Math.min(until ?? end, end) - this.#now, this.#signal);
  }
}

/** @throws InvalidInputError */
function check({ namespace, name, holder }: ClaimRequest, { waitMs }: AcquireOptions): void {
  assertLabelName("namespace", namespace);
  assertObjectName("name", name);
  assertDuration("waitMs", waitMs);
  if (holder === "")
    throw new InvalidInputError("holder", holder, "must say who asks: an empty holder means a free claim");
}
