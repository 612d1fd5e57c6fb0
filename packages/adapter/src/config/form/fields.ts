import type { ConfigValues } from "../schema.ts";
import type { PlatformKey } from "./platform-keys.ts";

/** How a key is asked for in Paperclip's form. Its default is the schema's, where it has one. */
export interface Field {
  readonly label: string;
  readonly hint: string;
  /**
   * Name under which the form stores it, where that is not the key's own: Paperclip 2026.916 hides the value of every key whose name it takes
   * for a secret's, and its form then stores what hides it (`SECRET_FIELD_NAME_PATTERN` of its redaction).
   */
  readonly inForm?: string;
  /** What a form has no room for: it follows the hint in the docs. */
  readonly more?: string;
  /**
   * - `text`, `textarea`: left empty, nothing is stored, and the schema's default holds
   * - `toggle`, `number`: the form stores one at once, so the key must have a default
   * - `select`: what each value is called; the form stores the first one at once
   */
  readonly as: "text" | "textarea" | "toggle" | "number" | Readonly<Record<string, string>>;
  /** Paperclip stores the value as a secret. */
  readonly secret?: true;
  /** The key that must have any value, or this one, for the field to be shown. */
  readonly shownWith?: { readonly key: string; readonly values: readonly string[] };
}

type FormKey = Exclude<keyof ConfigValues, PlatformKey>;

/** Of a key that may stay open: the form stores nothing for the first choice. */
const OPEN = "";

const ON_ITS_OWN_CLAIM = { key: "agentDbMode", values: [OPEN, "dedicated_pvc"] };
const CPU = "Kubernetes quantity, such as 500m or 2";
const MEMORY = "Kubernetes quantity, such as 512Mi or 4Gi";

