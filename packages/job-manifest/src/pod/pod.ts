import type { V1Container, V1PodSpec } from "@kubernetes/client-node";
import type { RunInput } from "../input/run-input.ts";
import type { PlannedSecret } from "../secret/secret-layout.ts";
import { containerEnvironment } from "../process/environment.ts";
import { environmentSources } from "../process/environment-references.ts";
import { startDirectory } from "../storage/home.ts";
import { identity } from "./identity.ts";
import { oneOf, refused } from "../values/kubernetes-names.ts";
import { nameResolution } from "./name-resolution.ts";
import { openCodeArgs } from "../process/opencode-args.ts";
import * as paths from "../storage/paths.ts";
import { placement } from "./placement.ts";
import { PROGRAM } from "../program/program.ts";
import { seconds } from "../values/quantity.ts";
import { resources } from "./resources.ts";
import { literal, required } from "../values/text.ts";
import { runVolumes } from "../storage/volumes.ts";

/** The container whose log is OpenCode's events and the receipt. */
export const CONTAINER_NAME = "opencode";

/** Seconds that the kubelet waits beyond `graceSec`, for the last events to be copied and the receipt to be written. */
const DRAIN_SECONDS = 15;

/** The pod of a run; it passes Pod Security `restricted`. */
export function runPodSpec(input: RunInput, secrets: readonly PlannedSecret[]): V1PodSpec {
  const { volumes, volumeMounts } = runVolumes(input, secrets);
  return {
    restartPolicy: "Never",
    terminationGracePeriodSeconds: seconds("graceSec", input.graceSec) + DRAIN_SECONDS,
    ...identity(input),
    // Without this every Service of the namespace would add variables to the agent's environment.
    enableServiceLinks: false,
    ...nameResolution(input),
    ...placement(input),
    containers: [{ ...openCodeContainer(input, secrets), volumeMounts }],
    volumes,
  };
}

function openCodeContainer(input: RunInput, secrets: readonly PlannedSecret[]): V1Container {
  return {
    name: CONTAINER_NAME,
    image: image(input.image),
    imagePullPolicy: oneOf("imagePullPolicy", input.imagePullPolicy, ["IfNotPresent", "Always", "Never"]),
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

function image(name: string): string {
  required("image", name);
  if (/^[!-~]+$/.test(name)) return name;
  throw refused("image", name, "give the name of a container image");
}
