import type { ExtraVolume } from "@opencode-k8s/job-manifest";
import type { InheritedEnvironment, RunConfig } from "../../config/index.ts";
import { isInside } from "../../paths.ts";
import { CONFIG_VARIABLES, openCodeConfig } from "../../plan/index.ts";
import { type Carried, carriedVolume } from "./carried-volume.ts";
import { ALL, chosenNames, isPassable } from "./chosen-names.ts";
import { type EnvironmentSource, variableOf } from "./container-variables.ts";
import { CERTIFICATE_VARIABLES, FILE_VARIABLES, PROXY_VARIABLES, settingVariables } from "./known-variables.ts";
import { leftBehind } from "./left-behind.ts";
import { inheritKeys } from "./provider-keys.ts";

/** What of the environment is inherited, as changes of the configuration. */
export interface InheritedChanges {
  readonly changes: Partial<RunConfig> & { readonly inherited: InheritedEnvironment };
  /** Names only. `%pod` stands for the pod. */
  readonly notes: readonly string[];
}

/**
 * The environment that a run has of Paperclip's container: what its providers need, the way out of the cluster, trusted
 * certificates, and what `inheritEnv` chooses. What is configured for the agent is not inherited.
 * @param sameImage whether the run's image is Paperclip's
 * @throws ConfigError for a configuration of OpenCode that cannot be read
 */
export function inheritEnvironment(source: EnvironmentSource, config: RunConfig, sameImage: boolean): InheritedChanges {
  const openCode = openCodeConfig({ model: config.model, env: config.env });
  const keys = inheritKeys(source, config, openCode);
  const env: Record<string, string> = {};
  const envValueFrom: Record<string, NonNullable<RunConfig["envValueFrom"]>[string]> = {};
  const volumes: ExtraVolume[] = [...(config.extraVolumes ?? [])];
  const ours = volumes.length;
  const names = [
    ...keys.providers.flatMap(settingVariables),
    ...keys.asVariables,
    ...namedInConfiguration(config),
    ...PROXY_VARIABLES,
    ...CERTIFICATE_VARIABLES,
    ...chosenNames(source, config),
  ];
  for (const name of new Set(names)) {
    const variable = variableOf(source, name);
    if (!variable || isGiven(config, name) || !isPassable(name)) continue;
    if (variable.kind === "reference") envValueFrom[name] = variable.from;
    else if (!FILE_VARIABLES.has(name) || carry(variable.value)) env[name] = variable.value;
  }
  const whole = source.isNear && config.inheritEnv.includes(ALL) ? (source.container.envFrom ?? []) : [];
  const envFrom = whole.flatMap(({ prefix, secretRef, configMapRef }): InheritedEnvironment["envFrom"] => {
    const ref = secretRef?.name ? { secretRef } : configMapRef?.name ? { configMapRef } : undefined;
    return ref ? [{ ...ref, ...(prefix ? { prefix } : {}) }] : [];
  });
  const passed = [...Object.keys(env), ...Object.keys(envValueFrom)].toSorted();
  const inherited = { env, envValueFrom, envFrom };
  const said = [
    ...(passed.length === 0 ? [] : [`variables ${passed.join(", ")}`]),
    ...keys.taken.map(({ provider, variable }) => `the key of ${provider} (${variable}), as a file`),
    ...(envFrom.length === 0 ? [] : ["all of envFrom"]),
    ...volumes.slice(ours).map(({ mountPath }) => `what is mounted at ${mountPath}`),
  ];
  const left = leftBehind(source, {
    names: new Set([...passed, ...keys.taken.map(({ variable }) => variable)]),
    isGiven: (name) => isGiven(config, name),
    hasEnvFrom: envFrom.length > 0,
    mountPaths: new Set(volumes.map(({ mountPath }) => mountPath)),
  });
  return {
    changes: {
      inherited,
      ...(keys.taken.length === 0 ? {} : { providerKeys: keys.providerKeys }),
      ...(volumes.length === 0 ? {} : { extraVolumes: volumes }),
    },
    notes: [...(said.length === 0 ? [] : [`Environment from %pod: ${said.join("; ")}`]), ...left],
  };

  /** Sees to it that the file is in the run's pod, if that is possible. */
  function carry(path: string): boolean {
    const carried: Carried = carriedVolume(source, { ...config, extraVolumes: volumes }, path, sameImage);
    const already = volumes.slice(ours).some(({ mountPath }) => isInside(path, mountPath));
    if (carried.kind === "volume") volumes.push({ name: `inherited-${volumes.length}`, ...carried.volume });
    return already || carried.kind !== "impossible";
  }
}

/** Whether the agent's own configuration has the variable. */
function isGiven({ env, envValueFrom = {} }: RunConfig, name: string): boolean {
  return Object.hasOwn(env, name) || Object.hasOwn(envValueFrom, name);
}

/** Variables that the operator's configuration of OpenCode refers to. */
function namedInConfiguration({ env }: RunConfig): string[] {
  const texts = CONFIG_VARIABLES.map((name) => env[name] ?? "").join("\n");
  return [...texts.matchAll(/\{env:([^{}]+)\}/g)].map(([, name = ""]) => name.trim());
}
