import type { V1PersistentVolume, V1StorageClass } from "@kubernetes/client-node";

/** What is known of the volume that a database would lie on; the more the surer. */
export interface DatabaseVolume {
  /** Modes of the claim. Empty where a claim is yet to be made: that one is of one node. */
  accessModes: readonly string[];
  /** The volume that the claim is bound to. */
  spec?: Pick<NonNullable<V1PersistentVolume["spec"]>, Source | "csi" | "mountOptions">;
  /** The class that makes, or made, the volume. */
  storageClass?: Pick<V1StorageClass, "provisioner" | "mountOptions" | "parameters">;
}

/** `unsafe`: a database is lost sooner or later. `care`: it holds while the rule of docs/operating.md is kept. */
export interface SqliteConcern {
  level: "unsafe" | "care";
  /** For a person: what the volume is, and why that matters. */
  message: string;
}

/** Kinds of volumes that need no CSI driver, and that several nodes can have at once. */
type Source = "nfs" | "azureFile" | "cephfs" | "glusterfs";

interface Kind {
  /** Names of drivers and provisioners, as in kubernetes-csi.github.io/docs/drivers; some installations put their own in front. */
  drivers: RegExp;
  source?: Source;
  level: SqliteConcern["level"];
  is: string;
}

/** The first that fits. */
const KINDS: readonly Kind[] = [
  {
    drivers: /(^|[./-])(s3|oss(plugin)?|gcs(fuse)?|blob|cos|mountpoint)[.-]/,
    level: "unsafe",
    is: "an object store behind FUSE, which has no locks between processes and no writes in the middle of a file",
  },
  {
    drivers: /^(file\.csi\.azure\.com|kubernetes\.io\/azure-file)$|(^|[./-])(smb|cifs|samba)[.-]/,
    source: "azureFile",
    level: "unsafe",
    is: "an SMB share, which Kubernetes mounts without locks between nodes (nobrl)",
  },
  {
    drivers: /(^|[./-])cephfs[.-]|\/cephfs$/,
    source: "cephfs",
    level: "care",
    is: "CephFS",
  },
  {
    drivers: /gluster/,
    source: "glusterfs",
    level: "care",
    is: "GlusterFS",
  },
  {
    drivers: /(^|[./-])(nfs|efs|filestore|nas|nasplugin|fsx)([./-]|$)|^fuseim\.pri\/ifs$|^com\.google\.csi\.filestore$/,
    source: "nfs",
    level: "care",
    is: "a file system of the network (NFS or Lustre)",
  },
];

/** Options with which locks hold on one node only: of NFS, of SMB; NFS 3 has its locks in a service that is often missing. */
const WITHOUT_LOCKS = /^(nolock|nobrl|local_lock=(all|posix)|(nfs)?vers=3(\.\d+)?)$/;

const SHARED = "several nodes can have it at once, and SQLite in WAL mode is for one";

/**
 * Why SQLite in WAL mode, as OpenCode uses it, is not at its best on a volume; undefined where nothing speaks against it.
 * A driver that is not known is believed where its volumes are for one node, as those of disks are. Sources:
 * sqlite.org/wal.html (all processes on one host), sqlite.org/howtocorrupt.html (locks), kubernetes-csi.github.io/docs/drivers
 * (names), learn.microsoft.com on mount options of Azure Files (nobrl).
 */
export function sqliteConcern({ accessModes, spec, storageClass }: DatabaseVolume): SqliteConcern | undefined {
  const driver = spec?.csi?.driver ?? storageClass?.provisioner ?? "";
  const kind = KINDS.find(({ drivers, source }) => drivers.test(driver) || (source && spec?.[source]));
  const named = driver === "" ? "" : ` (${driver})`;
  const options = spec?.mountOptions ?? storageClass?.mountOptions ?? [];
  const unlocked = options.find((option) => WITHOUT_LOCKS.test(option));
  if (unlocked !== undefined)
    return { level: "unsafe", message: `it is mounted with ${unlocked}${named}: locks do not hold between nodes` };
  // Azure Files speaks two protocols.
  const attributes = spec?.csi?.volumeAttributes ?? storageClass?.parameters;
  if (kind?.source === "azureFile" && attributes?.["protocol"] === "nfs")
    return { level: "care", message: `it is NFS of Azure Files${named}: ${SHARED}` };
  if (kind?.level === "unsafe") return { level: kind.level, message: `it is ${kind.is}${named}` };
  if (kind) return { level: kind.level, message: `it is ${kind.is}${named}: ${SHARED}` };
  if (!accessModes.includes("ReadWriteMany")) return undefined;
  return { level: "care", message: `its access mode is ReadWriteMany${named}: ${SHARED}` };
}
