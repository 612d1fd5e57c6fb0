import { ManifestError } from "./manifest-error.ts";

/** Carries OpenCode's configuration: of all sources the last that is read, but for `OPENCODE_PERMISSION`. */
export const CONFIG_VARIABLE = "OPENCODE_CONFIG_CONTENT";

/** Names beginning so belong to the program in the pod. */
const RESERVED_PREFIX = "OPENCODE_K8S_";

/** Variables that the manifest sets itself, because volumes, the session's directory and the configuration hang on them. */
const RESERVED: ReadonlySet<string> = new Set([
  "HOME",
  "TMPDIR",
  "PWD",
  "OLDPWD",
  "XDG_CONFIG_HOME",
  "XDG_DATA_HOME",
  "XDG_STATE_HOME",
  "XDG_CACHE_HOME",
  "OPENCODE_DB",
  // The configuration has one source; this is it, and OPENCODE_PERMISSION would override it.
  CONFIG_VARIABLE,
  "OPENCODE_PERMISSION",
]);

/** Whether `env` of a run may not contain the name, because the manifest gives it a value of its own. */
export function isReservedEnvironmentName(name: string): boolean {
  return RESERVED.has(name) || name.startsWith(RESERVED_PREFIX);
}

/**
 * Returns the field of the variable if it may have that name.
 * @throws {ManifestError} naming it.
 */
export function environmentName(field: string, name: string): string {
  const shown = name.slice(0, 80);
  if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) {
    const remedy = "use letters, digits and _, and no digit first";
    throw new ManifestError(`${field}[${JSON.stringify(shown)}]`, "is not the name of an environment variable", remedy);
  }
  const named = `${field}.${shown}`;
  if (name.length > 200) throw new ManifestError(named, `has a name of ${name.length} characters`, "use at most 200");
  if (isReservedEnvironmentName(name)) throw new ManifestError(named, "is set by the manifest itself", "remove it");
  return named;
}
