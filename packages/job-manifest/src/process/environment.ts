import type { V1EnvVar } from "@kubernetes/client-node";
import type { RunInput } from "../input/run-input.ts";
import type { PlannedSecret } from "../secret/secret-layout.ts";
import { DOCKER_HOST } from "../pod/dind.ts";
import { fitsExec } from "./agent-environment.ts";
import { referringVariables } from "./environment-references.ts";
import { definesItsModels } from "./model-catalogue.ts";
import * as paths from "../storage/paths.ts";
import { titleArgument } from "./opencode-args.ts";
import { outputLimit } from "../values/output-limit.ts";
import { seconds } from "../values/quantity.ts";
import { AUTH_KEY, PROMPT_KEY } from "../secret/secret-keys.ts";
import { dataDirectory, homeDirectory } from "../storage/home.ts";
import { outputCopy } from "../storage/output-copy.ts";
import { literal } from "../values/text.ts";

/** A database that has grown past this is begun anew (issue 6). */
const DATABASE_LIMIT_BYTES = 500 * 1024 * 1024;

/**
 * Seconds that OpenCode may take to make, migrate or check a database. It takes 2.5 s of a processor, and took 15 s among
 * twenty that wanted two (measured on 1.18.33).
 */
const DATABASE_QUESTION_SEC = 60;

/**
 * Seconds that a copy on the shared claim may take. With the two in which the agent's orphans are ended it is less than what
 * the kubelet waits beyond `graceSec`.
 */
const COPY_SEC = 10;

/** With what the program begins anew where the session is unknown. */
const FRESH_ARGUMENT = "OPENCODE_K8S_FRESH_ARGUMENT";

/** OpenCode does nothing at its start that a run does not need. The agent's own environment may say otherwise. */
const LEAN_START: Readonly<Record<string, string>> = {
  OPENCODE_DISABLE_AUTOUPDATE: "1",
  OPENCODE_DISABLE_DEFAULT_PLUGINS: "1",
  OPENCODE_DISABLE_FFF: "1",
  OPENCODE_DISABLE_LSP_DOWNLOAD: "1",
  OPENCODE_DISABLE_MODELS_FETCH: "1",
  OPENCODE_DISABLE_PROJECT_CONFIG: "1",
  OPENCODE_EXPERIMENTAL_DISABLE_FILEWATCHER: "1",
};

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
    ...(input.dind === undefined ? {} : { DOCKER_HOST }),
    OPENCODE_K8S_RUN_DIR: paths.RUN_DIR,
    OPENCODE_K8S_PROMPT: `${paths.INPUT_DIR}/${PROMPT_KEY}`,
    ...(input.sessionId ? { [FRESH_ARGUMENT]: literal(freshArgument(input)) } : {}),
    OPENCODE_K8S_OUTPUT_LIMIT: String(outputLimit(input)),
    // What ends with the pod needs no look, and is nobody else's.
    ...(input.database.mode === "ephemeral"
      ? {}
      : {
          OPENCODE_K8S_DATABASE_LIMIT: String(DATABASE_LIMIT_BYTES),
          OPENCODE_K8S_DATABASE_QUESTION_SEC: String(DATABASE_QUESTION_SEC),
        }),
    ...(input.authJson === undefined ? {} : { OPENCODE_K8S_AUTH: `${paths.INPUT_DIR}/${AUTH_KEY}` }),
    ...copyVariables(input),
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

function copyVariables(input: RunInput): Record<string, string> {
  const copy = outputCopy(input);
  if (copy === undefined) return {};
  return {
    OPENCODE_K8S_COPY_DIR: literal(copy.folder),
    OPENCODE_K8S_COPY_SEC: String(COPY_SEC),
    OPENCODE_K8S_COPIES: String(copy.kept),
  };
}

function freshArgument(input: RunInput): string {
  const argument = titleArgument(input);
  fitsExec("title", FRESH_ARGUMENT, argument);
  return argument;
}
