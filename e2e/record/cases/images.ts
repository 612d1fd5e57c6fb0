import type { FailureCase } from "../failure-case.ts";
import { SHELL_IMAGE } from "../../world/settings.ts";
import { container } from "../job-plan.ts";
import { REGISTRY } from "../registry.ts";
import { event, waiting } from "../when.ts";

/** A pull that fails: the kubelet's first word, and the one it says from then on. */
function refusedPull(name: string, image: string, needs: Pick<FailureCase, "needs">): FailureCase {
  return {
    name,
    ...needs,
    play: async (on) => {
      await on.start({ main: { image } });
      await on.stage("ErrImagePull", waiting("ErrImagePull"));
      await on.stage("ImagePullBackOff", waiting("ImagePullBackOff"));
    },
  };
}
const ofOurRegistry = (name: string, repository: string): FailureCase =>
  refusedPull(name, `${REGISTRY}/${repository}:1`, { needs: "registry" });

/** Images that do not come. */
export const imageCases: readonly FailureCase[] = [
  ofOurRegistry("image-not-found", "missing/app"),
  ofOurRegistry("image-not-found-misleading-name", "missing/too-many-requests/timeout"),
  ofOurRegistry("image-denied-login", "login/app"),
  ofOurRegistry("image-denied-token", "token/app"),
  ofOurRegistry("image-denied-forbidden", "forbidden/app"),
  ofOurRegistry("image-rate-limited", "busy/app"),
  ofOurRegistry("image-rate-limited-misleading-name", "busy/not-found/denied"),
  ofOurRegistry("image-registry-broken", "broken/app"),
  ofOurRegistry("image-other-platform", "foreign/app"),
  refusedPull("image-registry-refuses-connections", "127.0.0.1:1/app:1", {}),
  refusedPull("image-registry-unknown-host", "registry.invalid/app:1", {}),
  {
    name: "image-slow",
    needs: "registry",
    play: async (on) => {
      await on.start({ main: { image: `${REGISTRY}/silent/app:1` } });
      await on.stage("pulling", event("Pulling"));
    },
  },
  {
    name: "image-name-invalid",
    play: async (on) => {
      await on.start({ main: { image: "Not An Image" } });
      await on.stage("InvalidImageName", waiting("InvalidImageName"));
    },
  },
  {
    name: "image-never-pulled",
    play: async (on) => {
      await on.start({ main: { image: "registry.invalid/app:1", imagePullPolicy: "Never" } });
      await on.stage("ErrImageNeverPull", waiting("ErrImageNeverPull"));
    },
  },
  {
    name: "image-of-init-container-not-found",
    needs: "registry",
    play: async (on) => {
      const prepare = container("prepare", "true", { image: `${REGISTRY}/missing/prepare:1` });
      await on.start({ main: { image: SHELL_IMAGE }, pod: { initContainers: [prepare] } });
      await on.stage("ErrImagePull", waiting("ErrImagePull"));
    },
  },
];
