import { type DatabaseVolume, sqliteConcern } from "@opencode-k8s/job-manifest";
import { collectionPath, type PersistentVolumeClaim } from "@opencode-k8s/k8s-kit";
import type { RunConfig } from "../config/index.ts";
import { type Finding, type MissingRule, missingRule } from "./finding.ts";
import type { Look } from "./look.ts";
import type { Subject } from "./subject.ts";

/** What can be found out of a volume, and where that is too little, for want of which right. */
interface Found {
  readonly volume: DatabaseVolume;
  readonly missing?: MissingRule;
}

const READ_VOLUMES = missingRule("", "persistentvolumes", "get", "ClusterRole");
const READ_CLASSES = missingRule("storage.k8s.io", "storageclasses", "get", "ClusterRole");

/**
 * What speaks against the volume on which agents of this configuration would have OpenCode's sessions. Nothing, where they
 * end with the run, or nothing does. The volume and its class are objects of the cluster, which the Role of an installation
 * gives no right to: without one there is less to go by, and a note says which rule is lacking. Of a claim that is not there, or
 * that no pod can use, other findings speak.
 * @throws KubernetesError
 */
export async function databaseVolumeFindings({ config, look }: Pick<Subject, "config" | "look">): Promise<Finding[]> {
  const place = placeOf(config);
  if (place === undefined) return config.agentDbMode === "dedicated_pvc" ? [NO_CLASS] : [];
  if (place.kind === "class") {
    const found = await classOf(look, place.name);
    if (found !== "missing") return findingsOf(`a claim of the StorageClass ${place.name}`, found);
    const message = `There is no StorageClass ${place.name}.`;
    return [{ code: "database_class_missing", level: "error", message, remedy: "Check agentDbStorageClass." }];
  }
  const claim = await look.get<PersistentVolumeClaim>(`${collectionPath.claims(config.namespace)}/${place.name}`);
  if (claim.kind !== "there") return [];
  return findingsOf(`the claim ${place.name}`, await volumeOf(look, claim.object));
}

/** Which agents have a claim already is not known here. */
const NO_CLASS: Finding = {
  code: "database_class_missing",
  level: "warn",
  message: "An agent that has no claim yet cannot run: agentDbMode is dedicated_pvc, and no class for it is named.",
  remedy: "Set agentDbStorageClass.",
};

/** Where `chooseDatabase` would put a run with a task. A claim that an agent has already is only known with the agent. */
function placeOf(config: RunConfig): { kind: "class" | "claim"; name: string } | undefined {
  const { agentDbMode: mode, agentDbStorageClass: storageClass } = config;
  const shared = config["dataClaim.readOnly"] ? undefined : config["dataClaim.claimName"];
  if (mode !== "ephemeral" && mode !== "dedicated_pvc" && shared !== undefined) return { kind: "claim", name: shared };
  if (mode !== "ephemeral" && mode !== "workspace_subpath" && storageClass !== undefined)
    return { kind: "class", name: storageClass };
  return undefined;
}

async function classOf(look: Look, name: string): Promise<Found | "missing"> {
  const path = `/apis/storage.k8s.io/v1/storageclasses/${encodeURIComponent(name)}`;
  const storageClass = await look.get<NonNullable<DatabaseVolume["storageClass"]>>(path);
  if (storageClass.kind === "missing") return "missing";
  if (storageClass.kind === "forbidden") return { volume: { accessModes: [] }, missing: READ_CLASSES };
  return { volume: { accessModes: [], storageClass: storageClass.object } };
}

/** From the volume that the claim is bound to; else from the class that makes it, or made it. */
async function volumeOf(look: Look, { spec }: PersistentVolumeClaim): Promise<Found> {
  const accessModes = spec?.accessModes ?? [];
  let unread: Found = { volume: { accessModes } };
  if (spec?.volumeName) {
    const path = `/api/v1/persistentvolumes/${encodeURIComponent(spec.volumeName)}`;
    const volume = await look.get<{ spec?: NonNullable<DatabaseVolume["spec"]> }>(path);
    if (volume.kind === "there")
      return { volume: { accessModes, ...(volume.object.spec ? { spec: volume.object.spec } : {}) } };
    if (volume.kind === "forbidden") unread = { ...unread, missing: READ_VOLUMES };
  }
  if (!spec?.storageClassName) return unread;
  const made = await classOf(look, spec.storageClassName);
  // Either of the two tells enough, and the right to see classes is the smaller one.
  return made === "missing" ? unread : { ...made, volume: { ...made.volume, accessModes } };
}

function findingsOf(name: string, { volume, missing }: Found): Finding[] {
  const concern = sqliteConcern(volume);
  const findings: Finding[] = [];
  if (concern) {
    const unsafe = concern.level === "unsafe";
    findings.push({
      code: unsafe ? "database_volume_unsafe" : "database_volume_shared",
      level: "warn",
      message: `OpenCode's sessions would lie on ${name}, and ${concern.message}.`,
      remedy: unsafe
        ? "Set agentDbMode to dedicated_pvc with a StorageClass of disks, or to ephemeral: a database is lost here sooner or later."
        : "Never let two runs that share a database be on two nodes at once; or set agentDbMode to dedicated_pvc with a StorageClass of disks.",
    });
  }
  if (missing) {
    findings.push({
      code: "database_volume_unknown",
      level: "info",
      message: `What file system ${name} has could not be looked up.`,
      remedy: "docs/operating.md says which file systems are safe.",
      missing,
    });
  }
  return findings;
}
