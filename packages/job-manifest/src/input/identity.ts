/** Who the pod of a run is, to the kernel, to the cluster and to registries. */
export interface RunIdentity {
  /** 1000 each, as in the predecessor's pods, so that claims stay readable. Never 0. */
  user?: { uid?: number; gid?: number; fsGroup?: number };
  /** Must exist. Without one it is the namespace's `default`; either way without a token. */
  serviceAccountName?: string;
  /** Mounts a token of the ServiceAccount, with which the agent has its rights in the cluster. */
  automountServiceAccountToken?: boolean;
  /** Names of Secrets with credentials for the image's registry. */
  imagePullSecrets?: readonly string[];
  /** On every object of the run. `paperclip.io/` and what we select by are taken; text forms: `parseLabels`. */
  labels?: Readonly<Record<string, string>>;
  /** On every object of the run. */
  annotations?: Readonly<Record<string, string>>;
}
