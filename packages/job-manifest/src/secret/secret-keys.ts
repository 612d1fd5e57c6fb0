/** Keys of the run's Secrets. A variable's key is not its name, so that no variable can take the place of a file. */

/** The prompt: mounted as a file. */
export const PROMPT_KEY = "prompt";
/** OpenCode's configuration. */
export const CONFIG_KEY = "opencode.json";

/** OpenCode's `auth.json`, a file. */
export const AUTH_KEY = "auth.json";

/** Key of a long text of OpenCode's configuration, a file. */
export function configTextKey(index: number): string {
  return `config-text.${index}`;
}

/** Key of a file that goes with the run. */
export function fileKey(index: number): string {
  return `file.${index}`;
}

/** Key of a provider's API key, a file. */
export function providerKeyKey(provider: string): string {
  return `provider-key.${provider}`;
}

/** Key of a variable of the agent's environment. */
export function environmentKey(name: string): string {
  return `env.${name}`;
}

/** Key, and name in the input directory, of one part of a file that is longer than a Secret: `prompt.000`, `prompt.001`. */
export function partKey(key: string, index: number): string {
  return `${key}.${String(index).padStart(3, "0")}`;
}
