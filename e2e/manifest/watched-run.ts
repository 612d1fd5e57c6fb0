import { CONTAINER_NAME, type Receipt, AGENT_JOB_SELECTOR } from "@opencode-k8s/job-manifest";
import {
  type Cluster,
  connectCluster,
  followLog,
  type JobRef,
  type LogEvent,
  ObservedJob,
  type Pod,
  watchJobs,
} from "@opencode-k8s/k8s-kit";
import { withoutReceipt } from "./without-receipt.ts";

/** A busy machine takes its time to start a pod, and to end one; milliseconds. */
const RUN_MS = 900_000;

/** What came of a run that was followed from its start. */
export interface Followed {
  /** All that the container printed before its receipt, as far as it came. */
  readonly output: string;
  readonly receipt: Receipt;
  /** As the kubelet told it, also of a pod that was deleted. */
  readonly containerExitCode: number | undefined;
}

/** A run that is followed while it goes on, and of which the last state that was seen is kept when its pod is deleted. */
export class WatchedRun implements AsyncDisposable {
  readonly #cluster: Cluster;
  readonly #job: ObservedJob;
  readonly #signal: AbortSignal = AbortSignal.timeout(RUN_MS);

  constructor(kubeconfig: string, ref: JobRef) {
    this.#cluster = connectCluster({ kind: "file", path: kubeconfig });
    const watch = watchJobs(this.#cluster, ref.namespace, { labelSelector: AGENT_JOB_SELECTOR });
    this.#job = new ObservedJob(watch, ref, CONTAINER_NAME);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#job[Symbol.dispose]();
    await this.#cluster.close();
  }

  /** Once its container has begun. */
  async pod(): Promise<Pod> {
    await this.#job.until(() => this.#job.started, { signal: this.#signal });
    if (!this.#job.pod) throw new Error("a container without a pod");
    return this.#job.pod;
  }

  /** Reads the log to its end. The next event is asked for when `onEvent` has done with one. */
  async follow(onEvent: (event: LogEvent) => Promise<void> | void): Promise<Followed> {
    const lines: string[] = [];
    await this.pod();
    for await (const event of followLog(this.#cluster, this.#job.log(), { signal: this.#signal })) {
      if (event.type === "line") lines.push(`${event.text}\n`);
      await onEvent(event);
    }
    await this.#job.until(() => this.#job.over, { signal: this.#signal });
    return { ...withoutReceipt(lines.join("")), containerExitCode: this.#job.end?.exitCode };
  }
}
