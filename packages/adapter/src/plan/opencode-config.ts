import { type ParseError, parse, printParseErrorCode } from "jsonc-parser";
import { ConfigError, type ConfigProblem } from "../config/index.ts";

type JsonObject = Record<string, unknown>;

/** Variables by which an operator configures OpenCode. They are merged into the one configuration, and not passed on. */
const PROVIDERS = "PAPERCLIP_OPENCODE_PROVIDERS";
const CONTENT = "OPENCODE_CONFIG_CONTENT";
const PERMISSION = "OPENCODE_PERMISSION";
export const CONFIG_VARIABLES: readonly string[] = [PROVIDERS, CONTENT, PERMISSION];

/**
 * OpenCode's configuration of a run: our defaults < the providers < the operator's own configuration < what an
 * unattended run in a pod cannot do without. Objects merge deeply; of two values, and of two lists, the later wins.
 * @throws ConfigError when a variable holds no JSON object (comments are allowed, as in OpenCode)
 */
export function openCodeConfig(model: string, env: Readonly<Record<string, string>>): JsonObject {
  const provider = model.slice(0, model.indexOf("/"));
  const [providers = {}, theirs = {}, permission = {}] = readAll(env, [PROVIDERS, CONTENT, PERMISSION]);
  const overruled = Object.keys(permission).length === 0 ? {} : { permission };
  const layers = [defaults(provider), { provider: providers }, theirs, overruled, FORCED];
  const merged = layers.reduce(merge, {});
  return unattended(merged);
}

/** A git repository and commits for every step cost more than the step; a pod of its own has nothing to roll back to. */
function defaults(provider: string): JsonObject {
  return {
    // Without it, OpenCode falls back to a free provider when a key is missing.
    enabled_providers: [provider],
    snapshot: false,
    // OpenCode's own default for these is "ask", which ends an unattended run without an answer.
    permission: {
      external_directory: "allow",
      doom_loop: "deny",
      read: { "*": "allow", "*.env": "deny", "*.env.*": "deny", "*.env.example": "allow" },
    },
  };
}

const FORCED: JsonObject = { share: "disabled", autoupdate: false };

/** Nobody is there to be asked: "ask" would end the run with exit code 0 and no answer; "deny" is an error the model sees. */
function unattended(config: JsonObject): JsonObject {
  const unasked = { ...config, permission: askToDeny(config.permission) };
  return GROUPS_OF_AGENTS.reduce((all, group) => ({ ...all, ...membersUnasked(group, config[group]) }), unasked);
}

/** Where OpenCode's configuration has permissions besides the top. */
const GROUPS_OF_AGENTS = ["agent", "mode"] as const;

function membersUnasked(group: string, members: unknown): JsonObject {
  if (!isObject(members)) return {};
  const denied = Object.entries(members).map(([name, member]): [string, unknown] => [
    name,
    isObject(member) && "permission" in member ? { ...member, permission: askToDeny(member.permission) } : member,
  ]);
  return { [group]: Object.fromEntries(denied) };
}

function askToDeny(permission: unknown): unknown {
  if (permission === "ask") return "deny";
  if (!isObject(permission)) return permission;
  return Object.fromEntries(Object.entries(permission).map(([key, value]) => [key, askToDeny(value)]));
}

/** The JSON objects of these variables. @throws ConfigError that names every one that holds none */
function readAll(env: Readonly<Record<string, string>>, variables: readonly string[]): JsonObject[] {
  const problems: ConfigProblem[] = [];
  const values = variables.map((variable) => readJson(env, variable, problems));
  if (problems.length > 0) throw new ConfigError(problems);
  return values;
}

function readJson(env: Readonly<Record<string, string>>, variable: string, problems: ConfigProblem[]): JsonObject {
  const text = env[variable];
  if (text === undefined || text.trim() === "") return {};
  const errors: ParseError[] = [];
  const value: unknown = parse(text, errors, { allowTrailingComma: true });
  const [error] = errors;
  if (!error && isObject(value)) return value;
  const why = error ? `${printParseErrorCode(error.error)} at character ${error.offset}` : "it is no object";
  problems.push({ key: `env.${variable}`, got: text, want: `give a JSON object: ${why}` });
  return {};
}

function merge(base: JsonObject, over: JsonObject): JsonObject {
  const merged = { ...base };
  for (const [key, value] of Object.entries(over)) {
    const before = merged[key];
    merged[key] = isObject(before) && isObject(value) ? merge(before, value) : value;
  }
  return merged;
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
