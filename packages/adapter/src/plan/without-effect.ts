import type { ServerProcess } from "../server-process.ts";

/** Settings of the adapter that this one comes after, of which it has no need. */
const WITHOUT_EFFECT: Readonly<Record<string, string>> = {
  LOG_EXIT_COMPLETION_GRACE_MS: "the end of a run is its receipt, or its container's own word 5 s later",
};

/** What of the server's environment was meant for the adapter, and does nothing. */
export function withoutEffect({ env }: Pick<ServerProcess, "env">): string[] {
  return Object.entries(WITHOUT_EFFECT)
    .filter(([name]) => env[name] !== undefined)
    .map(([name, why]) => `${name} in the server's environment has no effect: ${why}`);
}
