import { mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { ANSWER, printLines, receiptFor } from "../../../test/sim-run.ts";
import { type Ended, jobsIn, type Script, type SimTerminal, simTerminal } from "../../../test/sim-terminal.ts";

const answering: Script = async (io) => {
  printLines(io, [...ANSWER, receiptFor(ANSWER)]);
  return 0;
};

/** Prints what it begins with, and nothing more for an hour. */
const silent: Script = async (io) => {
  printLines(io, ANSWER.slice(0, 1));
  await io.clock.sleep(3_600_000, io.stopped);
  return 0;
};

async function explained(world: SimTerminal, ...options: string[]): Promise<Ended> {
  const [run = { runId: "" }] = await jobsIn(world);
  const before = world.sim.requests.length;
  const ended = await world.carriedOut(["explain", run.runId, ...options]);
  const asked = world.sim.requests.slice(before).map(({ verb }) => verb);
  expect(asked.filter((verb) => !["get", "list", "watch"].includes(verb))).toEqual([]);
  return ended;
}

/** Of a run that has ended. */
function afterwards(script: Script, ...options: string[]): Promise<Ended> {
  const world = simTerminal(script);
  return world.tells(async () => {
    await world.runs();
    await world.clock.sleep(60_000);
    return explained(world, ...options);
  });
}

/** Of a run that goes on, after so long, milliseconds. */
function meanwhile(world: SimTerminal, ms: number, ...options: string[]): Promise<Ended> {
  return world.tells(async () => {
    void world.runs();
    await world.clock.sleep(ms);
    return explained(world, ...options);
  });
}

describe("a run that has ended", () => {
  test("well: 0, with its session, tokens, cost and log", async () => {
    const { code, terminal } = await afterwards(answering);
    expect(code).toBe(0);
    expect(terminal.written).toMatch(/status +│ succeeded\n/);
    expect(terminal.written).toMatch(/session +│ ses_1\n[^]*model +│ stub\/m\n[^]*cost +│ \$0\.0100\n/);
    expect(terminal.written).toMatch(/log +│ 3 lines, .* complete: the receipt agrees/);
    expect(terminal.written).toMatch(/result +│ its result was handed over/);
  });

  test("as a page: its timeline, its tokens and its transcript, beside what is printed", async () => {
    const path = join(mkdtempSync(join(tmpdir(), "run-page-")), "run.html");
    const { code, terminal } = await afterwards(answering, "--html", path);
    expect(code).toBe(0);
    expect(terminal.written).toMatch(/status +│ succeeded\n/);
    const page = readFileSync(path, "utf8");
    for (const part of ["succeeded", "running OpenCode", "step 1: stop", "Done.", "kubectl --namespace"])
      expect(page).toContain(part);
  });

  test("as a page that cannot be written: 2, with its path", async () => {
    const { code, terminal } = await afterwards(answering, "--html", "/no/such/folder/run.html");
    expect(code).toBe(2);
    expect(terminal.problems).toMatch(/--html \/no\/such\/folder\/run\.html cannot be written/);
  });

  test("badly: 1, with its code, what that means and what to do, and where to look further", async () => {
    const { code, terminal } = await afterwards(() => Promise.resolve(7));
    expect(code).toBe(1);
    expect(terminal.written).toMatch(/what +│ opencode_failed: .*\n means +│ .*\n to do +│ .*\n tries again +│ /);
    expect(terminal.written).toMatch(
      /To look further:\n {2}npx .* logs \S+ --namespace default\n {2}kubectl --namespace/,
    );
  });

  test("as JSON: the same, for a program", async () => {
    const { code, terminal } = await afterwards(() => Promise.resolve(7), "--json");
    expect(code).toBe(1);
    expect(JSON.parse(terminal.written)).toMatchObject({
      verdict: "failed",
      phase: "ended",
      code: "opencode_failed",
      model: "stub/m",
      diagnosis: { category: "exit_code" },
      log: { lines: 0, complete: false },
    });
  });
});

describe("a run that goes on", () => {
  test("as it should: 0, with what it is doing", async () => {
    const { code, terminal } = await meanwhile(simTerminal(silent), 60_000);
    expect(code).toBe(0);
    expect(terminal.written).toMatch(/status +│ nothing is wrong, running\n/);
    expect(terminal.written).toMatch(/steps +│ 0 finished, last event \d+ \w+ ago/);
    expect(terminal.written).toMatch(/log +│ 1 lines, \d+ bytes so far/);
  });

  test("whose pod finds no node: 1, in the scheduler's words", async () => {
    const { code, terminal } = await meanwhile(simTerminal(silent, { cpu: "1m", memory: "1Mi" }), 30_000);
    expect(code).toBe(1);
    expect(terminal.written).toMatch(
      /status +│ stuck, waiting for a node\n what +│ k8s_pod_schedule_failed: .*0\/1 nodes/,
    );
  });

  test("whose image cannot be pulled: 1, in the registry's words", async () => {
    const world = simTerminal(silent);
    world.sim.images.setMissing("opencode:1", "toomanyrequests: try later");
    const { code, terminal } = await meanwhile(world, 60_000);
    expect(code).toBe(1);
    expect(terminal.written).toMatch(
      /status +│ stuck, pulling its image\n what +│ k8s_image_pull_failed: .*toomanyrequests/,
    );
  });
});

describe("what cannot be seen", () => {
  test("without the right to the log or to events: what is left, and the rule", async () => {
    const world = simTerminal(silent);
    world.sim.access.deny({ resource: "pods/log" });
    const running = await meanwhile(world, 60_000);
    expect(running.code).toBe(0);
    expect(running.terminal.written).toMatch(/not seen +│ the log: .*resources: \["pods\/log"\], verbs: \[get\]/);
    const waiting = simTerminal(silent, { cpu: "1m", memory: "1Mi" });
    waiting.sim.access.deny({ resource: "events" });
    const { terminal } = await meanwhile(waiting, 30_000);
    expect(terminal.written).toMatch(/not seen +│ events, which say .*resources: \["events"\], verbs: \[list\]/);
  });

  test("a run whose Job is gone: 2, with what the cluster still says, and where else to look", async () => {
    const world = simTerminal(answering);
    const { code, terminal } = await world.tells(async () => {
      await world.runs();
      const [run = { runId: "", name: "" }] = await jobsIn(world);
      const body = { propagationPolicy: "Background" };
      await world.cluster.request("DELETE", `/apis/batch/v1/namespaces/default/jobs/${run.name}`, { body });
      return world.carriedOut(["explain", run.runId]);
    });
    expect(code).toBe(2);
    expect(terminal.problems).toMatch(/What the cluster still says of [^]* ago {2}(Job|Pod) agent-opencode-/);
    expect(terminal.problems).toMatch(/Paperclip's page of the run has its log and its result/);
  });
});
