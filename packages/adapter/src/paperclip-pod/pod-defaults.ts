import type { Pod } from "@opencode-k8s/k8s-kit";
import type { ConfigDefaults } from "../config/index.ts";
import { withoutSlash } from "../paths.ts";
import { type Container, paperclipContainer } from "./paperclip-container.ts";

type PodSpec = NonNullable<Pod["spec"]>;

/**
 * Keys of the configuration as the Paperclip pod has them: what makes a pod start there, reach the same hosts, and share the data.
 * Not its priority: an agent displaces nothing for being started by something important. Not its rules about other pods:
 * they keep Paperclip's own replicas apart or together. Not root: an agent never is.
 * @param mountPath where Paperclip's data are
 */
export function podDefaults(pod: Pod, mountPath: string): ConfigDefaults {
  const spec: PodSpec = pod.spec ?? { containers: [] };
  const container = paperclipContainer(pod, mountPath);
  const { nodeSelector, affinity, dnsPolicy, dnsConfig, runtimeClassName } = spec;
  const own = container.securityContext;
  const shared = spec.securityContext;
  return withoutNothing({
    namespace: pod.metadata?.namespace,
    image: container.image,
    imagePullSecrets: spec.imagePullSecrets?.flatMap(({ name }) => (name ? [name] : [])),
    // The default needs no word.
    dnsPolicy: dnsPolicy === "ClusterFirst" ? undefined : dnsPolicy,
    dnsConfig,
    nodeSelector,
    tolerations: tolerations(spec),
    affinity: affinity?.nodeAffinity && { nodeAffinity: affinity.nodeAffinity },
    runtimeClassName,
    "user.uid": notRoot(own?.runAsUser ?? shared?.runAsUser),
    "user.gid": notRoot(own?.runAsGroup ?? shared?.runAsGroup),
    "user.fsGroup": notRoot(shared?.fsGroup),
    ...dataClaim(spec, container, mountPath),
  });
}

/** Keys that name objects of the pod's namespace: in another one they mean nothing. */
export const OF_THE_NAMESPACE = [
  "imagePullSecrets",
  "dataClaim.claimName",
  "dataClaim.subPath",
  "dataClaim.readOnly",
] as const satisfies readonly (keyof ConfigDefaults)[];

/** The folder of its volume that a container mounts, as the key `dataClaim.subPath` has it; `undefined`: all of it. */
export function folderOf({ subPath }: { readonly subPath?: string }): string | undefined {
  return subPath ? withoutSlash(subPath) : undefined;
}

function dataClaim(spec: PodSpec, { volumeMounts = [] }: Container, mountPath: string): ConfigDefaults {
  const mount = volumeMounts.find((each) => withoutSlash(each.mountPath) === mountPath);
  const claim = spec.volumes?.find(({ name }) => name === mount?.name)?.persistentVolumeClaim;
  // Such a path has the names of the pod in it.
  if (!mount || !claim || mount.subPathExpr) return {};
  return {
    "dataClaim.claimName": claim.claimName,
    "dataClaim.subPath": folderOf(mount),
    "dataClaim.readOnly": mount.readOnly === true || claim.readOnly === true ? true : undefined,
  };
}

/** Without those that the API server gives every pod (admission plugin DefaultTolerationSeconds), and its alpha operators. */
function tolerations({ tolerations: all = [] }: PodSpec): unknown {
  return all.filter(
    ({ key = "", operator = "Equal" }) =>
      !/^node\.kubernetes\.io\/(not-ready|unreachable)$/.test(key) && ["Equal", "Exists"].includes(operator),
  );
}

function notRoot(id: number | undefined): number | undefined {
  return id === 0 ? undefined : id;
}

function withoutNothing(defaults: ConfigDefaults): ConfigDefaults {
  return Object.fromEntries(Object.entries(defaults).filter(([, value]) => !isNothing(value)));
}

function isNothing(value: unknown): boolean {
  return value === undefined || value === "" || (typeof value === "object" && Object.keys(value ?? {}).length === 0);
}
