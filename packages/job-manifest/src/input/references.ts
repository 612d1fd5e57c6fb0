import type { V1EnvFromSource, V1EnvVarSource } from "@kubernetes/client-node";

/** Environment that the cluster holds already. It is referred to and never read: its values are in no object of the run. */
export interface RunEnvironmentReferences {
  /** By the variable's name: a key of a Secret or a ConfigMap, a field of the pod or a resource of the container. */
  envValueFrom?: Readonly<Record<string, V1EnvVarSource>>;
  /** Whole Secrets and ConfigMaps. Of equal names `env` and `envValueFrom` win over these, and the last of these. */
  envFrom?: readonly V1EnvFromSource[];
}
