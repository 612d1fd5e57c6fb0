import type { RunInput } from "../input/run-input.ts";
import { agentEnvironment, fitsExec, fitsExecTogether, valueLimit } from "../process/agent-environment.ts";
import { carriedFiles } from "./carried-files.ts";
import { configContent } from "./config-content.ts";
import { CONFIG_VARIABLE } from "../values/environment-name.ts";
import { jsonObject } from "../values/json-object.ts";
import { providerKeys, withProviderKeys } from "./provider-keys.ts";
import { AUTH_KEY, CONFIG_KEY, environmentKey, PROMPT_KEY } from "./secret-keys.ts";
import { required } from "../values/text.ts";

/** A text of the run that only its Secrets hold, and how it reaches the container. */
export type RunValue = {
  /** Names the text in messages. */
  field: string;
  key: string;
} & ({ as: "variable"; name: string; text: string } | { as: "file"; text: string | Uint8Array; divisible: boolean });

/**
 * Everything that the run's Secrets hold.
 * @throws {ManifestError} for a text that would not arrive.
 */
export function runValues(input: RunInput): RunValue[] {
  const keys = providerKeys(input);
  const config = configContent(withProviderKeys(input.openCodeConfig, keys), valueLimit(CONFIG_VARIABLE));
  fitsExec("openCodeConfig", CONFIG_VARIABLE, config.json);
  const variables = [
    variable("openCodeConfig", CONFIG_VARIABLE, CONFIG_KEY, config.json),
    ...agentEnvironment(input.env).map(([name, text]) => variable(`env.${name}`, name, environmentKey(name), text)),
  ];
  fitsExecTogether(variables.map(({ name, text }) => [name, text]));
  return [
    ...variables,
    ...keys.map(({ field, key, text }) => file(field, key, text)),
    ...config.files.map(({ key, text }) => file("openCodeConfig", key, text)),
    ...carriedFiles(input).map(({ field, key, content }) => file(field, key, content)),
    ...(input.authJson === undefined ? [] : [file("authJson", AUTH_KEY, jsonObject("authJson", input.authJson))]),
    file("prompt", PROMPT_KEY, required("prompt", input.prompt), true),
  ];
}

function variable(field: string, name: string, key: string, text: string): RunValue & { as: "variable" } {
  return { as: "variable", field, name, key, text };
}

/** Of a file that is divided the program in the pod makes one again. */
function file(field: string, key: string, text: string | Uint8Array, divisible: boolean = false): RunValue {
  return { as: "file", field, key, text, divisible };
}
