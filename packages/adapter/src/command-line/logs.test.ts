import { describe, expect, test } from "vitest";
import { FakeTerminal } from "../../test/fake-terminal.ts";
import { ANSWER, printLines, receiptFor } from "../../test/sim-run.ts";
import { jobsIn, type Script, simTerminal } from "../../test/sim-terminal.ts";

const answering: Script = async (io) => {
  printLines(io, [...ANSWER, receiptFor(ANSWER)]);
  return 0;
};

/** Prints what it begins with, and the rest a minute later. */
const slow: Script = async (io) => {
  printLines(io, ANSWER.slice(0, 1));
  await io.sleep(60_000);
  printLines(io, [...ANSWER.slice(1), receiptFor(ANSWER)]);
  return 0;
};

describe("a run that has ended", () => {
  test("its transcript, and whether that is all of it", async () => {
    const world = simTerminal(answering);
    const { code, terminal } = await world.tells(async () => {
      await world.runs();
      const [run = { runId: "" }] = await jobsIn(world);
      return world.carriedOut(["logs", run.runId]);
    });
    expect(code).toBe(0);
    expect(terminal.written).toMatch(/● Done\.[^]*The log is whole: 3 lines of \d+ bytes/);
    expect(terminal.problems).toBe("");
  });

  test("by the beginning of its id, or the name of its Job, as it is now or followed", async () => {
    const world = simTerminal(answering);
    const written = await world.tells(async () => {
      await world.runs();
      const [run = { runId: "", name: "" }] = await jobsIn(world);
      const all = [[run.runId.slice(0, 5)], [run.name], [run.name, "--no-follow"]];
      return Promise.all(all.map(async (words) => (await world.carriedOut(["logs", ...words])).terminal.written));
    });
    expect(new Set(written).size).toBe(1);
    expect(written[0]).toContain("Done.");
  });

  test("as JSON: OpenCode's events, each once; what is ours goes to stderr", async () => {
    const world = simTerminal(answering);
    const { terminal } = await world.tells(async () => {
      await world.runs();
      const [run = { runId: "" }] = await jobsIn(world);
      return world.carriedOut(["logs", run.runId, "--json"]);
    });
    expect(terminal.written.trimEnd().split("\n")).toEqual(ANSWER);
    expect(terminal.problems).toContain("The log is whole");
  });

  test("a secret of the run is masked, and where it cannot be, that is said", async () => {
    const leak = ANSWER.map((line) => line.replace("Done.", "It is sk-canary-0123456789."));
    const world = simTerminal(async (io) => {
      printLines(io, [...leak, receiptFor(leak)]);
      return 0;
    });
    const [masked, shown] = await world.tells(async () => {
      await world.runs();
      const [run = { runId: "" }] = await jobsIn(world);
      const first = await world.carriedOut(["logs", run.runId]);
      world.sim.access.deny({ verb: "get", resource: "secrets" });
      return [first.terminal, (await world.carriedOut(["logs", run.runId])).terminal] as const;
    });
    expect(masked.written).toContain("It is ***.");
    expect(masked.problems).toBe("");
    expect(shown.problems).toMatch(/Secrets of the run are shown.*resources: \[secrets\], verbs: \[get\]/);
  });

  test("whose pod is gone has no log: 1, with where else to look", async () => {
    const world = simTerminal(answering);
    const { code, terminal } = await world.tells(async () => {
      await world.runs();
      const [run = { runId: "" }] = await jobsIn(world);
      const pods = await world.cluster.request<{ items: { metadata: { name: string } }[] }>(
        "GET",
        "/api/v1/namespaces/default/pods",
      );
      world.sim.deletePod("default", pods.items[0]?.metadata.name ?? "");
      await world.clock.sleep(60_000);
      return world.carriedOut(["logs", run.runId]);
    });
    expect(code).toBe(1);
    expect(terminal.written).toMatch(/pod is gone, and its log with it/);
  });
});

