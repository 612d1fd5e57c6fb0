import { deleteObject } from "../api/delete.ts";
import { JOBS, PODS } from "../api/resources.ts";
import { ApiFailure } from "../api/status.ts";
import { createObject } from "../api/write.ts";
import type { Change, Draft } from "../store/store.ts";
import { timestamp } from "../time.ts";
import type { Job, Pod } from "../wire.ts";
import {
  BACKOFF_LIMIT,
  COMPLETED,
  condition,
  countPods,
  DEADLINE,
  hasCondition,
  restartsExhausted,
  type PodCount,
  TRACKING_FINALIZER,
  type Verdict,
  verdictOf,
  writeCounts,
} from "./job-status.ts";
import { writeResumed, writeSuspended } from "./job-suspension.ts";
import { later, type World } from "./world.ts";

/** Waits before a failed pod is replaced: doubled from 10 s, at most 10 minutes. */
const RETRY_MS = 10_000;
const MAX_RETRY_MS = 600_000;

/** Makes the pods of Jobs, counts them, and says when a Job is over. */
export class JobController {
  readonly #world: World;
  /** When the next look at a Job is due, by uid. */
  readonly #due = new Map<string, number>();
  /** Jobs that are being looked at: one look at a time. */
  readonly #busy = new Set<string>();
  readonly #retryAt = new Map<string, number>();

  constructor(world: World) {
    this.#world = world;
    world.store.subscribe((change) => {
      if (change.resource === JOBS) this.#onJob(change);
      if (change.resource === PODS) this.#onPod(change);
    });
  }

  #onJob({ type, object, before }: Change): void {
    const job = object as Job;
    const isOther = type === "ADDED" || before?.metadata.generation !== job.metadata.generation;
    if (type !== "DELETED" && isOther) this.#look(job, this.#world.timings.createPod);
    if (type === "DELETED") later(this.#world, 0, () => this.#releaseOrphans(job));
  }

  #onPod({ type, object }: Change): void {
    if (type === "ADDED") return;
    const isTracked = object.metadata.finalizers?.includes(TRACKING_FINALIZER) ?? false;
    const owner = object.metadata.ownerReferences?.find(({ controller, kind }) => controller && kind === "Job");
    const job = owner && this.#world.store.get<Job>(JOBS, object.metadata.namespace, owner.name);
    if (job && job.metadata.uid === owner?.uid) this.#look(job, this.#world.timings.jobSync);
    // Its Job is gone, or it was orphaned: nobody will count it.
    else if (type === "MODIFIED" && isTracked) later(this.#world, 0, () => this.#release([object as Pod]));
  }

