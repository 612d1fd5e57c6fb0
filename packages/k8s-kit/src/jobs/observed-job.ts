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
  readonly #using: readonly Disposable[];
  readonly #left = new AbortController();
  readonly #pods = new Map<string, ObservedPod>();
  #job: Job | null = null;
  #deleted = false;
  #changed = Promise.withResolvers<void>();

  /**
   * Observes the Job, and keeps its watches running, until it is disposed.
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
    this.#using = [watch.jobs.use(), watch.pods.use()];
    // None of them rejects: a watch has its errors in its health.
    void this.#followJob();
    void this.#followPods();
    void this.#confirmUnseen();
  }

  /** Ends the observation, and with an error what waits on it; what was seen stays. */
  [Symbol.dispose](): void {
    const ended = new Error(`the observation of Job ${this.ref.name} has ended`);
    this.#left.abort(ended);
    this.#changed.promise.catch(() => undefined); // Nobody has to wait.
    this.#changed.reject(ended);
    for (const use of this.#using) use[Symbol.dispose]();
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

  /** Resolves at the next change. @throws Error once the observation has ended */
  changed(): Promise<void> {
    return this.#changed.promise;
  }

  /**
   * Resolves once the condition holds, asked now and at each change: `await job.until(() => job.over, { signal })`.
   * @throws what kept the cluster out of sight for `outageMs` (may be tried again: the Job goes on); InvalidInputError when the
   *   pod has no such container; the signal's reason; Error once the observation has ended
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
      this.#deleted = false;
      this.#tell();
      if (type === "deleted") void this.#confirmDeleted();
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

  /**
   * That an object is missing from a list may be the list's fault (argo 4565, 5126): believed once it answers no get, or where
   * no get is allowed.
   */
  async #confirmGone(pod: Pod): Promise<void> {
    const { name = "", uid = "" } = pod.metadata ?? {};
    if (!(await this.#isGone(`${collectionPath.pods(this.ref.namespace)}/${name}`, uid))) return;
    this.#pods.set(uid, { pod: this.#pods.get(uid)?.pod ?? pod, gone: true });
    this.#tell();
  }

  async #confirmDeleted(): Promise<void> {
    if (!(await this.#isGone(pathOf(this.ref), this.ref.uid))) return;
    this.#deleted = true;
    this.#tell();
  }

  async #confirmUnseen(): Promise<void> {
    const { clock } = this.cluster;
    await clock.sleep(UNSEEN_MS, this.#left.signal).catch(() => undefined);
    if (this.#job || this.#left.signal.aborted) return;
    if (!(await this.#isGone(pathOf(this.ref), this.ref.uid, false)) || this.#job) return;
    this.#deleted = true;
    this.#tell();
  }

  /** Does the object of that uid answer no get? `refused` is the answer where none is allowed. */
  async #isGone(path: string, uid: string, refused: boolean = true): Promise<boolean> {
    const { signal } = this.#left;
    try {
      const found = await this.cluster.persist<Job | Pod>("GET", path, { signal });
      return found.metadata?.uid !== uid;
    } catch (error) {
      return !signal.aborted && (isNotFound(error) || refused);
    }
  }

  #tell(): void {
    if (this.#left.signal.aborted) return;
    const { resolve } = this.#changed;
    this.#changed = Promise.withResolvers();
    resolve();
  }
}
