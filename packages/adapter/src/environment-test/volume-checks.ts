import type { AdapterEnvironmentCheck } from "@paperclipai/adapter-utils";
import { type DatabaseVolume, sqliteConcern } from "@opencode-k8s/job-manifest";
import {
  type Cluster,
  collectionPath,
  isForbidden,
  isNotFound,
  type PersistentVolumeClaim,
} from "@opencode-k8s/k8s-kit";
import type { RunConfig } from "../config/index.ts";

/** What can be found out of a volume, and of which kinds of objects there was no right to. */
interface Found {
  readonly volume: DatabaseVolume;
  readonly forbidden: readonly string[];
}

/** An object that was asked for: there, or why not. */
type Answer<T> =
  | { readonly kind: "there"; readonly object: T }
  | { readonly kind: "missing" }
  | { readonly kind: "forbidden" };

/**
 * What speaks against the volume on which agents of this configuration would have OpenCode's sessions. Nothing, where they
 * end with the run, or nothing does. The volume and its class are objects of the cluster, which the Role of an installation
 * gives no right to: without one there is less to go by, and a note says which rule is lacking.
 * @throws KubernetesError
 */
export async function databaseVolumeChecks(
  cluster: Cluster,
  config: RunConfig,
  signal: AbortSignal,
): Promise<AdapterEnvironmentCheck[]> {
  const place = placeOf(config);
  if (place === undefined) return [];
  const get = <T>(path: string): Promise<Answer<T>> => answerTo<T>(cluster, path, signal);
  if (place.kind === "class") {
    const found = await classOf(get, place.name);
    if (found === "missing") return [missing("agentDbStorageClass", `There is no StorageClass ${place.name}.`)];
    return checksOf(`a claim of the StorageClass ${place.name}`, found);
  }
  const claim = await get<PersistentVolumeClaim>(`${collectionPath.claims(config.namespace)}/${place.name}`);
  if (claim.kind === "missing")
    return [missing("dataClaim.claimName", `There is no claim ${place.name} in namespace ${config.namespace}.`)];
  const name = `the claim ${place.name}`;
  if (claim.kind === "forbidden")
    return checksOf(name, { volume: { accessModes: [] }, forbidden: ["persistentvolumeclaims"] });
  if (claim.object.status?.phase === "Lost")
    return [missing("dataClaim.claimName", `The volume of the claim ${place.name} is gone.`)];
  return checksOf(name, await volumeOf(get, claim.object));
}

/** Where `chooseDatabase` would put a run with a task. A claim that an agent has already is only known with the agent. */
function placeOf(config: RunConfig): { kind: "class" | "claim"; name: string } | undefined {
  const { agentDbMode: mode, agentDbStorageClass: storageClass } = config;
  const shared = config["dataClaim.readOnly"] ? undefined : config["dataClaim.claimName"];
  if (mode !== "ephemeral" && mode !== "dedicated_pvc" && shared !== undefined) return { kind: "claim", name: shared };
  if (mode !== "ephemeral" && mode !== "workspace_subpath" && storageClass !== undefined)
    return { kind: "class", name: storageClass };
  return undefined;
}

type Get = <T>(path: string) => Promise<Answer<T>>;

async function classOf(get: Get, name: string): Promise<Found | "missing"> {
  const path = `/apis/storage.k8s.io/v1/storageclasses/${encodeURIComponent(name)}`;
  const storageClass = await get<NonNullable<DatabaseVolume["storageClass"]>>(path);
  if (storageClass.kind === "missing") return "missing";
  if (storageClass.kind === "forbidden") return { volume: { accessModes: [] }, forbidden: ["storageclasses"] };
  return { volume: { accessModes: [], storageClass: storageClass.object }, forbidden: [] };
}

/** From the volume that the claim is bound to; else from the class that makes it, or made it. */
async function volumeOf(get: Get, { spec }: PersistentVolumeClaim): Promise<Found> {
  const accessModes = spec?.accessModes ?? [];
  const forbidden: string[] = [];
  if (spec?.volumeName) {
    const path = `/api/v1/persistentvolumes/${encodeURIComponent(spec.volumeName)}`;
    const volume = await get<{ spec?: NonNullable<DatabaseVolume["spec"]> }>(path);
    if (volume.kind === "there")
      return { volume: { accessModes, ...(volume.object.spec ? { spec: volume.object.spec } : {}) }, forbidden: [] };
    if (volume.kind === "forbidden") forbidden.push("persistentvolumes");
  }
  if (!spec?.storageClassName) return { volume: { accessModes }, forbidden };
  const made = await classOf(get, spec.storageClassName);
  if (made === "missing") return { volume: { accessModes }, forbidden };
  // Either of the two tells enough.
  if (made.forbidden.length === 0) return { volume: { ...made.volume, accessModes }, forbidden: [] };
  return { volume: { accessModes }, forbidden: [...forbidden, ...made.forbidden] };
}

function checksOf(name: string, { volume, forbidden }: Found): AdapterEnvironmentCheck[] {
  const concern = sqliteConcern(volume);
  const checks: AdapterEnvironmentCheck[] = [];
  if (concern) {
    const unsafe = concern.level === "unsafe";
    checks.push({
      code: unsafe ? "database_volume_unsafe" : "database_volume_shared",
      level: "warn",
      message: `OpenCode's sessions would lie on ${name}, and ${concern.message}.`,
      hint: unsafe
        ? "Set agentDbMode to dedicated_pvc with a StorageClass of disks, or to ephemeral: a database is lost here sooner or later."
        : "Never let two runs that share a database be on two nodes at once; or set agentDbMode to dedicated_pvc with a StorageClass of disks.",
    });
  }
  if (forbidden.length > 0) {
    checks.push({
      code: "database_volume_unknown",
      level: "info",
      message: `What file system ${name} has could not be looked up.`,
      hint: `A rule that allows "get" on ${forbidden.join(" and ")} would tell; docs/operating.md says which file systems are safe.`,
    });
  }
  return checks;
}

function missing(key: string, message: string): AdapterEnvironmentCheck {
  return { code: "database_volume_missing", level: "error", message, hint: `Check ${key}.` };
}

async function answerTo<T>(cluster: Cluster, path: string, signal: AbortSignal): Promise<Answer<T>> {
  try {
    return { kind: "there", object: await cluster.persist<T>("GET", path, { signal }) };
  } catch (error) {
    if (isNotFound(error)) return { kind: "missing" };
    if (isForbidden(error)) return { kind: "forbidden" };
    throw error;
  }
}