describe("a run that goes on", () => {
  test("is followed to its end, and nothing of it is touched", async () => {
    const world = simTerminal(slow);
    const { code, terminal } = await world.tells(async () => {
      const running = world.runs();
      await world.clock.sleep(20_000);
      const [run = { runId: "" }] = await jobsIn(world);
      const before = world.sim.requests.length;
      const ended = await world.carriedOut(["logs", run.runId]);
      await running;
      const verbs = world.sim.requests.slice(before).map(({ verb }) => verb);
      expect(verbs).not.toContain("delete");
      expect(verbs).not.toContain("create");
      return ended;
    });
    expect(code).toBe(0);
    expect(terminal.written).toMatch(/Done\.[^]*The log is whole/);
  });

  test("Ctrl-C ends the reading, and not the run", async () => {
    const world = simTerminal(slow);
    const terminal = new FakeTerminal();
    const [code, ran] = await world.tells(async () => {
      const running = world.runs();
      await world.clock.sleep(20_000);
      const [run = { runId: "" }] = await jobsIn(world);
      const reading = world.carriedOut(["logs", run.runId], terminal);
      await world.clock.sleep(5_000);
      terminal.interrupt();
      return [(await reading).code, (await running).code];
    });
    expect([code, ran]).toEqual([130, 0]);
    expect(terminal.problems).toBe("");
  });

  test("with --no-follow: what there is now", async () => {
    const world = simTerminal(slow);
    const { code, terminal } = await world.tells(async () => {
      const running = world.runs();
      await world.clock.sleep(20_000);
      const [run = { runId: "" }] = await jobsIn(world);
      const ended = await world.carriedOut(["logs", run.runId, "--no-follow"]);
      await running;
      return ended;
    });
    expect(code).toBe(0);
    expect(terminal.written).toMatch(/The run goes on, with 1 lines so far/);
    expect(terminal.written).not.toContain("Done.");
  });
});

describe("a run that is not to be had", () => {
  test("no such run: 2, with those that there are", async () => {
    const world = simTerminal(answering);
    const { code, terminal } = await world.tells(async () => {
      await world.runs();
      await world.clock.sleep(60_000);
      return world.carriedOut(["logs", "no-such-run"]);
    });
    expect(code).toBe(2);
    expect(terminal.problems).toMatch(
      /of a run "no-such-run"[^]*There are:\n {2}\S+ {2}succeeded, created .* ago, Job/,
    );
  });

  test("a beginning that several have: 2, with which", async () => {
    const world = simTerminal(answering);
    const { code, terminal } = await world.tells(async () => {
      await world.runs("one");
      await world.runs("two");
      return world.carriedOut(["logs", "agent-opencode"]);
    });
    expect(code).toBe(2);
    expect(terminal.problems).toMatch(/may be any of these; give more of it:\n.*-one-.*\n.*-two-|-two-.*\n.*-one-/);
  });

  test("no answer from the cluster: 3, with what to look at", async () => {
    const world = simTerminal(answering);
    world.sim.faults.refuse({ resource: "jobs" });
    const { code, terminal } = await world.tells(() => world.carriedOut(["logs", "any"]));
    expect(code).toBe(3);
    expect(terminal.problems).toMatch(/no answer from the API server.*Check that it is up, and that --kubeconfig/);
    expect(terminal.problems).not.toMatch(/^\s+at /m);
  });

  test.each([
    ["jobs", "list", [], 'apiGroups: ["batch"], resources: ["jobs"], verbs: [list]'],
    ["pods", "list", ["--no-follow"], 'apiGroups: [""], resources: ["pods"], verbs: [list]'],
    ["pods/log", "get", ["--no-follow"], 'apiGroups: [""], resources: ["pods/log"], verbs: [get]'],
    ["pods/log", "get", [], 'apiGroups: [""], resources: ["pods/log"], verbs: [get]'],
  ])("no right to %s (%s %j): 3, with the rule", async (resource, verb, options, rule) => {
    const world = simTerminal(answering);
    const { code, terminal } = await world.tells(async () => {
      await world.runs();
      const [run = { runId: "" }] = await jobsIn(world);
      world.sim.access.deny({ resource, verb });
      return world.carriedOut(["logs", run.runId, ...options]);
    });
    expect(code).toBe(3);
    expect(terminal.problems).toContain(rule);
    expect(terminal.problems).not.toMatch(/^\s+at /m);
  });
});
