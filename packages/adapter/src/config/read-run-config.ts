import { parseObject } from "@paperclipai/adapter-utils/server-utils";
import { ConfigError, type ConfigProblem } from "./config-error.ts";
import { type ConfigValues, configSchema } from "./schema.ts";

/** An agent's configuration, checked and typed. `env` is what the operator set, as it is. */
export interface RunConfig extends ConfigValues {
  readonly env: Readonly<Record<string, string>>;
}

/**
 * Reads the configuration that Paperclip resolved for a run. Dotted keys may lie flat, as the form stores them, or nested;
 * the flat one wins, because that is the one a form edits. An empty text is a field that was left empty.
 * @throws ConfigError that names every problem
 */
export function readRunConfig(config: Readonly<Record<string, unknown>>): RunConfig {
  const raw = Object.fromEntries(Object.keys(configSchema.shape).map((key) => [key, lookUp(config, key)]));
  const parsed = configSchema.safeParse(raw);
  const problems: ConfigProblem[] = [];
  if (!parsed.success) {
    for (const { path, message } of parsed.error.issues) {
      const key = String(path[0]);
      problems.push({ key, got: raw[key], want: message });
    }
  }
  const env = readEnv(config.env, problems);
  if (!parsed.success || problems.length > 0) throw new ConfigError(problems);
  return { ...parsed.data, env };
}

function lookUp(config: Readonly<Record<string, unknown>>, key: string): unknown {
  const value = config[key] ?? (key.includes(".") ? nested(config, key) : undefined);
  return value === null || (typeof value === "string" && value.trim() === "") ? undefined : value;
}

function nested(config: Readonly<Record<string, unknown>>, key: string): unknown {
  return key.split(".").reduce<unknown>((at, part) => parseObject(at)[part], config);
}

/** Paperclip hands over plain strings; a number or a boolean that somebody set through the API is meant as its text. */
function readEnv(raw: unknown, problems: ConfigProblem[]): Record<string, string> {
  const env: Record<string, string> = {};
  if (raw === undefined || raw === null) return env;
  if (typeof raw !== "object" || Array.isArray(raw)) {
    problems.push({ key: "env", got: raw, want: "give an object of names and values" });
    return env;
  }
  for (const [name, value] of Object.entries(raw)) {
    if (typeof value === "string") env[name] = value;
    else if (typeof value === "number" || typeof value === "boolean") env[name] = String(value);
    else problems.push({ key: `env.${name}`, got: value, want: "give a text" });
  }
  return env;
}
