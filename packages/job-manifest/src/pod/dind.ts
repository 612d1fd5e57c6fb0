import type { V1Container, V1Volume, V1VolumeMount } from "@kubernetes/client-node";
import type { Dind } from "../input/docker.ts";
import type { RunInput } from "../input/run-input.ts";
import { isInside } from "../storage/mounts.ts";
import * as paths from "../storage/paths.ts";
import { quantity } from "../values/quantity.ts";
import { groupOf } from "./identity.ts";
import { imageName, pullPolicy } from "./image.ts";
import { resources } from "./resources.ts";

/** The container with the Docker daemon; Pod Security names it where it refuses the pod. */
export const DIND_NAME = "dind";

/** No port: whoever shares the pod's network, such as a container of the daemon's, would be root through it. */
export const DOCKER_HOST: string = `unix://${paths.DOCKER_DIR}/docker.sock`;

const DATA = { name: "docker-data", mountPath: "/var/lib/docker" };
const SOCKET = { name: "docker-socket", mountPath: paths.DOCKER_DIR };
/** Images of a build, and its cache. */
const STORAGE = "20Gi";

/** What the pod of a run has more when it has a Docker daemon. */
interface Docker {
  sidecars: V1Container[];
  /** The agent's. */
  mounts: V1VolumeMount[];
  volumes: V1Volume[];
}

/**
 * The Docker daemon of a run, and the socket between it and the agent.
 * @param mounts the agent's others
 * @throws {ManifestError} naming the field
 */
export function docker(input: RunInput, mounts: readonly V1VolumeMount[]): Docker {
  const { dind } = input;
  if (dind === undefined) return { sidecars: [], mounts: [], volumes: [] };
  const sizeLimit = quantity("dind.storage", dind.storage ?? STORAGE);
  return {
    sidecars: [sidecar(input, dind, mounts)],
    mounts: [SOCKET],
    volumes: [
      { name: SOCKET.name, emptyDir: { sizeLimit: "1Mi" } },
      { name: DATA.name, emptyDir: { sizeLimit } },
    ],
  };
}

/**
 * The daemon as a native sidecar: it starts before the agent, which waits until it answers, and ends after it, so that the
 * Job does.
 * @param mounts the agent's: a `docker run -v` of its working directory, or of a temporary file, has to mean the same to both
 */
function sidecar(input: RunInput, dind: Dind, mounts: readonly V1VolumeMount[]): V1Container {
  const shared = mounts.filter(({ mountPath }) => mountPath === paths.TMPDIR || isInside(input.workingDir, mountPath));
  return {
    name: DIND_NAME,
    image: imageName("dind.image", dind.image),
    imagePullPolicy: pullPolicy(input.imagePullPolicy),
    restartPolicy: "Always",
    // The image's entrypoint, told what to start, listens nowhere else.
    args: ["dockerd", `--host=${DOCKER_HOST}`, `--group=${groupOf(input)}`],
    startupProbe: {
      exec: { command: ["docker", `--host=${DOCKER_HOST}`, "version"] },
      periodSeconds: 2,
      timeoutSeconds: 10,
      failureThreshold: 60,
    },
    resources: resources("dind.resources", dind.resources),
    securityContext: { privileged: true, runAsNonRoot: false, runAsUser: 0, runAsGroup: 0 },
    volumeMounts: [...shared, SOCKET, DATA],
  };
}
