import { imageAllowed, ManifestError, namespaceOf } from "@opencode-k8s/job-manifest";
import { parseObject } from "@paperclipai/adapter-utils/server-utils";
import { ConfigError, type ConfigProblem } from "./config-error.ts";
import { FORM_NAMES } from "./form/fields.ts";
import { type ConfigValues, configSchema } from "./schema.ts";

/** An agent's configuration, checked and typed. `env` is what the operator set, as it is. */
export interface RunConfig extends ConfigValues {
  readonly env: Readonly<Record<string, string>>;
  /** Of the Paperclip pod, where there is one. What is configured, and what Paperclip says of the run, wins over it. */
  readonly inherited?: InheritedEnvironment;
}

/** Environment of the Paperclip pod that its agents get, too: in the forms of `env`, `envValueFrom` and `envFrom`. */
export interface InheritedEnvironment {
  readonly env: Readonly<Record<string, string>>;
  readonly envValueFrom: NonNullable<ConfigValues["envValueFrom"]>;
  readonly envFrom: NonNullable<ConfigValues["envFrom"]>;
}

/**
 * Paperclip's form shows it for the value of a key whose name it takes for a secret's, such as `maxTokens` given through
 * its API, and with the next change of another field stores it (seen with 2026.916.1). See `inForm`.
 */
const REDACTED = "***REDACTED***";

/** What keys have that are not configured. */
export type ConfigDefaults = Readonly<Partial<Record<keyof ConfigValues, unknown>>>;

/**
 * Reads the configuration that Paperclip resolved for a run. Dotted keys may lie flat, as the form stores them, or nested;
 * the flat one wins, because that is the one a form edits. An empty text is a field that was left empty.
 * @param companyId of the agent: `namespace` may be a template
 * @param defaults come before those of the keys themselves, and are checked as if they were configured
 * @throws ConfigError that names every problem
 */
export function readRunConfig(
  config: Readonly<Record<string, unknown>>,
  companyId: string,
  defaults: ConfigDefaults = {},
): RunConfig {
  const keys = Object.keys(configSchema.shape) as (keyof ConfigValues)[];
  const raw: Record<string, unknown> = Object.fromEntries(
    keys.map((key) => [key, configured(config, key) ?? defaults[key]]),
  );
  const problems: ConfigProblem[] = [];
  for (const key of keys.filter((each) => raw[each] === REDACTED)) {
    problems.push({
      key,
      got: REDACTED,
      want: "give the value again: a form of Paperclip has stored this in its place",
    });
    raw[key] = undefined;
  }
  const parsed = configSchema.safeParse(raw);
  if (!parsed.success) {
    for (const { path, message } of parsed.error.issues) {
      const key = String(path[0]);
      problems.push({ key, got: raw[key], want: message });
    }
  }
  const env = readEnv(config.env, problems);
  const namespace = readNamespace(parsed.data?.namespace, companyId, problems);
  checkImages(parsed.data, problems);
  if (!parsed.success || problems.length > 0) throw new ConfigError(problems);
  return { ...parsed.data, namespace, env };
}

function readNamespace(template: string | undefined, companyId: string, problems: ConfigProblem[]): string {
  try {
    return template === undefined ? "" : namespaceOf("namespace", template, { "company.id": companyId });
  } catch (error) {
    if (!(error instanceof ManifestError)) throw error;
    problems.push({ key: "namespace", got: template, want: error.remedy });
    return "";
  }
}

function checkImages(values: ConfigValues | undefined, problems: ConfigProblem[]): void {
  const { imageAllowlist } = values ?? {};
  if (imageAllowlist === undefined) return;
  const want = `name an image that imageAllowlist allows, which are ${imageAllowlist.join(", ")}`;
  for (const key of ["image", "dind.image"] as const) {
    const image = values?.[key];
    if (image !== undefined && !imageAllowed(image, imageAllowlist)) problems.push({ key, got: image, want });
  }
}

/** What is configured under a key, before it is checked; `undefined` for nothing, and for a field that was left empty. */
export function configured(config: Readonly<Record<string, unknown>>, key: string): unknown {
  const inForm = FORM_NAMES[key];
  const value = (inForm === undefined ? undefined : given(config[inForm])) ?? config[key];
  return given(value ?? (key.includes(".") ? nested(config, key) : undefined));
}

/** A field that was left empty is not given. */
function given(value: unknown): unknown {
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
