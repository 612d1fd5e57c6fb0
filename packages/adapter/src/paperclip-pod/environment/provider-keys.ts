import type { RunConfig } from "../../config/index.ts";
import { objectAt } from "../../json.ts";
import { type EnvironmentSource, valueOf, variableOf } from "./container-variables.ts";
import { keyVariables } from "./known-variables.ts";

export interface InheritedKeys {
  /** Those whose models the configuration names. */
  readonly providers: readonly string[];
  /** The key `providerKeys`, with what was configured. */
  readonly providerKeys: Readonly<Record<string, string>>;
  /** Which were added, and where they were found. */
  readonly taken: readonly { readonly provider: string; readonly variable: string }[];
  /** Variables with keys whose value only the cluster knows. */
  readonly asVariables: readonly string[];
}

/**
 * API keys of the run's providers. They go into files, out of sight of the agent's tools, so the value is taken also where the
 * pod only refers to it. A provider that has credentials in the agent's configuration keeps those.
 */
export function inheritKeys(
  source: EnvironmentSource,
  config: RunConfig,
  openCode: Readonly<Record<string, unknown>>,
): InheritedKeys {
  const named = openCode["enabled_providers"];
  const providers = Array.isArray(named) ? named.filter((id) => typeof id === "string") : [];
  const withCredentials = [...Object.keys(config.providerKeys ?? {}), ...Object.keys(parsed(config.authJson))];
  const providerKeys: Record<string, string> = { ...config.providerKeys };
  const taken: { provider: string; variable: string }[] = [];
  const asVariables: string[] = [];
  for (const provider of providers) {
    const own = objectAt(objectAt(openCode, "provider"), provider);
    const names = ownVariable(own) ?? keyVariables(provider);
    const isGiven = names.some((name) => Object.hasOwn({ ...config.env, ...config.envValueFrom }, name));
    if (isGiven || withCredentials.includes(provider) || objectAt(own, "options")["apiKey"] !== undefined) continue;
    const variable = names.find((name) => variableOf(source, name) !== undefined);
    if (variable === undefined) continue;
    const value = valueOf(source, variable);
    if (value === undefined) asVariables.push(variable);
    else {
      providerKeys[provider] = value;
      taken.push({ provider, variable });
    }
  }
  return { providers, providerKeys, taken, asVariables };
}

/** The variable that a provider of the operator's own has its key in; of several OpenCode takes none for the key. */
function ownVariable(provider: Record<string, unknown>): readonly string[] | undefined {
  const { env } = provider;
  return Array.isArray(env) && env.length === 1 && typeof env[0] === "string" ? [env[0]] : undefined;
}

function parsed(json: string | undefined): Record<string, unknown> {
  return json === undefined ? {} : (JSON.parse(json) as Record<string, unknown>);
}
