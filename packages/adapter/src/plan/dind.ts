import type { Dind } from "@opencode-k8s/job-manifest";
import type { RunConfig } from "../config/index.ts";
import { given } from "./given.ts";

/** The Docker daemon of a run, where one is configured. */
export function dindOf(config: RunConfig): Dind | undefined {
  const image = config["dind.image"];
  if (image === undefined) return undefined;
  return {
    image,
    ...given({ storage: config["dind.storage"] }),
    resources: {
      requests: { cpu: config["dind.resources.requests.cpu"], memory: config["dind.resources.requests.memory"] },
      limits: { cpu: config["dind.resources.limits.cpu"], memory: config["dind.resources.limits.memory"] },
    },
  };
}
