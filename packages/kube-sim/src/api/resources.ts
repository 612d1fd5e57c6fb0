/** A kind of object that the server stores. */
export interface ResourceType {
  /** Empty for the core group. */
  group: string;
  version: string;
  plural: string;
  kind: string;
  namespaced: boolean;
  /** Fields that a `fieldSelector` may use, apart from metadata.name and metadata.namespace. */
  selectableFields: readonly string[];
}

function type(
  apiVersion: string,
  plural: string,
  kind: string,
  options: { namespaced?: boolean; selectableFields?: string[] } = {},
): ResourceType {
  const [version = "", group = ""] = apiVersion.split("/").reverse();
  const { namespaced = true, selectableFields = [] } = options;
  return { group, version, plural, kind, namespaced, selectableFields };
}

const involvedObject = ["kind", "namespace", "name", "uid", "apiVersion", "resourceVersion", "fieldPath"];

export const NAMESPACES: ResourceType = type("v1", "namespaces", "Namespace", {
  namespaced: false,
  selectableFields: ["status.phase"],
});
export const PODS: ResourceType = type("v1", "pods", "Pod", {
  selectableFields: [
    "spec.nodeName",
    "spec.restartPolicy",
    "spec.schedulerName",
    "spec.serviceAccountName",
    "status.phase",
    "status.podIP",
  ],
});
export const SECRETS: ResourceType = type("v1", "secrets", "Secret", { selectableFields: ["type"] });
export const CLAIMS: ResourceType = type("v1", "persistentvolumeclaims", "PersistentVolumeClaim");
export const EVENTS: ResourceType = type("v1", "events", "Event", {
  selectableFields: [...involvedObject.map((field) => `involvedObject.${field}`), "reason", "source", "type"],
});
export const JOBS: ResourceType = type("batch/v1", "jobs", "Job", { selectableFields: ["status.successful"] });
export const LEASES: ResourceType = type("coordination.k8s.io/v1", "leases", "Lease");
/** Stored, and without effect, as in a cluster whose network knows no policies. */
const NETWORK_POLICIES: ResourceType = type("networking.k8s.io/v1", "networkpolicies", "NetworkPolicy");

/** Everything that can be stored. */
export const RESOURCES: readonly ResourceType[] = [
  NAMESPACES,
  PODS,
  SECRETS,
  CLAIMS,
  EVENTS,
  JOBS,
  LEASES,
  NETWORK_POLICIES,
];

export function apiVersionOf({ group, version }: ResourceType): string {
  return group ? `${group}/${version}` : version;
}
