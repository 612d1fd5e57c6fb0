import { ConfigError, type ConfigProblem } from "../../config/index.ts";
import { isObject, type JsonObject } from "../../json.ts";

/**
 * Servers of the Model Context Protocol by name, as most programs write them: a `command` to start, with `args` and `env`, or
 * the `url` of one that runs, with `headers`; either with `disabled` and `timeout`. Texts may hold `{env:NAME}` and
 * `{file:/path}`, which OpenCode resolves: so a token stays out of the configuration, which lies in the environment of the
 * agent's tools. The agent can read what OpenCode can.
 *
 * `timeout` is milliseconds that a server may take for each answer. A silent one holds up the start of a run for 32 s without
 * it, and for 4 s with 2000. It holds for the calls of its tools, too, which then fail, so there is no default (OpenCode 1.18.33,
 * measured).
 */
export type McpServers = Readonly<Record<string, unknown>>;

/**
 * The servers as OpenCode's `mcp`. Nobody is there to log in, so a remote one is never asked for OAuth.
 * @throws ConfigError that names every server that is neither a command nor a URL, or both, or has what no server has
 */
export function mcpConfig(servers: McpServers): JsonObject {
  const problems: ConfigProblem[] = [];
  const converted = Object.entries(servers).map(([name, server]): [string, JsonObject] => {
    const problem = problemOf(server);
    // What a server holds may be a token, so the message says of which kind it is.
    if (problem) problems.push({ key: `mcpServers.${name}`, got: typeof server, want: problem });
    return [name, problem || !isObject(server) ? {} : convert(server)];
  });
  if (problems.length > 0) throw new ConfigError(problems);
  return converted.length === 0 ? {} : { mcp: Object.fromEntries(converted) };
}

const COMMON = ["disabled", "timeout"];
const LOCAL = ["command", "args", "env", ...COMMON];
const REMOTE = ["url", "headers", ...COMMON];

function problemOf(server: unknown): string | undefined {
  if (!isObject(server)) return "give an object with a command or a url";
  const { command, url, args = [], env = {}, headers = {}, disabled = false, timeout = 1 } = server;
  if (isFilled(command) === isFilled(url)) return "give either a command, as a text, or a url";
  const fields = isFilled(url) ? REMOTE : LOCAL;
  if (Object.keys(server).some((field) => !fields.includes(field))) return `give nothing but ${fields.join(", ")}`;
  if (!Array.isArray(args) || !args.every(isText)) return "give its args as a list of texts";
  if (!isObject(env) || !Object.values(env).every(isText)) return "give its env as an object of texts";
  if (!isObject(headers) || !Object.values(headers).every(isText)) return "give its headers as an object of texts";
  if (typeof disabled !== "boolean") return "give its disabled as true or false";
  if (!Number.isInteger(timeout) || Number(timeout) < 1) return "give its timeout in whole milliseconds, 1 or more";
  return undefined;
}

function isText(value: unknown): value is string {
  return typeof value === "string";
}

function isFilled(value: unknown): boolean {
  return isText(value) && value.trim() !== "";
}

/** @param server one without problems */
function convert({ command, args, env, url, headers, disabled, timeout }: JsonObject): JsonObject {
  const common = { enabled: disabled !== true, ...(timeout === undefined ? {} : { timeout }) };
  if (isFilled(url)) return { type: "remote", url, headers: headers ?? {}, oauth: false, ...common };
  const words: readonly unknown[] = Array.isArray(args) ? args : [];
  return { type: "local", command: [command, ...words], environment: env ?? {}, ...common };
}
