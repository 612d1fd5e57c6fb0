import type { V1Container, V1PodSpec } from "@kubernetes/client-node";
import type { RunInput } from "../input/run-input.ts";
import type { PlannedSecret } from "../secret/secret-layout.ts";
import { containerEnvironment } from "../process/environment.ts";
import { environmentSources } from "../process/environment-references.ts";
import { startDirectory } from "../storage/home.ts";
import { docker } from "./dind.ts";
import { identity } from "./identity.ts";
import { imageName, pullPolicy } from "./image.ts";
import { nameResolution } from "./name-resolution.ts";
import { openCodeArgs } from "../process/opencode-args.ts";
import * as paths from "../storage/paths.ts";
import { placement } from "./placement.ts";
import { PROGRAM } from "../program/program.ts";
import { seconds } from "../values/quantity.ts";
import { resources } from "./resources.ts";
import { literal } from "../values/text.ts";
import { runVolumes } from "../storage/volumes.ts";

/** The container whose log is OpenCode's events and the receipt. */
export const CONTAINER_NAME = "opencode";

/** Seconds that the kubelet waits beyond `graceSec`, for the last events to be copied and the receipt to be written. */
const DRAIN_SECONDS = 15;

/** The pod of a run; it passes Pod Security `restricted`, unless it has a Docker daemon. */
export function runPodSpec(input: RunInput, secrets: readonly PlannedSecret[]): V1PodSpec {
  const { volumes, volumeMounts } = runVolumes(input, secrets);
  const { sidecars, ...ofDocker } = docker(input, volumeMounts);
  return {
    restartPolicy: "Never",
    terminationGracePeriodSeconds: seconds("graceSec", input.graceSec) + DRAIN_SECONDS,
    ...identity(input),
    // Without this every Service of the namespace would add variables to the agent's environment.
    enableServiceLinks: false,
    ...nameResolution(input),
    ...placement(input),
    ...(sidecars.length === 0 ? {} : { initContainers: sidecars }),
    containers: [{ ...openCodeContainer(input, secrets), volumeMounts: [...volumeMounts, ...ofDocker.mounts] }],
    volumes: [...volumes, ...ofDocker.volumes],
  };
}

function openCodeContainer(input: RunInput, secrets: readonly PlannedSecret[]): V1Container {
  return {
    name: CONTAINER_NAME,
    image: imageName("image", input.image),
    imagePullPolicy: pullPolicy(input.imagePullPolicy),
    // The program is a constant. What differs from run to run comes as arguments, and is never read as code.
    command: ["/bin/sh", "-c", literal(PROGRAM), "opencode-k8s"],
    args: openCodeArgs(input).map(literal),
    workingDir: startDirectory(input),
    env: containerEnvironment(input, secrets),
    ...(input.envFrom?.length ? { envFrom: environmentSources(input) } : {}),
    resources: resources("resources", input.resources),
    securityContext: {
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      runAsNonRoot: true,
      capabilities: { drop: ["ALL"] },
    },
    terminationMessagePath: paths.TERMINATION_LOG,
    terminationMessagePolicy: "File",
  };
}
