import type { RunInput } from "./run-input.ts";
import { agentEnvironment, CONFIG_VARIABLE, fitsExec, fitsExecTogether } from "./environment.ts";
import { CONFIG_KEY, environmentKey, PROMPT_KEY } from "./secret-keys.ts";
import { required } from "./text.ts";

/** A text of the run that only its Secrets hold, and how it reaches the container. */
export type RunValue = {
  /** Names the text in messages. */
  field: string;
  key: string;
  text: string;
} & ({ as: "variable"; name: string } | { as: "file"; divisible: boolean });

/**
 * Everything that the run's Secrets hold.
 * @throws {ManifestError} for a text that would not arrive.
 */
export function runValues(input: RunInput): RunValue[] {
  const config = JSON.stringify(input.openCodeConfig);
  fitsExec("openCodeConfig", CONFIG_VARIABLE, config);
  const variables: [name: string, field: string, key: string, text: string][] = [
    [CONFIG_VARIABLE, "openCodeConfig", CONFIG_KEY, config],
    ...agentEnvironment(input.env).map(([name, text]): [string, string, string, string] => [
      name,
      `env.${name}`,
      environmentKey(name),
      text,
    ]),
  ];
  fitsExecTogether(variables.map(([name, , , text]) => [name, text]));
  return [
    ...variables.map(([name, field, key, text]): RunValue => ({ as: "variable", name, field, key, text })),
    { as: "file", field: "prompt", key: PROMPT_KEY, text: required("prompt", input.prompt), divisible: true },
  ];
}
