import { type ParseError, parse, printParseErrorCode } from "jsonc-parser";
import { ConfigError, type ConfigProblem } from "../../config/index.ts";
import { isObject, type JsonObject } from "../../json.ts";

const PROVIDERS = "PAPERCLIP_OPENCODE_PROVIDERS";
const SMALL_MODEL = "PAPERCLIP_OPENCODE_SMALL_MODEL";
const CONTENT = "OPENCODE_CONFIG_CONTENT";
const PERMISSION = "OPENCODE_PERMISSION";

/** Variables by which an operator configures OpenCode. They are merged into the one configuration, and not passed on. */
export const CONFIG_VARIABLES: readonly string[] = [PROVIDERS, SMALL_MODEL, CONTENT, PERMISSION];

/**
 * The operator's own configuration: providers and small model, as Paperclip's own adapter has them (`opencode_local` of
 * 2026.916), below OpenCode's own two variables. Comments are allowed, as in OpenCode.
 * @throws ConfigError that names every variable that holds no JSON object, and every provider that is none
 */
export function readVariables(env: Readonly<Record<string, string>>): JsonObject[] {
  const problems: ConfigProblem[] = [];
  const [provider, content, permission] = [PROVIDERS, CONTENT, PERMISSION].map((name) => readJson(env, name, problems));
  for (const [id, value] of Object.entries(provider ?? {})) {
    if (isObject(value) || value === null) continue;
    problems.push({
      key: `env.${PROVIDERS}.${id}`,
      got: value,
      want: "give an object, as OpenCode's `provider` has it",
    });
  }
  if (problems.length > 0) throw new ConfigError(problems);
  const small = env[SMALL_MODEL]?.trim();
  return [
    ...(provider ? [{ provider }] : []),
    ...(small ? [{ small_model: small }] : []),
    ...(content ? [content] : []),
    ...(permission ? [{ permission }] : []),
  ];
}

function readJson(
  env: Readonly<Record<string, string>>,
  variable: string,
  problems: ConfigProblem[],
): JsonObject | undefined {
  const text = env[variable];
  if (text === undefined || text.trim() === "") return undefined;
  const errors: ParseError[] = [];
  const value: unknown = parse(text, errors, { allowTrailingComma: true });
  const [error] = errors;
  if (!error && isObject(value)) return value;
  const why = error ? `${printParseErrorCode(error.error)} at character ${error.offset}` : "it is no object";
  problems.push({ key: `env.${variable}`, got: text, want: `give a JSON object: ${why}` });
  return undefined;
}
