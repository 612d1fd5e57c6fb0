import { environmentName } from "../values/environment-name.ts";
import { ManifestError } from "../values/manifest-error.ts";
import { byteLength, deliverable, execBytes, MAX_ENVIRONMENT_BYTES, MAX_EXEC_STRING_BYTES } from "../values/text.ts";

/**
 * The agent's environment, checked and in the order of its names.
 * @throws {ManifestError} naming the variable: no valid name, reserved, not deliverable, or too long for exec.
 */
export function agentEnvironment(env: Readonly<Record<string, string>>): [name: string, value: string][] {
  const entries = Object.entries(env).toSorted(([a], [b]) => (a < b ? -1 : 1));
  for (const [name, value] of entries) {
    const field = environmentName("env", name);
    fitsExec(field, name, deliverable(field, value));
  }
  return entries;
}

/** Bytes that the value of this variable may have. */
export function valueLimit(name: string): number {
  return MAX_EXEC_STRING_BYTES - byteLength(name) - 2;
}

/** @throws {ManifestError} when the kernel would refuse to start a program with this variable. */
export function fitsExec(field: string, name: string, value: string): void {
  const bytes = byteLength(value);
  if (bytes <= valueLimit(name)) return;
  const limit = `${MAX_EXEC_STRING_BYTES} bytes with its name`;
  throw new ManifestError(
    field,
    `has ${bytes} bytes`,
    `a variable may have less than ${limit}; hand it over in a file`,
  );
}

/** @throws {ManifestError} when the kernel would refuse to start a program with all of these variables. */
export function fitsExecTogether(variables: readonly (readonly [name: string, value: string])[]): void {
  const total = variables.reduce((sum, [name, value]) => sum + execBytes(`${name}=${value}`), 0);
  if (total <= MAX_ENVIRONMENT_BYTES) return;
  throw new ManifestError(
    "env",
    `and openCodeConfig have ${total} bytes together`,
    `an environment may have ${MAX_ENVIRONMENT_BYTES}; hand large values over in files`,
  );
}