/** Every key of the configuration but the platform's, in the order of the form. */
export const FIELDS: Readonly<Record<FormKey, Field>> = {
  namespace: {
    label: "Namespace",
    hint: "Where the Jobs run; it must exist. {{company.id}} stands for the agent's company. Empty: that of the Paperclip pod.",
    more: "With a namespace for each company, one value serves all of them.",
    as: "text",
  },
  image: {
    label: "Image",
    hint: "Container image with opencode; git and ripgrep are wise. Empty: that of the Paperclip pod.",
    as: "text",
  },
  imagePullPolicy: {
    label: "Image pull policy",
    hint: "When the node asks the registry.",
    as: { IfNotPresent: "If not present", Always: "Always", Never: "Never" },
  },
  imagePullSecrets: {
    inForm: "imageRegistryAccess",
    label: "Image pull Secrets",
    hint: "Names of Secrets with credentials of registries. Empty: those of the Paperclip pod.",
    more: "A list, or words.",
    as: "text",
  },
  imageAllowlist: {
    label: "Allowed images",
    hint: "Globs that the image must fit one of: * within a part of its name, ** in all. Empty: any image.",
    more: "Whoever may change this key may change the image, too: it guards against mistakes.",
    as: "textarea",
  },
  kubeconfig: {
    label: "Kubeconfig",
    hint: "Path of a file on the Paperclip server. Empty: the cluster that Paperclip runs in.",
    as: "text",
  },
  kubeconfigText: {
    label: "Kubeconfig as text",
    hint: "In its place: all of it, as kubectl config view --raw --flatten prints it.",
    more: "No exec, auth-provider, tokenFile, nor paths of files, which would be the Paperclip server's.",
    as: "textarea",
    secret: true,
  },
  serviceAccountName: { label: "ServiceAccount", hint: "Of the pod. Empty: the namespace's default.", as: "text" },
  automountServiceAccountToken: {
    inForm: "mountServiceAccount",
    label: "Give the agent a Kubernetes token",
    hint: "A token of the ServiceAccount, with all its rights.",
    as: "toggle",
  },
  variant: {
    label: "Variant",
    hint: "OpenCode's --variant: an effort of the model, such as high.",
    more: "Paperclip's own fields effort and thinkingEffort mean the same.",
    as: "text",
  },
  resumeLastSession: {
    label: "Go on with the last session",
    hint: "Of the task. Off: each run begins a new one.",
    as: "toggle",
  },
  dangerouslySkipPermissions: {
    label: "Files outside of the working directory",
    hint: "The agent may use them.",
    as: "toggle",
  },
  hideEnvironment: {
    label: "Hide the environment",
    hint: "Denies commands that print it; a guard against accidents, no boundary.",
    as: "toggle",
  },
  mcpServers: {
    label: "MCP servers",
    hint: "YAML or JSON, by name: { command, args, env } or { url, headers }.",
    more: "Either with disabled, and timeout in milliseconds.",
    as: "textarea",
    secret: true,
  },
  envValueFrom: {
    label: "Variables by reference",
    hint: "YAML or JSON, as valueFrom of a PodSpec: { TOKEN: { secretKeyRef: { name, key } } }.",
    as: "textarea",
  },
  envFrom: {
    label: "Variables of Secrets and ConfigMaps",
    hint: "YAML or JSON: [{ secretRef: { name } }].",
    more: "All their keys become variables.",
    as: "textarea",
  },
  inheritPod: {
    label: "Inherit from the Paperclip pod",
    hint: "What is not configured is taken from it.",
    as: "toggle",
  },
  inheritEnv: {
    label: "Variables of the Paperclip pod",
    hint: "Further names, with * for any text; all passes on everything, Paperclip's own secrets included.",
    more: "A list, or words.",
    as: "text",
  },
  paperclipApiUrl: {
    label: "Paperclip API URL",
    hint: "As pods reach it, such as http://paperclip.paperclip:3100. Empty: found out.",
    as: "text",
  },
  providerKeys: {
    label: "Provider keys",
    hint: "YAML or JSON: providers and their API keys. They become files that the agent's tools do not see.",
    more: "A provider that has a key in its configuration keeps that.",
    as: "textarea",
    secret: true,
  },
  authJson: { label: "auth.json", hint: "Content of OpenCode's auth.json.", as: "textarea", secret: true },
  scheduleTimeoutSec: { label: "Schedule timeout", hint: "Seconds until the pod has a node.", as: "number" },
  imagePullTimeoutSec: {
    label: "Image pull timeout",
    hint: "Seconds from the first pull that failed; one that no waiting mends fails at once.",
    as: "number",
  },
  startTimeoutSec: { label: "Start timeout", hint: "Seconds from the node to the running container.", as: "number" },
  nodeLostTimeoutSec: {
    label: "Node lost timeout",
    hint: "Seconds until a run is given up whose node does not answer.",
    more: "The code is k8s_node_lost. Where tolerations name the taint, they say how long.",
    as: "number",
  },
  apiOutageSec: {
    label: "API outage",
    hint: "Seconds that the API server may be away before a run is left to be adopted.",
    more: "The code is then k8s_api_unreachable.",
    as: "number",
  },
  ttlSecondsAfterFinished: {
    label: "TTL of finished Jobs",
    hint: "Seconds until Kubernetes removes a Job that nobody collected.",
    as: "number",
  },
  retainJobs: { label: "Retain Jobs", hint: "Keep the Job, its pod and its log after the run.", as: "toggle" },
  reattachOrphanedJobs: {
    label: "Adopt Jobs of lost runs",
    hint: "A run goes on with the Job of the one that it replaces; otherwise it waits for its end, and runs anew.",
    more: "Its log is read from the first line on.",
    as: "toggle",
  },
  allowConcurrentTasks: {
    label: "Tasks at the same time",
    hint: "Runs of different tasks do not wait for each other. Each task has a session, a database and a working tree of its own.",
    as: "toggle",
  },
  maxOutputBytes: {
    label: "Output limit",
    hint: "Bytes of OpenCode's events; past them it is ended. Empty: 256 MiB.",
    more: "What it wrote is delivered.",
    as: "text",
  },
  maxSilenceSec: {
    label: "Silence limit",
    hint: "Seconds without a line of OpenCode that end a run, 60 or more. Empty: none.",
    more: "OpenCode prints when a part of an answer is there.",
    as: "text",
  },
  maxSteps: { label: "Step limit", hint: "Steps of the agent that end a run. Empty: none.", as: "text" },
  maxTokens: {
    inForm: "maxUsage",
    label: "Token limit",
    hint: "Input and output tokens, without those from a cache, that end a run. Empty: none.",
    as: "text",
  },
  maxCostUsd: {
    label: "Cost limit",
    hint: "US dollars that end a run, where OpenCode knows the price. Empty: none.",
    as: "text",
  },
  tokenPrices: {
    inForm: "modelPrices",
    label: "Prices of tokens",
    hint: "YAML or JSON, US dollars for a million, where OpenCode knows none: { provider/model: { input, output } }.",
    more: "Also cacheRead and cacheWrite.",
    as: "textarea",
  },
  "resources.requests.cpu": { label: "CPU request", hint: CPU, as: "text" },
  "resources.requests.memory": { label: "Memory request", hint: MEMORY, as: "text" },
  "resources.limits.cpu": { label: "CPU limit", hint: CPU, as: "text" },
  "resources.limits.memory": { label: "Memory limit", hint: MEMORY, as: "text" },
  labels: {
    label: "Labels",
    hint: "On all objects of a run: lines key=value, YAML or JSON.",
    more: "The prefix paperclip.io/ is reserved.",
    as: "textarea",
  },
  annotations: { label: "Annotations", hint: "On all objects of a run: YAML or JSON, texts only.", as: "textarea" },
  nodeSelector: {
    label: "Node selector",
    hint: "Labels that a node must have: lines key=value, YAML or JSON.",
    as: "textarea",
  },
  tolerations: {
    label: "Tolerations",
    hint: "As in a PodSpec, YAML or JSON, or lines as of kubectl taint.",
    as: "textarea",
  },
  affinity: { label: "Affinity", hint: "As in a PodSpec, YAML or JSON.", as: "textarea" },
  dnsPolicy: {
    label: "DNS policy",
    hint: "Of the pod.",
    as: {
      [OPEN]: "As the Paperclip pod",
      ClusterFirst: "ClusterFirst",
      ClusterFirstWithHostNet: "ClusterFirstWithHostNet",
      Default: "Default",
      None: "None",
    },
  },
  dnsConfig: { label: "DNS configuration", hint: "As in a PodSpec, YAML or JSON.", as: "textarea" },
  priorityClassName: { label: "Priority class", hint: "A PriorityClass, which must exist.", as: "text" },
  runtimeClassName: { label: "Runtime class", hint: "A RuntimeClass, which must exist.", as: "text" },
  "user.uid": { label: "User id", hint: "Never 0. Empty: that of the Paperclip pod, or 1000.", as: "text" },
  "user.gid": { label: "Group id", hint: "Empty: that of the Paperclip pod, or 1000.", as: "text" },
  "user.fsGroup": { label: "Group of volumes", hint: "Empty: that of the Paperclip pod, or 1000.", as: "text" },
  "dataClaim.claimName": {
    label: "Shared claim",
    hint: "PersistentVolumeClaim that Paperclip and its agents share. Empty: that of the Paperclip pod.",
    more: "With it HOME is at its top.",
    as: "text",
  },
  "dataClaim.mountPath": { label: "Mount path of the shared claim", hint: "Where pods see it.", as: "text" },
  "dataClaim.subPath": { label: "Folder of the shared claim", hint: "Mounted in its place.", as: "text" },
  "dataClaim.readOnly": { label: "Shared claim read-only", hint: "The agent may only read it.", as: "toggle" },
  extraVolumes: {
    label: "Further volumes",
    hint: "YAML or JSON: a list of name, mountPath, source (as in a PodSpec), and perhaps subPath, readOnly.",
    as: "textarea",
  },
  agentDbMode: {
    label: "Sessions",
    hint: "Where OpenCode's sessions lie.",
    more: "dedicated_pvc: on the claim opencode-db-<agent>; workspace_subpath: in a folder for each task on the shared claim; ephemeral: in the pod.",
    as: {
      [OPEN]: "The best place that is there",
      dedicated_pvc: "On a claim of the agent's own",
      workspace_subpath: "On the shared claim, a folder for each task",
      ephemeral: "In the pod, and gone with it",
    },
  },
  agentDbStorageClass: {
    label: "StorageClass of the agent's claim",
    hint: "Required for a new one.",
    as: "text",
    shownWith: ON_ITS_OWN_CLAIM,
  },
  agentDbStorageCapacity: {
    label: "Size of the agent's claim",
    hint: MEMORY,
    as: "text",
    shownWith: ON_ITS_OWN_CLAIM,
  },
  "scratch.workspace": {
    label: "Room for the workspace",
    hint: "What the pod may fill of its node. Empty: 20Gi.",
    as: "text",
  },
  "scratch.home": { label: "Room for state and caches", hint: "Empty: 10Gi.", as: "text" },
  "scratch.tmp": { label: "Room for temporary files", hint: "Empty: 10Gi.", as: "text" },
  "scratch.run": {
    label: "Room for events",
    hint: "More than the output limit. Empty: 2Gi.",
    more: "OpenCode's events go there first.",
    as: "text",
  },
  "scratch.database": {
    label: "Room for sessions",
    hint: "Where they lie in the pod. Empty: 2Gi.",
    as: "text",
  },
  networkPolicy: {
    label: "Network policy",
    hint: "YAML or JSON: whom the agent's pods may speak to: dns, paperclip, egress. Empty: anybody.",
    as: "textarea",
  },
  "dind.image": {
    label: "Docker daemon",
    hint: "Image such as docker:28-dind, beside the agent. Privileged: who uses it is root on the node.",
    as: "text",
  },
  "dind.storage": { label: "Docker: room for images", hint: "Empty: 20Gi.", as: "text" },
  "dind.resources.requests.cpu": { label: "Docker: CPU request", hint: CPU, as: "text" },
  "dind.resources.requests.memory": { label: "Docker: memory request", hint: MEMORY, as: "text" },
  "dind.resources.limits.cpu": { label: "Docker: CPU limit", hint: CPU, as: "text" },
  "dind.resources.limits.memory": { label: "Docker: memory limit", hint: MEMORY, as: "text" },
};

/** Keys that the form stores under another name, by their own. */
export const FORM_NAMES: Readonly<Record<string, string>> = Object.fromEntries(
  Object.entries(FIELDS).flatMap(([key, { inForm }]) => (inForm === undefined ? [] : [[key, inForm]])),
);
