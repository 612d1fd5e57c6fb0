import { buildRunObjects, ManifestError, type RunFile, type RunInput } from "@opencode-k8s/job-manifest";
import type { V1Job, V1Pod, V1PodSpec } from "@kubernetes/client-node";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { SEED } from "../seed.ts";
import { settings, SHELL_IMAGE } from "../world/index.ts";
import { awkwardText, CANARY } from "./awkward-text.ts";
import { plainRun } from "./options.ts";
import { DATABASE_IS_GOOD, RunNamespace } from "./run-namespace.ts";

const { kubeconfig, storageClass } = settings();
/** Of the fields that a run has many of. */
const TEXTS = 60;

let namespace: RunNamespace;
beforeAll(async () => {
  namespace = await RunNamespace.open(kubeconfig);
  await namespace.createClaim("paperclip", storageClass);
});
afterAll(() => namespace[Symbol.asyncDispose]());

/** Plays an OpenCode that does not know the session that it is to go on with, and says what it was given, a line each. */
const DUMP = `
${DATABASE_IS_GOOD}
case "$*" in *--session=*) echo "Session not found" >&2; exit 1;; esac
line() { printf '%s ' "$1"; base64 | tr -d '\\n'; echo; }
printf '%s\\0' "$@" | line argv
cat /proc/self/environ | line environ
cat | line prompt
{ pwd; } | line cwd
cd /run/opencode-k8s-input/files && find . -type f -exec sh -c '
  for file; do printf "file %s " "$(printf %s "$file" | base64 | tr -d "\\n")"; base64 <"$file" | tr -d "\\n"; echo; done
' sh {} +
`;

/** Looks for the canary wherever anybody can write, when the agent and the program are over: then a sidecar is told to end. */
const FINDER = `
trap 'find / \\( -path /proc -o -path /run/opencode-k8s-input \\) -prune -o -name ${CANARY} -type f -print 2>/dev/null; echo looked; exit' TERM
while :; do sleep 0.1; done
`;

function addFinder(pod: V1PodSpec): void {
  const [agent] = pod.containers;
  if (!agent) throw new Error("a pod without a container");
  const { image = "", imagePullPolicy = "", securityContext = {}, volumeMounts = [] } = agent;
  const command = ["/bin/sh", "-c", FINDER];
  const common = { image, imagePullPolicy, securityContext, volumeMounts };
  pod.initContainers = [{ name: "finder", command, restartPolicy: "Always", ...common }];
}

/** What every run here has; the rest is text. */
function base(turn: number): RunInput {
  return {
    ...plainRun(""),
    namespace: "agents",
    image: SHELL_IMAGE,
    runId: `${SEED} ${turn}`,
    resources: { requests: { cpu: "50m", memory: "64Mi" }, limits: {} },
    graceSec: 5,
    dataClaim: { claimName: "paperclip", mountPath: "/paperclip" },
    database: { mode: "workspace_subpath" },
  };
}

/** Of the texts those that this field takes; the others it refuses by its name. */
function taken(field: string, all: readonly string[], put: (text: string) => Partial<RunInput>): string[] {
  return all.filter((text) => isTaken(field, put(text)));
}

function isTaken(field: string, change: Partial<RunInput>): boolean {
  try {
    buildRunObjects({ ...base(0), ...change });
    return true;
  } catch (error) {
    if (!(error instanceof ManifestError)) throw error;
    expect(error.field).toContain(field);
    return false;
  }
}

const texts = [...new Set(fc.sample(awkwardText, { seed: SEED, numRuns: TEXTS }))];
const short = texts.filter(({ length }) => length < 1000);

