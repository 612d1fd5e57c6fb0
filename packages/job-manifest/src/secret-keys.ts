/** Keys of the run's Secret. A variable's key is not its name, so that no variable can take the place of a file. */

/** The prompt: mounted as a file. */
export const PROMPT_KEY = "prompt";
/** OpenCode's configuration. */
export const CONFIG_KEY = "opencode.json";

/** Key of a variable of the agent's environment. */
export function environmentKey(name: string): string {
  return `env.${name}`;
}
