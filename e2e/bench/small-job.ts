import type { V1Job } from "@kubernetes/client-node";
import { SHELL_IMAGE } from "../world/settings.ts";

/** The container of a {@link smallJob}. */
export const CONTAINER = "main";

/** A Job of one small container that runs a shell command once, and passes Pod Security `restricted`. */
export function smallJob(name: string, command: string): V1Job {
  const container = {
    name: CONTAINER,
    image: SHELL_IMAGE,
    command: ["sh", "-c", command],
    resources: { requests: { cpu: "5m", memory: "8Mi" } },
    securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ["ALL"] } },
  };
  const securityContext = { runAsNonRoot: true, runAsUser: 1000, seccompProfile: { type: "RuntimeDefault" } };
  const spec = { restartPolicy: "Never", securityContext, containers: [container] };
  return { apiVersion: "batch/v1", kind: "Job", metadata: { name }, spec: { backoffLimit: 0, template: { spec } } };
}
