import { isReservedEnvironmentName } from "@opencode-k8s/job-manifest";
import type { EnvironmentSource } from "./container-variables.ts";

interface Passed {
  readonly names: ReadonlySet<string>;
  readonly isGiven: (name: string) => boolean;
  readonly hasEnvFrom: boolean;
  readonly mountPaths: ReadonlySet<string>;
}

/**
 * What the predecessor would have passed on besides, in a note, because an agent may have relied on it. Names only.
 * @returns no note where nothing is left
 */
export function leftBehind({ container, volumes }: EnvironmentSource, passed: Passed): string[] {
  const variables = (container.env ?? [])
    .map(({ name }) => name)
    .filter((name) => !passed.names.has(name) && !passed.isGiven(name) && !isReservedEnvironmentName(name));
  const sources = passed.hasEnvFrom
    ? []
    : (container.envFrom ?? []).map(({ secretRef, configMapRef }) =>
        secretRef
          ? `the Secret ${secretRef.name ?? ""} (envFrom)`
          : `the ConfigMap ${configMapRef?.name ?? ""} (envFrom)`,
      );
  const secrets = (container.volumeMounts ?? []).flatMap(({ name, mountPath }) => {
    const secret = volumes.find((volume) => volume.name === name)?.secret?.secretName;
    return secret && !passed.mountPaths.has(mountPath) ? [`the Secret ${secret} at ${mountPath}`] : [];
  });
  const left = [...new Set(variables), ...sources, ...secrets];
  const remedy = "an agent that needs some of it gets it by inheritEnv, envFrom or extraVolumes";
  return left.length === 0 ? [] : [`Not passed on from %pod: ${left.join(", ")}; ${remedy}`];
}
