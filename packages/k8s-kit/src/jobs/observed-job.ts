import type { Cluster } from "../cluster/cluster.ts";
import { type Diagnosis, diagnose, hasStarted } from "../diagnosis/index.ts";
import { assertLabelName, assertObjectName, InvalidInputError, isNotFound } from "../errors/index.ts";
import { containerState, type FollowedContainer } from "../logs/index.ts";
import { collectionPath, type Event, type Job, type Pod } from "../objects.ts";
import { abortable } from "../time/deadline.ts";
import type { Change } from "../watch/index.ts";
import { type JobRef, pathOf } from "./job-ref.ts";
import { type JobState, jobState } from "./job-state.ts";
import type { JobWatch } from "./job-watch.ts";
import { outage } from "./outage.ts";
import { type ContainerEnd, isOver, type PodState, podState } from "./pod-state.ts";

/** What is known of one Job. A deleted object answers no get: `last` is what was seen of it before. */
export type ObservedState =
  | JobState
  | { readonly kind: "unseen" }
  | { readonly kind: "deleted"; readonly last: JobState | null };

/** A pod of the Job as it was last seen. */
export interface ObservedPod {
  readonly pod: Pod;
  /** It does not exist any more: said by the watch, and confirmed by a look. */
  readonly gone: boolean;
}

interface UntilOptions {
  readonly signal: AbortSignal;
  /** The cluster may be out of sight this long, milliseconds; 10 minutes unless given. */
  readonly outageMs?: number;
}

/** A Job that the watch has not shown for this long, milliseconds, is asked for: it may have come and gone unseen. */
const UNSEEN_MS = 10_000;

/**
 * One Job and its pods, kept up to date by the shared watches; the last state seen of each outlives it. Costs no request of
 * its own while all goes well.
 *
 * What is said of *the* pod and its container is said of the Job's first pod: with `backoffLimit: 0` there is no other. Where
 * there are more, {@link pods} has them all, and {@link state} the Job's own verdict.
 */
export class ObservedJob implements Disposable {
  readonly cluster: Cluster;
  readonly ref: JobRef;
  /** The container that matters; sidecars do not count. */
  readonly container: string;
  readonly #watch: JobWatch;
  readonly #left = new AbortController();
  readonly #pods = new Map<string, ObservedPod>();
  #job: Job | null = null;
  #deleted = false;
  #changed = Promise.withResolvers<void>();

  /**
   * Observes the Job until it is disposed. The watch stays the caller's.
   * @throws InvalidInputError for a name that no object can have
   */
  constructor(watch: JobWatch, ref: JobRef, container: string) {
    assertLabelName("namespace", ref.namespace);
    assertObjectName("job", ref.name);
    assertLabelName("container", container);
    this.cluster = watch.cluster;
    this.ref = ref;
    this.container = container;
    this.#watch = watch;
    // None of them rejects: a watch has its errors in its health.
    void this.#followJob();
    void this.#followPods();
    void this.#confirmUnseen();
  }

  /** Ends the observation; what was seen stays. */
  [Symbol.dispose](): void {
    this.#left.abort();
  }

  /** The Job as it was last seen; `null` before. */
  get job(): Job | null {
    return this.#job;
  }