/** Every field that takes any text, in one run; `turn` says which of the texts they have that have one. */
function runOf(turn: number): RunInput {
  const choose = (field: string, put: (text: string) => Partial<RunInput>): string => {
    const all = taken(field, texts, put);
    return all[turn % all.length] ?? "";
  };
  const env = taken("env", texts, (text) => ({ env: { A: text } }));
  const files: RunFile[] = [];
  for (const [at, path] of short.entries()) {
    const file = { path, content: texts.at(-at) ?? "" };
    if (isTaken("files", { files: [...files, file] })) files.push(file);
  }
  return {
    ...base(turn),
    agentId: choose("agentId", (agentId) => ({ agentId })),
    agentName: choose("agentName", (agentName) => ({ agentName })),
    companyId: choose("companyId", (companyId) => ({ companyId })),
    taskId: choose("taskId", (taskId) => ({ taskId })),
    // The program begins such a run anew, with the title in the place of the session.
    ...(turn % 2 === 0 ? {} : { sessionId: choose("sessionId", (text) => ({ sessionId: `s${text}` })) || "s" }),
    title: choose("title", (title) => ({ title })),
    model: `p/m${choose("model", (text) => ({ model: `p/m${text}` }))}`,
    variant: `v${choose("variant", (text) => ({ variant: `v${text}` }))}`,
    prompt: choose("prompt", (prompt) => ({ prompt })),
    extraArgs: taken("extraArgs", texts, (text) => ({ extraArgs: [text] })),
    env: Object.fromEntries(env.map((text, at) => [`TEXT_${at}`, text])),
    annotations: Object.fromEntries(
      taken("annotations", short, (text) => ({ annotations: { a: text } })).map((text, at) => [`text-${at}`, text]),
    ),
    files,
    openCodeConfig: {
      instructions: taken("openCodeConfig", short, (text) => ({ openCodeConfig: { text } })),
      mcp: {
        server: { type: "local", command: env.filter(({ length }) => length < 1000), environment: { A: env[turn] } },
      },
    },
    workingDir: `/work/${choose("workingDir", (text) => ({ workingDir: `/work/${text}` }))}`,
  };
}

/** What the process said, by its first word: texts, or pairs of them. An empty text is a space at the end of its line, also of the last one. */
function told(output: string): Map<string, string[][]> {
  const said = new Map<string, string[][]>();
  for (const line of output.split("\n").slice(0, -1)) {
    const [what = "", ...words] = line.split(" ");
    said.set(what, [...(said.get(what) ?? []), words.map((word) => Buffer.from(word, "base64").toString())]);
  }
  return said;
}

console.log(`texts in a container: E2E_SEED=${SEED}, ${texts.length} texts`);

test.concurrent.each([0, 1, 2, 3])("every text arrives byte for byte, and none is run: %i", async (turn) => {
  const input = runOf(turn);
  const ran = await namespace.run(input, DUMP, addFinder);
  expect(ran.message).toBe("");
  const said = told(ran.output);
  const strings = (what: string): string[] => said.get(what)?.[0]?.[0]?.split("\0") ?? [];
  const { model, variant = "", title = "", extraArgs, env, prompt, workingDir, files = [], annotations } = input;
  const options = [`--model=${model}`, `--variant=${variant}`, `--title=${title}`];
  expect(strings("argv")).toEqual(["run", "--format", "json", ...options, ...extraArgs, ""]);
  expect(said.get("prompt")).toEqual([[prompt]]);
  expect(said.get("cwd")).toEqual([[`${workingDir}\n`]]);
  const environ = strings("environ");
  expect(environ).toEqual(expect.arrayContaining(Object.entries(env).map(([name, text]) => `${name}=${text}`)));
  const config = environ.find((text) => text.startsWith("OPENCODE_CONFIG_CONTENT="));
  expect(JSON.parse(config?.slice(config.indexOf("=") + 1) ?? "")).toEqual(input.openCodeConfig);
  expect(environ).toContainEqual(
    expect.stringMatching(/^XDG_DATA_HOME=\/paperclip\/\.opencode-k8s(\/[-\w.]{1,63}){3}$/),
  );
  const byPath = (all: string[][]): string[][] => all.toSorted(([a = ""], [b = ""]) => (a < b ? -1 : 1));
  expect(byPath(said.get("file") ?? [])).toEqual(
    byPath(files.map(({ path, content }) => [`./${path}`, String(content)])),
  );
  const [job, pod] = JSON.parse(ran.visible) as [V1Job, V1Pod];
  for (const { metadata } of [job, pod])
    expect(metadata?.annotations).toMatchObject({ ...annotations, "paperclip.io/agent-name": input.agentName });
  expect(await namespace.logBeside(ran, "finder")).toBe("looked\n");
});

test("a text that is run leaves what would be found", async () => {
  const env = { TEXT: `$(touch "$TMPDIR/${CANARY}")` };
  const ran = await namespace.run({ ...base(4), env }, 'eval "$TEXT"', addFinder);
  expect(await namespace.logBeside(ran, "finder")).toBe(`/tmp/${CANARY}\nlooked\n`);
});
