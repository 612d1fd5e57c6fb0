import { openCodeVersion } from "@opencode-k8s/kube-sim";
import { mustRun } from "./program.ts";

/** The images of the suite, as they are called on the nodes. */
export interface Images {
  readonly agent: string;
  readonly shell: string;
}

/**
 * Builds the image with the catalog's OpenCode and the one with a shell, and puts them on the nodes. Both are built here, the
 * second from busybox as it is: Docker from 29 on keeps of a pulled image a list of platforms that it does not have, and kind
 * refuses such a one (kubernetes-sigs/kind#3795). Attestations are left out for the same reason.
 */
export async function loadImages(cluster: string, signal: AbortSignal): Promise<Images> {
  const version = await openCodeVersion();
  const images = { agent: `e2e.local/opencode:${version}`, shell: "e2e.local/shell:1" };
  const build = async (tag: string, ...rest: readonly string[]): Promise<void> =>
    await mustRun("docker", ["build", "--tag", tag, ...rest], {
      signal,
      env: { DOCKER_BUILDKIT: "1", BUILDX_NO_DEFAULT_ATTESTATIONS: "1" },
    });
  await build(images.agent, "--build-arg", `OPENCODE=${version}`, "images/agent");
  await build(images.shell, "--file", "e2e/kind/shell.Dockerfile", "e2e/kind");
  await mustRun("kind", ["load", "docker-image", images.agent, images.shell, "--name", cluster], { signal });
  return images;
}
