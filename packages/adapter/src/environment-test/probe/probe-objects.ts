import { CONTAINER_NAME, type RunObjects } from "@opencode-k8s/job-manifest";
import type { RunConfig } from "../../config/index.ts";
import type { RunPlan } from "../../plan/index.ts";
import { PROBE_COMMAND } from "./probe-program.ts";

/** Its pod ends with it, and its Job goes, also when nobody is left to delete it; seconds. */
const LIFE_SEC = 60;

/**
 * The Job and the Secrets of the probe: those of a run, with the program of the probe. So it has the run's image, account, place,
 * rules and environment. Without claims: a test binds no volume, and waits for none.
 * @throws ConfigError, ManifestError
 */
export function probeObjects(
  config: RunConfig,
  planFor: (config: RunConfig) => RunPlan,
): Pick<RunObjects, "job" | "secrets"> {
  const { "dataClaim.claimName": _, extraVolumes = [], ...rest } = config;
  const { job, secrets } = planFor({
    ...rest,
    agentDbMode: "ephemeral",
    extraVolumes: extraVolumes.filter(({ source }) => !source.persistentVolumeClaim && !source.ephemeral),
  }).objects;
  const { spec } = job;
  const pod = spec?.template.spec;
  if (!spec || !pod) return { job, secrets };
  const containers = pod.containers.map((container) =>
    container.name === CONTAINER_NAME ? { ...container, command: [...PROBE_COMMAND], args: [] } : container,
  );
  const template = { ...spec.template, spec: { ...pod, terminationGracePeriodSeconds: 1, containers } };
  const bounds = { activeDeadlineSeconds: LIFE_SEC, ttlSecondsAfterFinished: LIFE_SEC };
  return { job: { ...job, spec: { ...spec, ...bounds, template } }, secrets };
}
