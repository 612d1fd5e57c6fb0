import type { V1Container, V1Job, V1JobSpec, V1PodSpec } from "@kubernetes/client-node";
import { SHELL_IMAGE } from "../world/settings.ts";

/** The container that matters, in every recorded Job. */
export const MAIN = "main";

/** What is special about the Job of a case. */
export interface JobPlan {
  /** Shell script of the main container. It sleeps unless given. */
  readonly run?: string;
  readonly main?: Partial<V1Container>;
  readonly pod?: Partial<V1PodSpec>;
  readonly job?: Partial<V1JobSpec>;
}

/** A container that runs a script. */
export function container(name: string, script: string, more: Partial<V1Container> = {}): V1Container {
  return { name, image: SHELL_IMAGE, imagePullPolicy: "IfNotPresent", command: ["sh", "-c", script], ...more };
}

/** The plan as an object. No retries, a short grace, and nothing in the pod that the case does not need. */
export function jobOf(name: string, { run = "sleep 600", main, pod, job }: JobPlan): V1Job {
  return {
    apiVersion: "batch/v1",
    kind: "Job",
    metadata: { name },
    spec: {
      backoffLimit: 0,
      ...job,
      template: {
        spec: {
          restartPolicy: "Never",
          terminationGracePeriodSeconds: 3,
          automountServiceAccountToken: false,
          dnsPolicy: "Default",
          ...pod,
          containers: [container(MAIN, run, main), ...(pod?.containers ?? [])],
        },
      },
    },
  };
}
