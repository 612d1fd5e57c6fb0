import { isObject, type JsonObject, merge } from "../../json.ts";

/** Where OpenCode's configuration has permissions besides the top. */
const GROUPS_OF_AGENTS = ["agent", "mode"] as const;

/**
 * Commands that print the environment, as OpenCode's patterns: `*` is any text, and each command of a line is compared alone.
 * `export -p` and `declare -p` cannot be caught: OpenCode 1.18.33 compares no pattern with what its parser takes for a
 * declaration (measured). Nor can a program that prints it: this is a guard against accidents, and no boundary.
 */
const PRINTS_ENVIRONMENT: readonly string[] = [
  "env",
  "env -*",
  "/usr/bin/env",
  "/bin/env",
  "printenv",
  "printenv *",
  "/usr/bin/printenv*",
  "/bin/printenv*",
  "set",
  "*/proc/*/environ*",
];

/** Another name of `bash`, for permissions, too, are patterns. */
const BASH = "bash*";

/**
 * What OpenCode asks by default, answered: nobody is there. In a pod of its own the file system is the agent's.
 * @param readable absolute folders that may be read though everything else outside of the working directory may not
 */
export function defaultPermissions(outside: boolean, readable: readonly string[]): JsonObject {
  const folders = readable.map((folder): [string, string] => [`${folder}/*`, "allow"]);
  return {
    external_directory: outside ? "allow" : { "*": "deny", ...Object.fromEntries(folders) },
    doom_loop: "deny",
    read: { "*": "allow", "*.env": "deny", "*.env.*": "deny", "*.env.example": "allow" },
  };
}

/**
 * The configuration with the same permissions, but none that asks, at the top and in every agent and mode. "ask" would end
 * the run with exit code 0 and no answer; "deny" is an error that the model sees.
 * @param guard whether commands that print the environment are denied, whatever else the configuration allows
 */
export function unattended(config: JsonObject, guard: boolean): JsonObject {
  const decide = (permission: unknown): unknown => {
    const decided = askToDeny(permission);
    return guard ? withGuard(decided) : decided;
  };
  const changed: JsonObject = { permission: decide(config["permission"]) };
  for (const group of GROUPS_OF_AGENTS) {
    const members = config[group];
    if (!isObject(members)) continue;
    const decided = Object.entries(members).map(([name, member]): [string, unknown] => [name, decideMember(member)]);
    changed[group] = Object.fromEntries(decided);
  }
  return { ...config, ...changed };

  /** Of an agent without rules of its own those at the top hold. `tools` are an older form of rules. */
  function decideMember(member: unknown): unknown {
    if (!isObject(member)) return member;
    const hasRules = "permission" in member || (guard && "tools" in member);
    return hasRules ? { ...member, permission: decide(member["permission"]) } : member;
  }
}

/** A permission that OpenCode cannot read stays as it is: OpenCode says what is wrong with it. */
function askToDeny(permission: unknown): unknown {
  if (permission === "ask") return "deny";
  if (!isObject(permission)) return permission;
  return Object.fromEntries(Object.entries(permission).map(([key, value]) => [key, askToDeny(value)]));
}

/** The last rule that matches wins, so the guard is the last one; it takes away, and never allows. */
function withGuard(permission: unknown): unknown {
  const rules = typeof permission === "string" ? { "*": permission } : (permission ?? {});
  if (!isObject(rules) || permission === "deny" || rules["bash"] === "deny") return permission;
  const { [BASH]: theirs = {}, ...rest } = rules;
  const before = isObject(theirs) ? theirs : { "*": theirs };
  const denied = Object.fromEntries(PRINTS_ENVIRONMENT.map((pattern) => [pattern, "deny"]));
  return { ...rest, [BASH]: { ...without(before, PRINTS_ENVIRONMENT), ...denied } };
}

function without(rules: JsonObject, patterns: readonly string[]): JsonObject {
  return merge(rules, Object.fromEntries(patterns.map((pattern) => [pattern, null])));
}
