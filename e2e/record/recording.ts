import { setTimeout as sleep } from "node:timers/promises";
import { type Cluster, collectionPath, type Event, type Job, type Pod, sharedWatch } from "@opencode-k8s/k8s-kit";
import type { CaseNamespace } from "./case-namespace.ts";
import { jobOf, type JobPlan, MAIN } from "./job-plan.ts";
import { cleaned, type Fixture, type Stage } from "./fixture.ts";
import type { Seen, When } from "./when.ts";

/** A moment that does not come within this time never will, milliseconds. The slowest: a lost node, image back-off. */
const STAGE_MS = 180_000;
/** Events are written behind the states that they are about, milliseconds. */
const EVENTS_LAG_MS = 1_500;
const JOB = "build";

/** Plays one Job in a namespace of its own, watches it, and keeps the moments that matter. */
export class Recording implements AsyncDisposable {
  readonly cluster: Cluster;
  readonly namespace: string;
  readonly #stages: Promise<[string, Stage]>[] = [];
  readonly #stop = new AbortController();
  readonly #left = new AsyncDisposableStack();
  #job: Job | null = null;
  #jobGone = false;
  readonly #pods = new Map<string, { pod: Pod; gone: boolean }>();
  readonly #events = new Map<string, Event>();
  #changed = Promise.withResolvers<void>();

  /** Ends every wait of the case, so that it can undo what it did. */
  readonly #interrupted: AbortSignal;

  private constructor(cluster: Cluster, namespace: string, interrupted: AbortSignal) {
    this.cluster = cluster;
    this.namespace = namespace;
    this.#interrupted = interrupted;
  }

  /** Opens the watches of a namespace. */
  static async open(cluster: Cluster, { name }: CaseNamespace, interrupted: AbortSignal): Promise<Recording> {
    const recording = new Recording(cluster, name, interrupted);
    await recording.#follow<Job>(collectionPath.jobs(name), (job, gone) => {
      if (job.metadata?.name === JOB) [recording.#job, recording.#jobGone] = [job, gone];
    });
    await recording.#follow<Pod>(collectionPath.pods(name), (pod, gone) => {
      const owner = pod.metadata?.ownerReferences?.[0]?.name;
      if (owner === JOB) recording.#pods.set(pod.metadata?.uid ?? "", { pod, gone });
    });
    await recording.#follow<Event>(collectionPath.events(name), (event) => {
      recording.#events.set(event.metadata.uid ?? "", event);
    });
    return recording;
  }

  /** What the case was: the stages that it recorded. */
  async fixture(): Promise<Fixture> {
    return { container: MAIN, stages: Object.fromEntries(await Promise.all(this.#stages)) };
  }

  /** Name of the Job's newest pod. */
  get podName(): string {
    return this.#seen().pod?.metadata?.name ?? "";
  }

  get podPath(): string {
    return `${collectionPath.pods(this.namespace)}/${this.podName}`;
  }

  get jobPath(): string {
    return `${collectionPath.jobs(this.namespace)}/${JOB}`;
  }

  /** Creates the Job. */
  async start(plan: JobPlan): Promise<void> {
    await this.create(collectionPath.jobs(this.namespace), jobOf(JOB, plan));
  }

  /** Creates another object. One outside of the namespace goes with the recording. */
  async create(path: string, object: { metadata?: { name?: string } }): Promise<void> {
    await this.cluster.request("POST", path, { body: object });
    if (path.includes(`/namespaces/${this.namespace}/`)) return;
    this.#left.defer(() => this.remove(`${path}/${object.metadata?.name ?? ""}`));
  }

  /** Deletes an object at the path; that it is not there is as well. */
  async remove(path: string, body?: object): Promise<void> {
    await this.cluster.request("DELETE", path, { body }).catch((error: unknown) => {
      if (!(error instanceof Error && "status" in error && error.status === 404)) throw error;
    });
  }

  /** Called at the end, whatever becomes of the case. */
  defer(undo: () => Promise<void>): void {
    this.#left.defer(undo);
  }

  /** Waits for a moment without recording it. */
  async until(when: When, what = "a moment"): Promise<Seen> {
    const late = AbortSignal.timeout(STAGE_MS);
    for (;;) {
      const changed = this.#changed.promise;
      const seen = this.#seen();
      if (when(seen)) return seen;
      if (late.aborted) throw new Error(`${what} did not come; seen last: ${JSON.stringify(seen.pod?.status)}`);
      await Promise.race([changed, sleep(1_000, undefined, { signal: this.#interrupted })]);
    }
  }

  /** Waits for a moment and records it under a name. Its events are added a little later, behind the case's back. */
  async stage(name: string, when: When): Promise<void> {
    const { pod, job, podGone, jobGone } = await this.until(when, name);
    const events = sleep(EVENTS_LAG_MS).then(() => this.#seen().events);
    const flags = {
      ...(podGone || jobGone ? { deleted: true as const } : {}),
      ...(jobGone ? { jobDeleted: true as const } : {}),
    };
    this.#stages.push(events.then((settled) => [name, cleaned({ ...flags, pod, job, events: settled })]));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort();
    await this.#left.disposeAsync();
  }

  #seen(): Seen {
    const last = [...this.#pods.values()].at(-1);
    const uids = new Set([this.#job?.metadata?.uid, last?.pod.metadata?.uid]);
    const events = [...this.#events.values()]
      .filter(({ involvedObject }) => uids.has(involvedObject.uid))
      .sort((a, b) => lastSeen(a).localeCompare(lastSeen(b)));
    return {
      pod: last?.pod ?? null,
      job: this.#job,
      events,
      podGone: last?.gone ?? false,
      jobGone: this.#jobGone,
    };
  }

  async #follow<T extends Job | Pod | Event>(path: string, see: (object: T, gone: boolean) => void): Promise<void> {
    const watch = sharedWatch<T>(this.cluster, { path });
    const user = watch.use();
    this.#left.defer(async () => user[Symbol.dispose]());
    const signal = this.#stop.signal;
    await watch.synced(AbortSignal.timeout(30_000));
    void (async () => {
      for await (const { type, object } of watch.changes(() => true, signal)) {
        see(object, type === "deleted");
        const { resolve } = this.#changed;
        this.#changed = Promise.withResolvers();
        resolve();
      }
    })();
  }
}

function lastSeen({ lastTimestamp, eventTime }: Event): string {
  return lastTimestamp ?? eventTime ?? "";
}
