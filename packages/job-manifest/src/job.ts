import type { V1Job } from "@kubernetes/client-node";
import type { RunInput } from "./input/run-input.ts";
import type { PlannedSecret } from "./secret/secret-layout.ts";
import { runAnnotations, runLabels } from "./labels.ts";
import { jobName } from "./names.ts";
import { runPodSpec } from "./pod/pod.ts";
import { storable } from "./job-size.ts";
import { seconds } from "./values/quantity.ts";

/** The Job of a run: one pod, once. An agent is never started a second time by Kubernetes. */
export function runJob(input: RunInput, secrets: readonly PlannedSecret[]): V1Job {
  const labels = runLabels(input);
  const annotations = runAnnotations(input);
  const deadline = input.activeDeadlineSeconds;
  return storable({
    apiVersion: "batch/v1",
    kind: "Job",
    metadata: { name: jobName(input), namespace: input.namespace, labels, annotations },
    spec: {
      backoffLimit: 0,
      podReplacementPolicy: "Failed",
      ttlSecondsAfterFinished: seconds("ttlSecondsAfterFinished", input.ttlSecondsAfterFinished),
      ...(deadline === undefined ? {} : { activeDeadlineSeconds: seconds("activeDeadlineSeconds", deadline, 1) }),
      template: { metadata: { labels, annotations }, spec: runPodSpec(input, secrets) },
    },
  });
}
