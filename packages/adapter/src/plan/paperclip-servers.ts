import type { AdapterExecutionContext } from "@paperclipai/adapter-utils";
import { isLoopback } from "../loopback.ts";
import { withoutSlash } from "../paths.ts";
import type { ServerProcess } from "../server-process.ts";

export interface PaperclipServers {
  /** As `mcpServers` of the configuration has them, tokens included. */
  readonly servers: Readonly<Record<string, unknown>>;
  /** Names and addresses, and what was left out. */
  readonly notes: readonly string[];
}

/**
 * The MCP servers that Paperclip gives a run: its project tools, its connections, those assigned to the agent. Their tools are called
 * `<name>_<tool>`, with the name in small letters and dashes.
 * @param apiUrl where pods reach Paperclip's API, without a slash at its end: it takes the place of the server's own address, and of
 *   its loopback
 * @param taken names of the operator's own servers
 */
export function paperclipServers(
  { runtimeMcp }: Pick<AdapterExecutionContext, "runtimeMcp">,
  apiUrl: string | undefined,
  taken: readonly string[],
  server: ServerProcess,
): PaperclipServers {
  const servers: Record<string, unknown> = {};
  const notes: string[] = [];
  for (const given of runtimeMcp?.getServers() ?? []) {
    const url = asPodsReach(given.url, apiUrl, server.env["PAPERCLIP_API_URL"]);
    if (isLoopback(url)) {
      notes.push(`The MCP server ${given.name} is left out: no pod reaches ${url}`);
      continue;
    }
    const name = plainName(given.name, (each) => taken.includes(each) || Object.hasOwn(servers, each));
    servers[name] = { url, headers: { Authorization: `Bearer ${given.token}` } };
    notes.push(`MCP server of Paperclip: ${name} at ${url}`);
  }
  return { servers, notes };
}

function asPodsReach(url: string, apiUrl: string | undefined, own: string | undefined): string {
  if (apiUrl === undefined || !URL.canParse(url) || !URL.canParse(apiUrl)) return url;
  const base = withoutSlash(own ?? "");
  if (base !== "" && url.startsWith(`${base}/`)) return apiUrl + url.slice(base.length);
  if (!isLoopback(url)) return url;
  const { pathname, search } = new URL(url);
  return new URL(apiUrl).origin + pathname + search;
}

/** What may stand in the name of a tool, with a number behind it where that is taken. */
function plainName(name: string, isTaken: (name: string) => boolean): string {
  const plain =
    name
      .toLowerCase()
      .replaceAll(/[^a-z0-9]+/g, "-")
      .replaceAll(/^-|-$/g, "") || "paperclip";
  let free = plain;
  for (let count = 2; isTaken(free); count++) free = `${plain}-${count}`;
  return free;
}
