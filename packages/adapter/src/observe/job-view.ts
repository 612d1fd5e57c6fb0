import {
  type Change,
  type ContainerEnd,
  type Diagnosis,
  diagnose,
  type Event,
  type FollowedContainer,
  hasStarted,
  type Job,
  jobState,
  type Pod,
  type PodState,
  podState,
} from "@opencode-k8s/k8s-kit";
import type { LaunchedJob } from "../launch.ts";
import type { Watches } from "./watches.ts";

/** What is known of one Job and its pod, kept up to date by the shared watches. The last state seen of each outlives it. */
export class JobView {
  readonly #launched: LaunchedJob;
  readonly #watches: Watches;
  readonly #others = new Set<string>();
  #job: Job | null = null;
  #pod: Pod | null = null;
  #jobDeleted = false;
  #podGone = false;
  #changed = Promise.withResolvers<void>();
  readonly #ended = Promise.withResolvers<void>();

  /** Follows the Job until the signal aborts. */
  constructor(launched: LaunchedJob, watches: Watches, signal: AbortSignal) {
    this.#launched = launched;
    this.#watches = watches;
    void this.#followJob(signal); // The watches report their errors in their health.
    void this.#followPod(signal);
  }

  /** The Job's first pod; a second one would be another run, and is never mixed into this one. */
  get pod(): Pod | null {
    return this.#pod;
  }

  /** Names of other pods that the Job had; there should be none. */
  get otherPods(): readonly string[] {
    return [...this.#others];
  }

  get podState(): PodState | null {
    return this.#pod && podState(this.#pod, this.#launched.container);
  }

  get jobDeleted(): boolean {
    return this.#jobDeleted;
  }

  /** The pod was seen, and does not exist any more. */
  get podGone(): boolean {
    return this.#podGone;
  }

  /** What keeps this view from being up to date; `null` while it is. */
  get lost(): unknown {
    return this.#watches.lost();
  }

  /** Has the main container begun, whether it still runs or not? */
  get started(): boolean {
    return hasStarted({ pod: this.#pod, container: this.#launched.container });
  }

  /** The main container is over, or nothing is left that could run. */
  get over(): boolean {
    const kind = this.podState?.kind;
    if (this.#podGone || kind === "terminated" || kind === "ended") return true;
    const jobOver = this.#jobDeleted || (this.#job !== null && jobState(this.#job).kind === "failed");
    return this.#pod === null && jobOver;
  }

  /** How the main container ended, in the kubelet's words; `null` while it has not, or where nobody saw it. */
  get end(): ContainerEnd | null {
    const state = this.podState;
    return state?.kind === "terminated" ? state.end : null;
  }

  /** What is wrong with the Job or its pod; `null` when nothing is. */
  diagnosis(events: readonly Event[] = []): Diagnosis | null {
    const { container } = this.#launched;
    return diagnose({ container, job: this.#job, pod: this.#pod, deleted: this.#podGone || this.#jobDeleted, events });
  }

  /** Resolves at the next change. */
  changed(): Promise<void> {
    return this.#changed.promise;
  }

  /** Resolves once {@link over}. */
  get ended(): Promise<void> {
    return this.#ended.promise;
  }

  /** The main container as the log follow asks for it. */
  followed(): FollowedContainer {
    const { namespace, container } = this.#launched;
    return {
      namespace,
      pod: this.#pod?.metadata?.name ?? "",
      container,
      state: () => (this.#podGone ? "gone" : this.over ? "terminated" : "running"),
      ended: this.ended,
    };
  }

  async #followJob(signal: AbortSignal): Promise<void> {
    const ours = (job: Job): boolean => job.metadata?.uid === this.#launched.uid;
    for await (const change of this.#watches.jobs.changes(ours, signal)) {
      this.#job = change.object;
      this.#jobDeleted = change.type === "deleted";
      this.#tell();
    }
  }

  async #followPod(signal: AbortSignal): Promise<void> {
    const ours = (pod: Pod): boolean =>
      (pod.metadata?.ownerReferences ?? []).some((owner) => owner.uid === this.#launched.uid);
    for await (const change of this.#watches.pods.changes(ours, signal)) this.#see(change);
  }

  #see({ type, object }: Change<Pod>): void {
    if (this.#pod && object.metadata?.uid !== this.#pod.metadata?.uid) {
      this.#others.add(object.metadata?.name ?? "");
      return;
    }
    this.#pod = object;
    this.#podGone = type === "deleted";
    this.#tell();
  }

  #tell(): void {
    if (this.over) this.#ended.resolve();
    const { resolve } = this.#changed;
    this.#changed = Promise.withResolvers();
    resolve();
  }
}
