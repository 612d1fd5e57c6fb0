import { type Cluster, collectionPath, deadline, isForbidden, isNotFound, type Pod } from "@opencode-k8s/k8s-kit";
import { configured } from "../config/index.ts";
import type { ServerProcess } from "../server-process.ts";

/** The pod that the Paperclip server runs in. */
export type OwnPod =
  /** The server is in no pod, the Jobs are in another cluster, or nothing is to be inherited. */
  | { readonly kind: "none" }
  | { readonly kind: "found"; readonly pod: Pod }
  /** `why` says what to do about it. */
  | { readonly kind: "unreadable"; readonly why: string };

const NONE: OwnPod = { kind: "none" };

/** Bound on reading it, milliseconds: half of what a run has before its Job. */
const READ_MS = 5_000;

/** Where the kubelet writes the namespace of a pod that has a token. */
const NAMESPACE_FILE = "/var/run/secrets/kubernetes.io/serviceaccount/namespace";

/** Read once for each cluster: what a run inherits of a pod does not change while that runs. */
const known = new WeakMap<Cluster, Pod>();

/**
 * The server's own pod, for a configuration that may inherit from it. One that could not be read is asked for again by the next run.
 * @param raw the configuration, unchecked: what must be configured depends on the pod
 * @param inCluster the cluster that the server runs in; asked for only where something is inherited
 * @throws KubernetesError, KubeConfigError, DeadlineError, the signal's reason
 */
export async function readOwnPod(
  raw: Readonly<Record<string, unknown>>,
  server: ServerProcess,
  inCluster: () => Cluster,
  signal: AbortSignal | undefined,
): Promise<OwnPod> {
  if (!mayInherit(raw, server)) return NONE;
  const cluster = inCluster();
  const before = known.get(cluster);
  if (before) return { kind: "found", pod: before };
  const name = first(server, ["POD_NAME", "HOSTNAME"]);
  const namespace =
    first(server, ["POD_NAMESPACE", "PAPERCLIP_NAMESPACE"]) || (server.readText(NAMESPACE_FILE)?.trim() ?? "");
  if (name === "" || namespace === "") {
    return { kind: "unreadable", why: `The Paperclip pod could not be found: ${BY_NAME}.` };
  }
  try {
    using limit = deadline(cluster.clock, READ_MS, `reading the Paperclip pod ${namespace}/${name}`, signal);
    const path = `${collectionPath.pods(namespace)}/${name}`;
    const pod = await cluster.persist<Pod>("GET", path, { signal: limit.signal });
    known.set(cluster, pod);
    return { kind: "found", pod };
  } catch (error) {
    if (!isForbidden(error) && !isNotFound(error)) throw error;
    const remedy = isForbidden(error)
      ? `allow it by a Role in the namespace ${namespace} with the rule {"apiGroups":[""],"resources":["pods"],"verbs":["get"]}`
      : BY_NAME;
    return { kind: "unreadable", why: `The Paperclip pod ${namespace}/${name} could not be read: ${remedy}.` };
  }
}

const BY_NAME =
  "set POD_NAME (metadata.name) and POD_NAMESPACE (metadata.namespace) of the server by a fieldRef in its Deployment";

function mayInherit(raw: Readonly<Record<string, unknown>>, { env }: ServerProcess): boolean {
  const isElsewhere = ["kubeconfig", "kubeconfigText"].some((key) => configured(raw, key) !== undefined);
  if (isElsewhere || !env["KUBERNETES_SERVICE_HOST"]) return false;
  const inherit = configured(raw, "inheritPod");
  return inherit !== false && inherit !== "false";
}

function first({ env }: ServerProcess, names: readonly string[]): string {
  return names.map((name) => env[name]?.trim() ?? "").find((value) => value !== "") ?? "";
}
