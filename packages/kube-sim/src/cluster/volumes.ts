import type { ContainerMount, MountSource } from "../containers/runtime.ts";
import type { Store } from "../store/store.ts";
import type { Container, Pod } from "../wire.ts";
import { ConfigError, expand, secretData } from "./environment.ts";

/** A volume cannot be set up yet; the kubelet tries again. The message is that of the event FailedMount. */
export class MountError extends Error {}

type Volume = NonNullable<Pod["spec"]["volumes"]>[number];
interface Item {
  key: string;
  path: string;
  mode?: number;
}

const DEFAULT_MODE = 0o644;

/**
 * What is behind each volume of a pod that a container mounts; the kubelet leaves the others alone.
 * @throws MountError for a Secret that is missing, Error for a kind of volume that the simulator does not have
 */
export function resolveVolumes(store: Store, pod: Pod): Map<string, MountSource> {
  const containers = [...(pod.spec.initContainers ?? []), ...pod.spec.containers];
  const mounted = new Set(containers.flatMap(({ volumeMounts = [] }) => volumeMounts.map(({ name }) => name)));
  const volumes = (pod.spec.volumes ?? []).filter(({ name }) => mounted.has(name));
  return new Map(volumes.map((volume) => [volume.name, resolveVolume(store, pod, volume)]));
}

function resolveVolume(store: Store, pod: Pod, volume: Volume): MountSource {
  const { name, emptyDir, persistentVolumeClaim, secret, projected } = volume;
  if (emptyDir) return { kind: "emptyDir", name };
  if (persistentVolumeClaim) return { kind: "claim", claimName: persistentVolumeClaim.claimName };
  const source: MountSource = { kind: "secret", files: {}, modes: {} };
  try {
    if (secret) addSecret(source, store, pod, { ...secret, name: secret.secretName ?? "" });
    else if (projected) {
      for (const { secret: part } of projected.sources ?? []) {
        if (!part) throw new Error(`volume "${name}": the simulator projects Secrets only`);
        addSecret(source, store, pod, {
          ...part,
          name: part.name ?? "",
          ...(projected.defaultMode !== undefined && { defaultMode: projected.defaultMode }),
        });
      }
    } else
      throw new Error(`volume "${name}": the simulator has emptyDir, secret, projected and persistentVolumeClaim only`);
  } catch (error) {
    if (error instanceof ConfigError)
      throw new MountError(`MountVolume.SetUp failed for volume "${name}" : ${error.message}`);
    throw error;
  }
  return source;
}

function addSecret(
  target: Extract<MountSource, { kind: "secret" }>,
  store: Store,
  pod: Pod,
  {
    name,
    items,
    optional = false,
    defaultMode = DEFAULT_MODE,
  }: { name: string; items?: Item[]; optional?: boolean; defaultMode?: number },
): void {
  const data = secretData(store, pod, name, optional) ?? {};
  const wanted: Item[] = items ?? Object.keys(data).map((key) => ({ key, path: key }));
  for (const { key, path, mode = defaultMode } of wanted) {
    const bytes = data[key];
    if (bytes) {
      target.files[path] = bytes;
      target.modes[path] = mode;
    } else if (!optional) {
      throw new ConfigError(`references non-existent secret key: ${key}`);
    }
  }
}

/** The mounts of one container over the pod's volumes. */
export function resolveMounts(
  container: Container,
  volumes: Map<string, MountSource>,
  env: Record<string, string>,
): ContainerMount[] {
  return (container.volumeMounts ?? []).flatMap(({ name, mountPath, readOnly = false, subPath, subPathExpr }) => {
    const source = volumes.get(name);
    const inside = subPathExpr === undefined ? subPath : expand(subPathExpr, env);
    return source ? [{ mountPath, readOnly, source, ...(inside && { subPath: inside }) }] : [];
  });
}
