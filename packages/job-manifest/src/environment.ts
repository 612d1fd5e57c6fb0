import type { V1EnvVar } from "@kubernetes/client-node";
import type { RunInput } from "./run-input.ts";
import type { PlannedSecret } from "./secret-layout.ts";
import { environmentName } from "./environment-name.ts";
import { referringVariables } from "./environment-references.ts";
import { ManifestError } from "./manifest-error.ts";
import { definesItsModels } from "./model-catalogue.ts";
import * as paths from "./paths.ts";
import { seconds } from "./quantity.ts";
import { AUTH_KEY, PROMPT_KEY } from "./secret-keys.ts";
import { dataDirectory, homeDirectory } from "./home.ts";
import { byteLength, deliverable, literal, MAX_ENVIRONMENT_BYTES, MAX_EXEC_STRING_BYTES } from "./text.ts";

/** A database that has grown past this is begun anew (issue 6). */
const DATABASE_LIMIT_BYTES = 500 * 1024 * 1024;

/** OpenCode does nothing at its start that a run does not need. The agent's own environment may say otherwise. */
const LEAN_START: Readonly<Record<string, string>> = {
  OPENCODE_DISABLE_AUTOUPDATE: "1",
  OPENCODE_DISABLE_DEFAULT_PLUGINS: "1",
  OPENCODE_DISABLE_FFF: "1",
  OPENCODE_DISABLE_FILEWATCHER: "1",
  OPENCODE_DISABLE_LSP_DOWNLOAD: "1",
  OPENCODE_DISABLE_MODELS_FETCH: "1",
  OPENCODE_DISABLE_PROJECT_CONFIG: "1",
};

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
  const total = variables.reduce((sum, [name, value]) => sum + byteLength(name) + byteLength(value) + 2, 0);
  if (total <= MAX_ENVIRONMENT_BYTES) return;
  throw new ManifestError(
    "env",
    `and openCodeConfig have ${total} bytes together`,
    `an environment may have ${MAX_ENVIRONMENT_BYTES}; hand large values over in files`,
  );
}

/**
 * Environment of the container: our paths and switches in the open, everything else as references into the Secrets.
 * References name each variable (no `envFrom`), so that the prompt, a key of the same Secrets, stays a file only.
 */
export function containerEnvironment(input: RunInput, secrets: readonly PlannedSecret[]): V1EnvVar[] {
  const home = homeDirectory(input);
  const data = dataDirectory(input);
  const references = input.envValueFrom ?? {};
  const own: Record<string, string> = {
    HOME: literal(home),
    TMPDIR: paths.TMPDIR,
    XDG_CACHE_HOME: `${paths.HOME}/.cache`,
    XDG_CONFIG_HOME: literal(`${home}/.config`),
    XDG_DATA_HOME: literal(data),
    XDG_STATE_HOME: `${paths.HOME}/.local/state`,
    OPENCODE_DB: literal(`${data}/opencode.db`),
    ...(definesItsModels(input.openCodeConfig, input.model)
      ? { OPENCODE_MODELS_PATH: `${paths.RUN_DIR}/models.json` }
      : {}),
    ...LEAN_START,
    OPENCODE_K8S_RUN_DIR: paths.RUN_DIR,
    OPENCODE_K8S_PROMPT: `${paths.INPUT_DIR}/${PROMPT_KEY}`,
    OPENCODE_K8S_DATABASE_LIMIT: String(DATABASE_LIMIT_BYTES),
    ...(input.authJson === undefined ? {} : { OPENCODE_K8S_AUTH: `${paths.INPUT_DIR}/${AUTH_KEY}` }),
    OPENCODE_K8S_WORKDIR: literal(paths.workingDirectory(input.workingDir)),
    OPENCODE_K8S_TERMINATION_LOG: paths.TERMINATION_LOG,
    OPENCODE_K8S_TIMEOUT_SEC: String(seconds("timeoutSec", input.timeoutSec)),
    OPENCODE_K8S_GRACE_SEC: String(seconds("graceSec", input.graceSec)),
  };
  return [
    ...Object.entries(own)
      .filter(([name]) => !Object.hasOwn(input.env, name) && !Object.hasOwn(references, name))
      .map(([name, value]) => ({ name, value })),
    ...secrets.flatMap(({ name: secret, variables }) =>
      variables.map(({ name, key }) => ({ name, valueFrom: { secretKeyRef: { name: secret, key } } })),
    ),
    ...referringVariables(references, input.env),
  ];
}
