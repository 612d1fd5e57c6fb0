import type { z } from "zod";
import { quantity, text } from "../scalars.ts";

/** A Docker daemon beside the agent; all of it is without meaning, and the pod unprivileged, without an image. */
export const dindKeys = {
  "dind.image": text("name an image of Docker's daemon, such as docker:28-dind")
    .regex(/^\S+$/, "name a container image, without spaces")
    .optional(),
  "dind.storage": quantity("20Gi").optional(),
  "dind.resources.requests.cpu": quantity("100m").default("100m"),
  "dind.resources.requests.memory": quantity("256Mi").default("256Mi"),
  "dind.resources.limits.cpu": quantity("4").default("4000m"),
  "dind.resources.limits.memory": quantity("8Gi").default("8Gi"),
} satisfies z.ZodRawShape;
