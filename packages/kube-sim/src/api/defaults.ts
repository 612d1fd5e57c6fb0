import type { Draft } from "../store/store.ts";
import type { Container, Job, KubeObject, Pod } from "../wire.ts";
import { CLAIMS, JOBS, LEASES, NAMESPACES, PODS, type ResourceType, SECRETS } from "./resources.ts";

type PodSpec = Partial<Pod["spec"]>;

/** Fills in what a client may leave out, as the API server does before it stores an object. */
export function applyDefaults(resource: ResourceType, object: KubeObject): void {
  const draft = object as unknown as Draft;
  switch (resource) {
    case NAMESPACES:
      draft.spec ??= { finalizers: ["kubernetes"] };
      draft.status = { phase: "Active" };
      object.metadata.labels = { ...object.metadata.labels, "kubernetes.io/metadata.name": object.metadata.name };
      break;
    case PODS:
      draft.spec = withPodDefaults(draft.spec as PodSpec);
      draft.status = { phase: "Pending", qosClass: qosClass(draft.spec as Pod["spec"]) };
      object.metadata.generation = 1;
      break;
    case SECRETS:
      encodeStringData(draft);
      draft.type ??= "Opaque";
      break;
    case CLAIMS:
      draft.spec = { volumeMode: "Filesystem", ...(draft.spec as object) };
      draft.status = { phase: "Pending" };
      break;
    case LEASES:
      draft.spec ??= {};
      break;
    case JOBS:
      draft.spec = withJobDefaults(object, draft.spec as Record<string, unknown>);
      object.metadata.labels ??= structuredClone((draft.spec as Job["spec"]).template.metadata?.labels ?? {});
      draft.status = {};
      object.metadata.generation = 1;
      break;
  }
}

function withJobDefaults(job: KubeObject, spec: Record<string, unknown>): Record<string, unknown> {
  const { uid, name } = job.metadata;
  const template = spec.template as { metadata?: { labels?: Record<string, string> }; spec: PodSpec };
  const identity = {
    "batch.kubernetes.io/controller-uid": uid,
    "batch.kubernetes.io/job-name": name,
    "controller-uid": uid,
    "job-name": name,
  };
  return {
    parallelism: 1,
    completions: 1,
    backoffLimit: 6,
    manualSelector: false,
    completionMode: "NonIndexed",
    suspend: false,
    podReplacementPolicy: "TerminatingOrFailed",
    ...spec,
    selector: { matchLabels: { "batch.kubernetes.io/controller-uid": uid } },
    template: {
      metadata: { ...template.metadata, labels: { ...template.metadata?.labels, ...identity } },
      spec: withPodDefaults(template.spec),
    },
  };
}

function withPodDefaults(spec: PodSpec): PodSpec {
  return {
    restartPolicy: "Always",
    terminationGracePeriodSeconds: 30,
    dnsPolicy: "ClusterFirst",
    securityContext: {},
    schedulerName: "default-scheduler",
    ...spec,
    containers: (spec.containers ?? []).map(withContainerDefaults),
    ...(spec.initContainers && { initContainers: spec.initContainers.map(withContainerDefaults) }),
  };
}

function withContainerDefaults(container: Container): Container {
  return {
    resources: {},
    terminationMessagePath: "/dev/termination-log",
    terminationMessagePolicy: "File",
    imagePullPolicy: /(?::latest|^[^:@]+(?:\/[^:@]+)*)$/.test(container.image ?? "") ? "Always" : "IfNotPresent",
    ...container,
  };
}

function qosClass({ containers }: Pod["spec"]): string {
  const all = containers.flatMap(({ resources }) => [resources?.requests, resources?.limits]);
  return all.some((list) => list && Object.keys(list).length > 0) ? "Burstable" : "BestEffort";
}

function encodeStringData(secret: Draft): void {
  const given = (secret.stringData ?? {}) as Record<string, string>;
  const encoded = Object.entries(given).map(([key, text]) => [key, Buffer.from(text).toString("base64")]);
  delete secret.stringData;
  if (encoded.length > 0) secret.data = { ...(secret.data as object), ...Object.fromEntries(encoded) };
}
