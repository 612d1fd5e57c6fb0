import { CONTAINER_NAME, type Receipt } from "@opencode-k8s/job-manifest";
import {
  type Cluster,
  diagnose,
  type Event,
  eventsOf,
  hasStarted,
  isOver,
  type Job,
  jobState,
  KubernetesError,
  type Pod,
  podsOf,
  podState,
  refOf,
} from "@opencode-k8s/k8s-kit";
import { parseLine, type RunProgress } from "@opencode-k8s/opencode-parse";
import type { Cleaner } from "../../log/index.ts";
import { Delivery, type Outcome } from "../../observe/index.ts";
import { readLogNow } from "../runs/log-now.ts";
import { MissingRightError, withRight } from "../runs/missing-right.ts";
import { RunRecording, startedAt } from "../run-page/index.ts";

/** A run as it stands, by what the cluster shows of it now. */
export interface Look {
  readonly job: Job;
  /** Its first pod; `null` where it has none, or none any more. */
  readonly pod: Pod | null;
  /** Nothing of it runs, or will. */
  readonly over: boolean;
  /** As a run's own observer would have it, had it seen this. */
  readonly outcome: Outcome;
  readonly progress: RunProgress;
  /** Lines of OpenCode that the log has, and their bytes. */
  readonly log: { readonly lines: number; readonly bytes: number };
  /** What it did, and when. */
  readonly recording: RunRecording;
  /** When OpenCode last printed an event, milliseconds since the epoch; `null` where it printed none. */
  readonly lastEventAt: number | null;
  /** What could not be looked at, and what would help. */
  readonly unseen: readonly string[];
}

/**
 * Looks at a Job, its pods, their log and events, once, and changes nothing.
 * @throws MissingRightError for the pods, without which there is nothing to say; KubernetesError; the signal's reason
 */
export async function lookAt(cluster: Cluster, job: Job, cleaner: Cleaner, signal: AbortSignal): Promise<Look> {
  const ref = refOf(job);
  const pods = await withRight({ group: "", resource: "pods", verbs: ["list"] }, () => podsOf(cluster, ref, signal));
  const [pod = null, ...otherPods] = pods;
  const began = pod !== null && hasStarted({ pod, container: CONTAINER_NAME });
  const unseen: string[] = [];
  const unlessUnseen = async <T>(what: string, otherwise: T, ask: () => Promise<T>): Promise<T> => {
    try {
      return await ask();
    } catch (error) {
      signal.throwIfAborted();
      if (!(error instanceof MissingRightError) && !(error instanceof KubernetesError)) throw error;
      unseen.push(`${what}: ${error.message}`);
      return otherwise;
    }
  };
  let last = "";
  const recording = new RunRecording(startedAt(pod));
  const delivery = new Delivery((_, chunk) => {
    recording.push(chunk);
    last = chunk;
    return Promise.resolve();
  }, cleaner);
  const receipt = began
    ? await unlessUnseen<Receipt | null>("the log", null, () => readLogNow(cluster, pod, delivery, signal))
    : null;
  const events = began
    ? []
    : await unlessUnseen<readonly Event[]>("events, which say why a pod does not start", [], () =>
        withRight({ group: "", resource: "events", verbs: ["list"] }, () =>
          eventsOf(cluster, ref.namespace, pod?.metadata?.uid ?? ref.uid, signal),
        ),
      );
  const { kind } = jobState(job);
  const diagnosis = diagnose({ container: CONTAINER_NAME, job, pod, events });
  const state = pod && podState(pod, CONTAINER_NAME);
  return {
    job,
    pod,
    over:
      receipt !== null || kind === "succeeded" || kind === "failed" || (pod !== null && isOver(pod, CONTAINER_NAME)),
    outcome: {
      stop: null,
      trouble: "",
      refusal: null,
      diagnosis,
      ranOutOf: null,
      receipt,
      end: state?.kind === "terminated" ? state.end : null,
      started: began || (pod === null && kind === "succeeded"),
      complete: receipt !== null && delivery.agreesWith(receipt),
      gone: false,
      otherPods: otherPods.map(({ metadata }) => metadata?.name ?? ""),
      report: delivery.reader.report(),
    },
    progress: delivery.reader.progress(),
    log: delivery.accepted,
    recording,
    lastEventAt: timeOf(last),
    unseen,
  };
}

function timeOf(line: string): number | null {
  const event = parseLine(line.trim());
  return "timestamp" in event && typeof event.timestamp === "number" ? event.timestamp : null;
}
