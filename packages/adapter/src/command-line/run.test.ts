import { KubeSim, scriptedContainers, VirtualClock } from "@opencode-k8s/kube-sim";
import type { V1Role } from "@kubernetes/client-node";
import { Cluster, type Fetch } from "@opencode-k8s/k8s-kit";
import { loadAll } from "js-yaml";
import { expect, test } from "vitest";
import { FakeTerminal } from "../../test/fake-terminal.ts";
import { ANSWER, printLines } from "../../test/sim-run.ts";
import { carryOut } from "./program.ts";

const WORDS = ["run", "Do it.", "--model", "stub/m", "--image", "opencode:1", "--namespace", "default"];

type Script = Parameters<typeof scriptedContainers>[0];

interface Ran {
  readonly code: number;
  readonly terminal: FakeTerminal;
  readonly sim: KubeSim;
}

interface Happening {
  readonly interruptAfterMs?: number;
  /** A resource to which there is no right. */
  readonly forbidden?: string;
}

async function ran(
  script: Script,
  words: readonly string[] = WORDS,
  { interruptAfterMs, forbidden }: Happening = {},
): Promise<Ran> {
  const clock = new VirtualClock();
  const sim = new KubeSim({ clock, runtime: scriptedContainers(script) });
  const transport = {
    call: forbidden === undefined ? sim.fetch : withoutRight(sim.fetch, forbidden),
    stream: sim.fetch,
    headers: () => Promise.resolve({}),
    close: () => Promise.resolve(),
  };
  const cluster = new Cluster({ server: "https://sim", transport, clock, random: () => 0.5 });
  const terminal = new FakeTerminal();
  const code = await clock.run(
    (async () => {
      const running = carryOut(words, terminal, { clusterFor: () => cluster });
      if (interruptAfterMs !== undefined) {
        await clock.sleep(interruptAfterMs);
        terminal.interrupt();
      }
      return running;
    })(),
  );
  return { code, terminal, sim };
}

/** An API server that says that there is no right to this resource. */
function withoutRight(fetch: Fetch, resource: string): Fetch {
  return (url, init) => {
    const isAsked =
      url.endsWith("/selfsubjectaccessreviews") &&
      JSON.stringify(init.body).includes(`\\"resource\\":\\"${resource}\\"`);
    if (!isAsked) return fetch(url, init);
    return Promise.resolve(Response.json({ kind: "SelfSubjectAccessReview", status: { allowed: false } }));
  };
}

const answering: Script = async (io) => {
  printLines(io, ANSWER);
  return 0;
};

test("shows where it is, the transcript and the result, and leaves nothing behind", async () => {
  const { code, terminal, sim } = await ran(answering);
  expect(code).toBe(0);
  expect(terminal.written).toMatch(/Created Job .* in namespace default[^]*● Done\.[^]*status.*succeeded/);
  expect(sim.requests.filter(({ verb, resource }) => verb === "delete" && resource === "jobs")).toHaveLength(1);
});

test("as JSON: OpenCode's events, then the result; what is ours goes to stderr", async () => {
  const { terminal } = await ran(answering, [...WORDS, "--json"]);
  const lines = terminal.written
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as { type: string });
  expect(lines.map(({ type }) => type)).toEqual([
    ...ANSWER.map((line) => (JSON.parse(line) as { type: string }).type),
    "result",
  ]);
  expect(lines.at(-1)).toMatchObject({ result: { exitCode: 0, summary: "Done." } });
  expect(terminal.problems).toContain("Created Job");
});

test("the doctor says what is missing, and ends with the Role that gives it", async () => {
  const words = ["doctor", "--model", "stub/m", "--image", "opencode:1", "--namespace", "default"];
  const { code, terminal } = await ran(answering, words, { forbidden: "secrets" });
  expect(code).toBe(1);
  expect(terminal.written).toMatch(/^✖ .*secrets.*\n {2}→ /m);
  const [role] = loadAll(terminal.written.slice(terminal.written.indexOf("---"))) as [V1Role];
  expect(role.metadata).toMatchObject({ namespace: "default" });
  expect(role.rules).toContainEqual({ apiGroups: [""], resources: ["secrets"], verbs: ["create"] });
});

test("a run that failed: 1, with its code and its words", async () => {
  const { code, terminal } = await ran(async () => 7);
  expect(code).toBe(1);
  expect(terminal.written).toMatch(/status.*failed: opencode_failed · /);
});

test("a configuration that cannot be: 2, with every problem", async () => {
  const { code, terminal, sim } = await ran(answering, ["run", "Do it.", "-n", "default", "--model", "m"]);
  expect(code).toBe(2);
  expect(terminal.written).toMatch(/configuration_incomplete.*model: .*image: /);
  expect(sim.requests).toEqual([]);
});

test("Ctrl-C cancels the run: its Job is deleted, and its pod is gone", async () => {
  const sleeping: Script = async (io) => {
    printLines(io, ANSWER.slice(0, 1));
    await io.sleep(3_600_000);
    return 0;
  };
  const { code, terminal, sim } = await ran(sleeping, WORDS, { interruptAfterMs: 20_000 });
  expect(code).toBe(130);
  expect(terminal.written).toMatch(/status.*failed: cancelled · .*its pod is gone/);
  expect(sim.requests.some(({ verb, resource }) => verb === "delete" && resource === "jobs")).toBe(true);
});
