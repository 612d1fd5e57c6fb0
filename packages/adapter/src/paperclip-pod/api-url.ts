import type { Pod } from "@opencode-k8s/k8s-kit";
import { isLoopback } from "../loopback.ts";
import type { ServerProcess } from "../server-process.ts";
import type { Container } from "./paperclip-container.ts";

/**
 * Where pods of the cluster reach Paperclip's API, as far as its own pod says: the address that its Deployment has set, or the pod's
 * own, where the server says to be on its loopback only because nobody told it another address, and listens on all.
 * @returns `undefined` where the address that the server itself gives is the best that is known
 */
export function apiUrlForPods(pod: Pod, { env = [] }: Container, server: ServerProcess): string | undefined {
  // The server overwrites the variable in its own environment; in the pod it is what was meant.
  const set = env.find(({ name }) => name === "PAPERCLIP_API_URL")?.value;
  if (set && !set.includes("$(") && !isLoopback(set)) return set;
  const said = server.env["PAPERCLIP_API_URL"] ?? server.env["PAPERCLIP_RUNTIME_API_URL"];
  const podIp = pod.status?.podIP;
  const listens = server.env["PAPERCLIP_LISTEN_HOST"] ?? server.env["HOST"] ?? "";
  if (!podIp || (said !== undefined && !isLoopback(said)) || !/^(0\.0\.0\.0|::)$/.test(listens)) return undefined;
  const port = server.env["PAPERCLIP_LISTEN_PORT"] ?? server.env["PORT"] ?? "3100";
  return `http://${podIp.includes(":") ? `[${podIp}]` : podIp}:${port}`;
}
