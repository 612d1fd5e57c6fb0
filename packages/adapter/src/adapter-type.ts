import { type ServerProcess, thisProcess } from "./server-process.ts";

/**
 * Name of this adapter in Paperclip: `opencode_k8s`, or what `OPENCODE_K8S_TYPE` in the server's environment says. As
 * `opencode_local` it takes the place of the built-in adapter, which Paperclip lets an external one do: agents of that type run as
 * Jobs, and get the retries after a restart of the server that only built-in types get (observed on 2026.916).
 */
export function adapterType({ env }: Pick<ServerProcess, "env"> = thisProcess): string {
  return env["OPENCODE_K8S_TYPE"]?.trim() || "opencode_k8s";
}
