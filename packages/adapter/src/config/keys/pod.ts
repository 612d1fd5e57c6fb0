import type { V1Affinity, V1PodDNSConfig, V1Toleration } from "@kubernetes/client-node";
import { parseLabels, parseNodeSelector, parseTolerations } from "@opencode-k8s/job-manifest";
import { z } from "zod";
import { quantity, text, whole, words, yesOrNo } from "../scalars.ts";
import { lines, structured } from "../structured.ts";

/** RFC 1123 label: what a namespace may be called, with placeholders in it. */
const NAMESPACE = /^([-a-z0-9]|\{\{[^{}]*\}\})+$/;

/** 2^31 - 1; 0 is root. */
const userId = whole("give a number from 1 on; 0 is root, which an agent never is", 1, 2_147_483_647).optional();

const tolerations: z.ZodType<V1Toleration[]> = lines("tolerations", parseTolerations);

/** What it has in it is checked with the pod. */
const affinity: z.ZodType<V1Affinity> = structured(z.looseObject({}, "give an affinity, as in a PodSpec"));

const ANNOTATIONS = "give an object of texts, in YAML or JSON; a number or a truth value in quotes";

const annotations: z.ZodType<Record<string, string>> = structured(
  z.record(z.string(), z.string(ANNOTATIONS), ANNOTATIONS),
);

const DNS = "give nameservers, searches and options, as in a PodSpec";

/** What its lists have in them is checked with the pod. */
const dnsConfig: z.ZodType<V1PodDNSConfig> = structured(
  z.strictObject(
    {
      nameservers: z.array(z.string(DNS), DNS).exactOptional(),
      searches: z.array(z.string(DNS), DNS).exactOptional(),
      options: z
        .array(z.strictObject({ name: z.string(DNS), value: z.string(DNS).exactOptional() }, DNS), DNS)
        .exactOptional(),
    },
    DNS,
  ),
);

const POLICIES = ["ClusterFirst", "ClusterFirstWithHostNet", "Default", "None"] as const;

/** The pod: where it runs, as whom, and with how much. */
export const podKeys = {
  namespace: text("name the namespace in which the agent's Jobs run").regex(
    NAMESPACE,
    "name a namespace, such as agents or paperclip-{{company.id}}: lower-case letters, digits and -, 63 characters at most",
  ),
  image: text("name a container image that has OpenCode in it").regex(
    /^\S+$/,
    "name a container image, without spaces",
  ),
  imagePullPolicy: z
    .enum(["IfNotPresent", "Always", "Never"], "give IfNotPresent, Always or Never")
    .default("IfNotPresent"),
  imagePullSecrets: words("name Secrets with credentials of registries").default([]),
  imageAllowlist: words("give globs of images, such as registry.example.com/agents/*").optional(),
  kubeconfig: text("give the path of a kubeconfig on the Paperclip server")
    .regex(
      /^\.{0,2}\/[^\n{]{1,1023}$/,
      "give the path of a kubeconfig on the Paperclip server, not what it holds: that is kubeconfigText",
    )
    .optional(),
  serviceAccountName: text("name a ServiceAccount of the namespace").optional(),
  automountServiceAccountToken: yesOrNo.default(false),
  "resources.requests.cpu": quantity("500m").default("1000m"),
  "resources.requests.memory": quantity("2Gi").default("2Gi"),
  "resources.limits.cpu": quantity("4").default("4000m"),
  "resources.limits.memory": quantity("8Gi").default("8Gi"),
  labels: lines("labels", parseLabels).optional(),
  annotations: annotations.optional(),
  dnsPolicy: z.enum(POLICIES, "give ClusterFirst, ClusterFirstWithHostNet, Default or None").optional(),
  dnsConfig: dnsConfig.optional(),
  nodeSelector: lines("nodeSelector", parseNodeSelector).optional(),
  tolerations: tolerations.optional(),
  affinity: affinity.optional(),
  priorityClassName: text("name a PriorityClass of the cluster").optional(),
  runtimeClassName: text("name a RuntimeClass of the cluster").optional(),
  "user.uid": userId,
  "user.gid": userId,
  "user.fsGroup": userId,
} satisfies z.ZodRawShape;