  /** Looks at the Job after `ms`, unless a look is due before. */
  #look(job: Job, ms: number): void {
    const { uid } = job.metadata;
    const at = this.#world.clock.monotonic() + ms;
    if ((this.#due.get(uid) ?? Infinity) <= at) return;
    this.#due.set(uid, at);
    later(this.#world, ms, async () => {
      if (this.#due.get(uid) !== at) return;
      this.#due.delete(uid);
      if (this.#busy.has(uid)) return this.#look(job, this.#world.timings.jobVerdict);
      this.#busy.add(uid);
      try {
        await this.#sync(job);
      } finally {
        this.#busy.delete(uid);
      }
    });
  }

  async #sync(known: Job): Promise<void> {
    const { store, clock } = this.#world;
    let job = store.current(JOBS, known);
    if (!job) return;
    if (hasCondition(job, "Complete", "Failed")) return this.#release(this.#podsOf(job));
    const isHeld = job.spec.suspend === true;
    if (!job.status.startTime && !isHeld) this.#armDeadline(job);
    const elapsed = job.status.startTime && !isHeld ? clock.now() - Date.parse(job.status.startTime) : 0;
    const isLate = elapsed >= (job.spec.activeDeadlineSeconds ?? Infinity) * 1000;
    const countTerminating = job.spec.podReplacementPolicy !== "Failed" || isLate || verdictOf(job) === DEADLINE;
    const verdict = verdictOf(job) ?? this.#judge(job, countPods(this.#podsOf(job), countTerminating), isLate);
    if (verdict) this.#stopActive(job);
    await this.#count(job, countPods(this.#podsOf(job), countTerminating), verdict);
    job = store.current(JOBS, job);
    if (!job) return;
    if (verdict) this.#finish(job, verdict);
    else if (job.metadata.deletionTimestamp) return;
    else if (isHeld) this.#suspend(job);
    else {
      this.#resume(job);
      this.#fill(store.current(JOBS, job) ?? job);
    }
  }

  #suspend(job: Job): void {
    const { store, clock, events } = this.#world;
    const { active } = countPods(this.#podsOf(job), false);
    this.#stopActive(job);
    this.#release(active);
    let isNew = false;
    const count = countPods(this.#podsOf(job), false);
    store.updateIfPresent<Job>(JOBS, job, (draft) => void (isNew = writeSuspended(draft, count, clock.now())));
    const text = { type: "Normal" as const, reason: "Suspended", message: "Job suspended" };
    if (isNew) events.record("job-controller", job, text);
  }

  #resume(job: Job): void {
    const { store, clock, events } = this.#world;
    let isNew = false;
    store.updateIfPresent<Job>(JOBS, job, (draft) => void (isNew = writeResumed(draft, clock.now())));
    if (!isNew) return;
    this.#armDeadline(job);
    events.record("job-controller", job, { type: "Normal", reason: "Resumed", message: "Job resumed" });
  }

  #armDeadline(job: Job): void {
    const seconds = job.spec.activeDeadlineSeconds;
    if (seconds !== undefined) later(this.#world, seconds * 1000, () => this.#look(job, 0));
  }

  #judge({ spec, status }: Job, count: PodCount, isLate: boolean): Verdict | undefined {
    const succeeded = (status.succeeded ?? 0) + count.uncountedSucceeded.length;
    const failed = (status.failed ?? 0) + count.uncountedFailed.length;
    if (succeeded >= (spec.completions ?? 1)) return COMPLETED;
    if (failed > (spec.backoffLimit ?? 6) || restartsExhausted(spec, count.active)) return BACKOFF_LIMIT;
    return isLate ? DEADLINE : undefined;
  }

