import { CONTAINER_NAME } from "@opencode-k8s/job-manifest";
import { awaitStart, type Diagnosis, eventsOf, followLog, type JobWatch, ObservedJob } from "@opencode-k8s/k8s-kit";
import type { Subject } from "../subject.ts";
import { type ProbeAnswer, withLine } from "./probe-answer.ts";
import { probeObjects } from "./probe-objects.ts";
import { ShortLivedJob } from "./short-lived-job.ts";

/** How far the probe came. */
export interface ProbeResult {
  readonly started: boolean;
  readonly answer: ProbeAnswer;
  /** What is wrong with the pod, in the cluster's own words. */
  readonly diagnosis: Diagnosis | null;
  /** What the pod did when it was last heard of. */
  readonly lastSeen: string;
}

type Probed = Pick<Subject, "apiUrl" | "cluster" | "config" | "planFor" | "signal" | "probeSignal">;

/** Longer than any test: its own signal ends it. */
const NO_BOUND = 3_600_000;

/**
 * Runs one pod as a run's, with a program that says what is in it and whom it reaches, and deletes it.
 * @throws ConfigError, ManifestError, KubernetesError; not because its time is over: then the result has what is known
 */
export async function runProbe(subject: Probed, watch: JobWatch): Promise<ProbeResult> {
  const { apiUrl, cluster, config, planFor, probeSignal } = subject;
  const { job, secrets } = probeObjects(config, planFor);
  await using shortLived = new ShortLivedJob(cluster, job);
  const ref = await shortLived.create(secrets, probeSignal);
  using observed = new ObservedJob(watch, ref, CONTAINER_NAME);
  let answer: ProbeAnswer = {};
  let lastSeen = "";
  let stuck: Diagnosis | null = null;
  try {
    const windows = { scheduleMs: NO_BOUND, imagePullMs: NO_BOUND, startMs: NO_BOUND };
    const onChange = ({ message }: { message: string }): void => void (lastSeen = message);
    stuck = await awaitStart(observed, { windows, signal: probeSignal, onChange });
    if (!stuck) {
      for await (const event of followLog(cluster, observed.log(), { signal: probeSignal })) {
        if (event.type === "line") answer = withLine(answer, event.text);
        // The end of the log comes a second after its last line.
        if (answer.opencode && (answer.api || apiUrl === undefined)) break;
      }
    }
  } catch (error) {
    if (!probeSignal.aborted) throw error;
  }
  return { started: observed.started, answer, lastSeen, diagnosis: stuck ?? (await explain(observed, subject)) };
}

/** What is wrong with a pod that did not start in time. Its events say more, where they can be read. */
async function explain(observed: ObservedJob, { cluster, signal }: Probed): Promise<Diagnosis | null> {
  if (observed.started) return observed.diagnosis();
  const { pod, ref } = observed;
  const events = await eventsOf(cluster, ref.namespace, pod?.metadata?.uid ?? ref.uid, signal).catch(() => []);
  return observed.diagnosis(events);
}
