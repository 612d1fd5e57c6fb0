import {
  type Cluster,
  collectionPath,
  type ContainerEnd,
  type FollowedContainer,
  hasStarted,
  type Job,
  jobState,
  type Pod,
  type PodState,
  podState,
  type SharedWatch,
  sharedWatch,
} from "@opencode-k8s/k8s-kit";
import { AGENT_JOB_SELECTOR } from "@opencode-k8s/job-manifest";
import type { LaunchedJob } from "../launch.ts";

/** The two watches that all runs of a namespace share. Held from before the launch to the end of the run. */
export interface Watches extends Disposable {
  readonly jobs: SharedWatch<Job>;
  readonly pods: SharedWatch<Pod>;
}

/** Starts, or joins, the watches of the agents' Jobs and pods in a namespace. */
export function openWatches(cluster: Cluster, namespace: string): Watches {
  const jobs = sharedWatch<Job>(cluster, { path: collectionPath.jobs(namespace), labelSelector: AGENT_JOB_SELECTOR });
  const pods = sharedWatch<Pod>(cluster, { path: collectionPath.pods(namespace), labelSelector: AGENT_JOB_SELECTOR });
  const users = [jobs.use(), pods.use()];
  return { jobs, pods, [Symbol.dispose]: () => users.forEach((user) => user[Symbol.dispose]()) };
}

/** What is known of one Job and its pod, kept up to date by the shared watches. The last state seen of each outlives it. */
export class JobView {
  readonly #launched: LaunchedJob;
  #job: Job | null = null;
  #pod: Pod | null = null;
  #deleted = false;
  #changed = Promise.withResolvers<void>();
  readonly #ended = Promise.withResolvers<void>();

  /** Follows the Job until the signal aborts. */
  constructor(launched: LaunchedJob, watches: Watches, signal: AbortSignal) {
    this.#launched = launched;
    void this.#followJob(watches.jobs, signal);
    void this.#followPod(watches.pods, signal);
  }

  get job(): Job | null {
    return this.#job;
  }

  /** The Job's first pod; a second one would be another run, and is never mixed into this one. */
  get pod(): Pod | null {
    return this.#pod;
  }

  /** The Job or its pod was deleted. */
  get deleted(): boolean {
    return this.#deleted;
  }

  get podState(): PodState | null {
    return this.#pod && podState(this.#pod, this.#launched.container);
  }

  /** Has the main container begun, whether it still runs or not? */
  get started(): boolean {
    return hasStarted({ pod: this.#pod, container: this.#launched.container });
  }

  /** The main container is over, or nothing is left that could run. */
  get over(): boolean {
    const kind = this.podState?.kind;
    if (this.#deleted || kind === "terminated" || kind === "ended") return true;
    return this.#pod === null && this.#job !== null && jobState(this.#job).kind === "failed";
  }

  /** How the main container ended, in the kubelet's words; `null` while it has not, or where nobody saw it. */
  get end(): ContainerEnd | null {
    const state = this.podState;
    return state?.kind === "terminated" ? state.end : null;
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
      state: () => (this.#deleted ? "gone" : this.over ? "terminated" : "running"),
      ended: this.ended,
    };
  }

  async #followJob(jobs: SharedWatch<Job>, signal: AbortSignal): Promise<void> {
    const ours = (job: Job): boolean => job.metadata?.uid === this.#launched.uid;
    for await (const change of jobs.changes(ours, signal)) {
      this.#job = change.object;
      // The pod's end comes after the Job's: with a pod in view, that one counts.
      if (change.type === "deleted" && !this.#pod) this.#deleted = true;
      this.#tell();
    }
  }

  async #followPod(pods: SharedWatch<Pod>, signal: AbortSignal): Promise<void> {
    const ours = (pod: Pod): boolean =>
      (this.#pod === null || pod.metadata?.uid === this.#pod.metadata?.uid) &&
      (pod.metadata?.ownerReferences ?? []).some((owner) => owner.uid === this.#launched.uid);
    for await (const change of pods.changes(ours, signal)) {
      this.#pod = change.object;
      if (change.type === "deleted") this.#deleted = true;
      this.#tell();
    }
  }

  #tell(): void {
    if (this.over) this.#ended.resolve();
    const { resolve } = this.#changed;
    this.#changed = Promise.withResolvers();
    resolve();
  }
}