  /** First the intent is written down, then the pods are let go, then they are counted: so none is counted twice. */
  async #count(job: Job, count: PodCount, verdict: Verdict | undefined): Promise<void> {
    const { store, clock, timings } = this.#world;
    const { succeeded = 0, failed = 0 } = job.status;
    const finished = [...count.uncountedSucceeded, ...count.uncountedFailed];
    if (finished.length === 0 && (!verdict || verdictOf(job))) return this.#writeCounts(job);
    store.updateIfPresent<Job>(JOBS, job, (draft) => {
      if (verdict && !verdictOf(draft))
        (draft.status.conditions ??= []).push(condition(verdict.early, verdict, clock.now()));
      writeCounts(draft, count, { succeeded, failed }, { uncounted: true, nowMs: clock.now() });
    });
    if (finished.length === 0) return;
    await clock.sleep(timings.jobVerdict, this.#world.closed);
    this.#release(finished);
    if (count.uncountedFailed.length > 0) this.#delayRetry(job, failed + count.uncountedFailed.length);
    const left = countPods(this.#podsOf(job), false);
    const counted = {
      succeeded: succeeded + count.uncountedSucceeded.length,
      failed: failed + count.uncountedFailed.length,
    };
    const isOver = verdict !== undefined && left.terminating.length === 0 && left.active.length === 0;
    store.updateIfPresent<Job>(JOBS, job, (draft) => {
      if (isOver) this.#conclude(draft, verdict);
      writeCounts(draft, left, counted, { uncounted: false, nowMs: clock.now() });
    });
  }

  #finish(job: Job, verdict: Verdict): void {
    const { store, events } = this.#world;
    if (!hasCondition(job, verdict.final)) {
      const left = countPods(this.#podsOf(job), false);
      if (left.active.length > 0 || left.terminating.length > 0) return;
      store.updateIfPresent<Job>(JOBS, job, (draft) => this.#conclude(draft, verdict));
    }
    const isSuccess = verdict.final === "Complete";
    const text = isSuccess
      ? { reason: "Completed", message: "Job completed" }
      : { reason: verdict.reason, message: verdict.message };
    events.record("job-controller", job, { type: isSuccess ? "Normal" : "Warning", ...text });
    const ttl = job.spec.ttlSecondsAfterFinished;
    if (ttl !== undefined) later(this.#world, ttl * 1000, () => this.#expire(job));
  }

  #conclude(draft: Job, verdict: Verdict): void {
    const now = this.#world.clock.now();
    (draft.status.conditions ??= []).push(condition(verdict.final, verdict, now));
    if (verdict.final === "Complete") draft.status.completionTime = timestamp(now);
  }

  #delayRetry(job: Job, failures: number): void {
    const ms = Math.min(RETRY_MS * 2 ** (failures - 1), MAX_RETRY_MS);
    this.#retryAt.set(job.metadata.uid, this.#world.clock.monotonic() + ms);
  }

  /** Makes the pods that are missing. */
  #fill(job: Job): void {
    const { clock } = this.#world;
    const { parallelism = 1, completions = 1, podReplacementPolicy } = job.spec;
    const count = countPods(this.#podsOf(job), false);
    const wanted = Math.min(parallelism, completions - (job.status.succeeded ?? 0));
    const held = count.active.length + (podReplacementPolicy === "Failed" ? count.terminating.length : 0);
    if (wanted <= held) return;
    const wait = (this.#retryAt.get(job.metadata.uid) ?? 0) - clock.monotonic();
    if (wait > 0) return this.#look(job, wait);
    for (let missing = wanted - held; missing > 0; missing--) this.#createPod(job);
    this.#writeCounts(job);
  }

  #writeCounts(job: Job): void {
    const { store, clock } = this.#world;
    const { succeeded = 0, failed = 0 } = job.status;
    const count = countPods(this.#podsOf(job), false);
    // The first write is the one after the first pod was made.
    if (!job.status.startTime && count.active.length === 0) return;
    const options = { uncounted: false, nowMs: clock.now() };
    store.updateIfPresent<Job>(JOBS, job, (draft) => writeCounts(draft, count, { succeeded, failed }, options));
  }

  #createPod(job: Job): void {
    const { store, events } = this.#world;
    const { namespace, name, uid } = job.metadata;
    const { metadata = {}, spec } = structuredClone(job.spec.template);
    const owner = { apiVersion: job.apiVersion, kind: "Job", name, uid, controller: true, blockOwnerDeletion: true };
    const draft = {
      metadata: { ...metadata, generateName: `${name}-`, ownerReferences: [owner], finalizers: [TRACKING_FINALIZER] },
      spec,
    } as unknown as Draft;
    try {
      const pod = createObject(store, PODS, namespace, draft);
      events.record("job-controller", job, {
        type: "Normal",
        reason: "SuccessfulCreate",
        message: `Created pod: ${pod.metadata.name}`,
      });
    } catch (error) {
      // For example a namespace that is being deleted: the Job goes with it.
      if (!(error instanceof ApiFailure)) throw error;
      events.record("job-controller", job, {
        type: "Warning",
        reason: "FailedCreate",
        message: `Error creating: ${error.message}`,
      });
    }
  }

  #stopActive(job: Job): void {
    for (const pod of countPods(this.#podsOf(job), false).active) {
      deleteObject(this.#world, PODS, pod.metadata.namespace, pod.metadata.name, {});
      this.#world.events.record("job-controller", job, {
        type: "Normal",
        reason: "SuccessfulDelete",
        message: `Deleted pod: ${pod.metadata.name}`,
      });
    }
  }

  #expire(job: Job): void {
    if (!this.#world.store.current(JOBS, job)) return;
    deleteObject(this.#world, JOBS, job.metadata.namespace, job.metadata.name, { propagationPolicy: "Foreground" });
  }

  #podsOf(job: Job): Pod[] {
    const pods = this.#world.store.list<Pod>(PODS, job.metadata.namespace);
    return pods.filter(({ metadata }) =>
      metadata.ownerReferences?.some(({ uid, controller }) => controller && uid === job.metadata.uid),
    );
  }

  #releaseOrphans(job: Job): void {
    this.#due.delete(job.metadata.uid);
    this.#retryAt.delete(job.metadata.uid);
    this.#release(this.#podsOf(job));
  }

  #release(pods: Pod[]): void {
    for (const pod of pods) {
      this.#world.store.updateIfPresent<Pod>(PODS, pod, ({ metadata }) => {
        const others = metadata.finalizers?.filter((finalizer) => finalizer !== TRACKING_FINALIZER) ?? [];
        if (others.length > 0) metadata.finalizers = others;
        else delete metadata.finalizers;
      });
    }
  }
}
