import { ConfigError, type ConfigProblem } from "../../config/index.ts";
import { isObject, type JsonObject } from "./json.ts";

/**
 * A server of the Model Context Protocol as most programs write it: a command to start, or the URL of one that runs. Texts
 * may hold `{env:NAME}` and `{file:/path}`, which OpenCode resolves: so a token stays out of the configuration, which lies in
 * the environment of the agent's tools. The agent can read what OpenCode can.
 */
type McpServer = LocalServer | RemoteServer;
export type McpServers = Readonly<Record<string, McpServer>>;

interface Common {
  readonly disabled?: boolean;
  /**
   * Milliseconds that it may take for each answer. A silent server holds up the start of a run for 32 s without it, and for
   * 4 s with 2000. It holds for the calls of its tools, too, which then fail, so there is no default (OpenCode 1.18.33,
   * measured).
   */
  readonly timeout?: number;
}
interface LocalServer extends Common {
  readonly command: string;
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}
interface RemoteServer extends Common {
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/**
 * The servers as OpenCode's `mcp`. Nobody is there to log in, so a remote one is never asked for OAuth.
 * @throws ConfigError that names every server that is neither a command nor a URL, or both, or has a wrong timeout
 */
export function mcpConfig(servers: McpServers): JsonObject {
  const problems: ConfigProblem[] = [];
  const converted = Object.entries(servers).map(([name, server]): [string, JsonObject] => {
    const problem = problemOf(server);
    // What a server holds may be a token, so the message says of which kind it is.
    if (problem) problems.push({ key: `mcpServers.${name}`, got: typeof server, want: problem });
    return [name, problem ? {} : convert(server)];
  });
  if (problems.length > 0) throw new ConfigError(problems);
  return converted.length === 0 ? {} : { mcp: Object.fromEntries(converted) };
}

function problemOf(server: unknown): string | undefined {
  if (!isObject(server)) return "give an object with a command or a url";
  const { command, url, timeout } = server;
  const isText = (value: unknown): boolean => typeof value === "string" && value.trim() !== "";
  if (isText(command) === isText(url)) return "give either a command, as a text, or a url";
  if (timeout !== undefined && !(Number.isInteger(timeout) && Number(timeout) > 0))
    return "give its timeout in whole milliseconds, 1 or more";
  return undefined;
}

function convert(server: McpServer): JsonObject {
  const { disabled = false, timeout } = server;
  const common = { enabled: !disabled, ...(timeout === undefined ? {} : { timeout }) };
  if ("url" in server) {
    return { type: "remote", url: server.url, headers: server.headers ?? {}, oauth: false, ...common };
  }
  const { command, args = [], env = {} } = server;
  return { type: "local", command: [command, ...args], environment: env, ...common };
}