  get state(): ObservedState {
    const last = this.#job && jobState(this.#job);
    if (this.#deleted) return { kind: "deleted", last };
    return last ?? { kind: "unseen" };
  }

  /** All pods that the Job was seen to have, oldest first. */
  get pods(): readonly ObservedPod[] {
    return [...this.#pods.values()];
  }

  /** The Job's first pod as it was last seen; `null` before. */
  get pod(): Pod | null {
    return this.pods[0]?.pod ?? null;
  }

  /** The first pod was seen, and does not exist any more. */
  get podGone(): boolean {
    return this.pods[0]?.gone ?? false;
  }

  get podState(): PodState | null {
    return this.pod && podState(this.pod, this.container);
  }

  /** Has the container begun, whether it still runs or not? */
  get started(): boolean {
    return hasStarted({ pod: this.pod, container: this.container });
  }

  /** The container is over for good, or nothing is left that could run. Known about two seconds before the Job's verdict. */
  get over(): boolean {
    const { pod, state } = this;
    if (pod) return this.podGone || isOver(pod, this.container);
    return state.kind === "deleted" || state.kind === "failed";
  }

  /** How the container ended, in the kubelet's words; `null` while it has not, or where nobody saw it. */
  get end(): ContainerEnd | null {
    const state = this.podState;
    return state?.kind === "terminated" ? state.end : null;
  }

  /** What keeps this view from being up to date; `null` while it is. */
  get lost(): unknown {
    return this.#watch.lost();
  }

  /** What is wrong with the Job or its pod; `null` when nothing is. */
  diagnosis(events: readonly Event[] = []): Diagnosis | null {
    const jobDeleted = this.state.kind === "deleted";
    const deleted = this.podGone || jobDeleted;
    return diagnose({ container: this.container, job: this.#job, pod: this.pod, deleted, jobDeleted, events });
  }

  /** @throws InvalidInputError when the pod is there, and has no container of that name */
  assertContainer(): void {
    const names = this.pod?.spec?.containers?.map(({ name }) => name) ?? [this.container];
    if (names.includes(this.container)) return;
    throw new InvalidInputError("container", this.container, `is none of the pod's, which are ${names.join(", ")}`);
  }

  /** Resolves at the next change. */
  changed(): Promise<void> {
    return this.#changed.promise;
  }

  /**
   * Resolves once the condition holds, asked now and at each change: `await job.until(() => job.over, { signal })`.
   * @throws what kept the cluster out of sight for `outageMs` (may be tried again: the Job goes on); InvalidInputError when the
   *   pod has no such container; the signal's reason
   */
  async until(condition: () => boolean, { signal, outageMs }: UntilOptions): Promise<void> {
    const met = new AbortController();
    const waiting = AbortSignal.any([signal, met.signal]);
    const options = { signal: waiting, ...(outageMs === undefined ? {} : { ms: outageMs }) };
    const blind = outage(this.cluster.clock, () => this.lost, options).then((why) => Promise.reject(why as Error));
    blind.catch(() => undefined); // Met: nobody listens any more.
    try {
      for (;;) {
        // Asked for before the condition, so that no change between the two is missed.
        const changed = this.changed();
        this.assertContainer();
        if (condition()) return;
        await Promise.race([abortable(changed, signal), blind]);
      }
    } finally {
      met.abort();
    }
  }

  /** The container, or another one of the same pod, as a log follow asks for it. Needs a pod: see {@link started}. */
  log(container: string = this.container): FollowedContainer {
    const { name: pod = "", uid: podUid = "" } = this.pod?.metadata ?? {};
    return {
      namespace: this.ref.namespace,
      pod,
      podUid,
      container,
      state: () => (this.pod && !this.podGone ? containerState(this.pod, container) : { kind: "gone" }),
      changed: () => this.changed(),
    };
  }

  async #followJob(): Promise<void> {
    const ours = (job: Job): boolean => job.metadata?.uid === this.ref.uid;
    for await (const { type, object } of this.#watch.jobs.changes(ours, this.#left.signal)) {
      this.#job = object;
      this.#deleted = type === "deleted";
      this.#tell();
    }
  }

  async #followPods(): Promise<void> {
    const ours = (pod: Pod): boolean =>
      (pod.metadata?.ownerReferences ?? []).some((owner) => owner.uid === this.ref.uid);
    for await (const change of this.#watch.pods.changes(ours, this.#left.signal)) this.#see(change);
  }

  #see({ type, object }: Change<Pod>): void {
    this.#pods.set(object.metadata?.uid ?? "", { pod: object, gone: false });
    this.#tell();
    if (type === "deleted") void this.#confirmGone(object);
  }

  /** That a pod is missing from a list may be the list's fault (argo 4565, 5126): believed once it answers no get. */
  async #confirmGone(pod: Pod): Promise<void> {
    const { name = "", uid = "" } = pod.metadata ?? {};
    const there = await this.#ask<Pod>(`${collectionPath.pods(this.ref.namespace)}/${name}`, uid);
    if (there === null) this.#pods.set(uid, { pod: this.#pods.get(uid)?.pod ?? pod, gone: true });
    this.#tell();
  }

  async #confirmUnseen(): Promise<void> {
    const { clock } = this.cluster;
    await clock.sleep(UNSEEN_MS, this.#left.signal).catch(() => undefined);
    if (this.#job || this.#left.signal.aborted) return;
    if ((await this.#ask<Job>(pathOf(this.ref), this.ref.uid)) !== null || this.#job) return;
    this.#deleted = true;
    this.#tell();
  }

  /** The object of that uid: `null` when it is not there; `undefined` when nobody can say. */
  async #ask<T extends Job | Pod>(path: string, uid: string): Promise<T | null | undefined> {
    try {
      const found = await this.cluster.persist<T>("GET", path, { signal: this.#left.signal });
      return found.metadata?.uid === uid ? found : null;
    } catch (error) {
      return isNotFound(error) ? null : undefined;
    }
  }

  #tell(): void {
    const { resolve } = this.#changed;
    this.#changed = Promise.withResolvers();
    resolve();
  }
}
