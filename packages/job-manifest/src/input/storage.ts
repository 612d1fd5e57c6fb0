import type { V1Volume } from "@kubernetes/client-node";

/** What the pod of a run mounts besides its own directories. */
export interface RunStorage {
  /** The claim that Paperclip and its agents share. It must exist; nothing of it is created or changed here. */
  dataClaim?: Mount & { claimName: string };
  /** Text in content that is neither a name nor a size (say, of a CSI driver) is checked by the API server only. */
  extraVolumes?: readonly ExtraVolume[];
}

/** Where the container sees a volume. */
export interface Mount {
  /** Absolute; apart from every other mount. */
  mountPath: string;
  /** Of the volume, relative; all of it otherwise. */
  subPath?: string;
  readOnly?: boolean;
}

/** A volume of a kind that Pod Security `restricted` allows. In the pod it is called `extra-<name>`. */
export interface ExtraVolume extends Mount {
  name: string;
  /** As in a PodSpec, less its name: `{ configMap: { name: "ca" } }`. */
  source: Pick<V1Volume, ExtraVolumeKind>;
}

/** The kinds of volumes in Pod Security `restricted`; `hostPath`, `nfs` and the like are not among them. */
export type ExtraVolumeKind =
  | "configMap"
  | "csi"
  | "downwardAPI"
  | "emptyDir"
  | "ephemeral"
  | "persistentVolumeClaim"
  | "projected"
  | "secret";
