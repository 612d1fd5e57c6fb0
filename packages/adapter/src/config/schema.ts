import { isQuantity } from "@opencode-k8s/job-manifest";
import { z } from "zod";

/** RFC 1123 label: what a namespace may be called. */
const DNS_LABEL = /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/;

const text = (want: string): z.ZodString => z.string(want).trim();

const quantity = (example: string, fallback: string): z.ZodDefault<z.ZodType<string>> =>
  z
    .preprocess(
      (value) => (typeof value === "number" ? String(value) : value),
      text(`a Kubernetes quantity such as ${example}`).refine(
        isQuantity,
        `give a Kubernetes quantity such as ${example}`,
      ),
    )
    .default(fallback);

/** Forms and text areas hand numbers over as text. */
const seconds = (want: string, least: number, fallback: number): z.ZodDefault<z.ZodType<number>> =>
  z
    .preprocess(
      (value) => (typeof value === "string" && value.trim() !== "" ? Number(value) : value),
      z.number(want).int(want).min(least, want).max(MAX_SECONDS, want),
    )
    .default(fallback);

/** Seconds in 24 days: a timer of Node overflows at 2^31 milliseconds, which is a little more. */
const MAX_SECONDS = 24 * 24 * 3600;

const yesOrNo = z.preprocess(
  (value) => (value === "true" ? true : value === "false" ? false : value),
  z.boolean("give true or false"),
);

/** Every configuration key that the adapter reads, dotted as in the form, with what it must be and its default. */
export const configSchema = z.object({
  model: text("give the model as provider/model, for example anthropic/claude-sonnet-4-5").regex(
    /^[^/\s]+\/\S+$/,
    "give the model as provider/model, for example anthropic/claude-sonnet-4-5",
  ),
  namespace: text("name the namespace in which the agent's Jobs run").regex(
    DNS_LABEL,
    "name a namespace: lower-case letters, digits and -, 63 characters at most",
  ),
  image: text("name a container image that has OpenCode in it").regex(
    /^\S+$/,
    "name a container image, without spaces",
  ),
  imagePullPolicy: z
    .enum(["IfNotPresent", "Always", "Never"], "give IfNotPresent, Always or Never")
    .default("IfNotPresent"),
  kubeconfig: text("give the path of a kubeconfig on the Paperclip server")
    .regex(/^\.{0,2}\/[^\n{]{1,1023}$/, "give the path of a kubeconfig on the Paperclip server, not what it holds")
    .optional(),
  "resources.requests.cpu": quantity("500m", "1000m"),
  "resources.requests.memory": quantity("2Gi", "2Gi"),
  "resources.limits.cpu": quantity("4", "4000m"),
  "resources.limits.memory": quantity("8Gi", "8Gi"),
  timeoutSec: seconds("give whole seconds; 0 is no limit", 0, 0),
  graceSec: seconds("give whole seconds, 0 or more", 0, 60),
  // A day: the adapter deletes what it collected; this is for Jobs that nobody collected, and that may still be adopted.
  ttlSecondsAfterFinished: seconds("give whole seconds, 0 or more", 0, 24 * 3600),
  retainJobs: yesOrNo.default(false),
  scheduleTimeoutSec: seconds("give whole seconds, 1 or more", 1, 120),
  imagePullTimeoutSec: seconds("give whole seconds, 1 or more", 1, 300),
  startTimeoutSec: seconds("give whole seconds, 1 or more", 1, 600),
  agentDbMode: z.enum(["ephemeral", "dedicated_pvc"], "give ephemeral or dedicated_pvc").default("ephemeral"),
  agentDbStorageClass: text("name a StorageClass of the cluster").optional(),
  agentDbStorageCapacity: quantity("1Gi", "1Gi"),
});

export type ConfigValues = z.infer<typeof configSchema>;
