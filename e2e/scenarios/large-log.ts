import { expect } from "vitest";
import { servedFromPod, TAKEN_FROM_POD } from "../in-pod/served-from-pod.ts";
import { accountOf, expectCollected, expectWhole } from "../world/index.ts";
import type { World } from "../world/index.ts";
import type { HeartbeatOptions, Run } from "../world/world.ts";
import { ANSWER } from "./script.ts";
import { scriptedRun } from "./scripted-run.ts";
import type { Scenario } from "./scenario.ts";

type Execute = World["parts"]["execute"];

const LINE_BYTES = 5_000_000;

export const longLine: Scenario = {
  name: "a line of 5 MB",
  fault: { group: "The log", expected: "the run succeeds, its log is whole; the line is handed over shortened" },
  async play(world) {
    const run = world.heartbeat({ model: "big-5mb" });
    const result = await run.heartbeat.result;
    expect(result.errorMessage ?? null).toBeNull();
    expect(result.exitCode).toBe(0);
    expect(Buffer.byteLength(result.summary ?? "")).toBe(LINE_BYTES);
    await expectWhole(run);
    await expectCollected(world, run);
  },
};

/** A kubelet rotates a log beyond 10 MiB when it looks; real-kube's looks every 3 s. A MB a second leaves it time. */
const STEADY = { lines: 500, bytes: 1_000, pauseSeconds: 0.5 } as const;
/** However slow the machine, milliseconds. */
const BOUND_MS = 900_000;
const ROTATIONS = 2;

const rotated: Scenario = {
  name: "the log rotated twice, at a MB a second",
  fault: { group: "The log", expected: "the run succeeds, its log is whole" },
  only: "cluster",
  async play(world) {
    const run = await scriptedRun(world, STEADY);
    await run.heartbeat.untilEvents(1);
    await world.eventually(BOUND_MS, "the log was rotated", async () => (await run.witness.files()) > ROTATIONS);
    await run.stop();

    const result = await run.heartbeat.result;
    expect(result.errorMessage ?? null).toBeNull();
    expect(result).toMatchObject({ exitCode: 0, summary: ANSWER });
    await expectWhole(run);
    await expectCollected(world, run);
  },
};

const FAST = { lines: 3_000, bytes: 1_000, pauseSeconds: 0.5 } as const;
/** More than a node keeps (three files), the adapter reads ahead (8 MiB), and lies on the way. */
const FILES_MEANWHILE = 5;

/** A Paperclip that takes some lines, and no more while the log is rotated away; then all the rest. */
async function slowly(world: World, execute: Execute, config: HeartbeatOptions["config"] = {}): Promise<Run> {
  const goesOn = Promise.withResolvers<void>();
  let events = 0;
  const slow: Execute = (ctx, server) => {
    const onLog: typeof ctx.onLog = async (stream, chunk) => {
      await ctx.onLog(stream, chunk);
      if (chunk.startsWith("{") && (events += 1) >= FAST.lines) await goesOn.promise;
    };
    return execute({ ...ctx, onLog }, server);
  };
  const run = await scriptedRun(world, FAST, { execute: slow, config });
  await run.heartbeat.untilEvents(FAST.lines);
  const before = await run.witness.files();
  await world.eventually(BOUND_MS, "the log was rotated", async () => {
    return (await run.witness.files()) >= before + FILES_MEANWHILE;
  });
  await run.stop();
  goesOn.resolve();
  return run;
}

const rotatedBehindSlow: Scenario = {
  name: "the log rotated five times behind a Paperclip that takes nothing, and nobody has a copy",
  fault: { group: "The log", expected: "lines are lost, and the result says so; the answer, which came, counts" },
  only: "cluster",
  async play(world) {
    const run = await slowly(world, world.parts.execute);

    const result = await run.heartbeat.result;
    const { log, receipt } = accountOf(result);
    expect(result).toMatchObject({ exitCode: 0, summary: ANSWER });
    expect(log.complete).toBe(false);
    expect(log.lines).toBe(run.heartbeat.events.length);
    expect(receipt?.lines).toBeGreaterThan(log.lines);
    expect(run.heartbeat.notes.join("\n")).toContain("The log was rotated before it could be read");
    await expectCollected(world, run);
  },
};

const filledFromCopy: Scenario = {
  name: "the log rotated five times behind a Paperclip that takes nothing, and a copy on the claim that it shares with its runs",
  fault: { group: "The log", expected: "what the log lacks comes from the copy: the run succeeds, nothing is lost" },
  only: "cluster",
  async play(world) {
    using pod = await servedFromPod(world);
    const run = await slowly(world, pod.execute, { ...TAKEN_FROM_POD, agentDbMode: "workspace_subpath" });

    const result = await run.heartbeat.result;
    const { log, receipt } = accountOf(result);
    expect(result.errorMessage ?? null).toBeNull();
    expect(result).toMatchObject({ exitCode: 0, summary: ANSWER });
    expect(log).toEqual({ lines: receipt?.lines, bytes: receipt?.bytes, complete: true });
    expect(run.heartbeat.torn).toEqual([]);
    // In their order but for those that come late; that each came once is told by the table's own comparison.
    expect(run.heartbeat.events).toHaveLength(log.lines);
    expect(run.heartbeat.notes.join("\n")).toMatch(/Lines that the log lacks: [1-9]\d*\. They follow, from the copy/);
    await expectCollected(world, run);
  },
};

export const largeLogs: readonly Scenario[] = [rotated, rotatedBehindSlow, filledFromCopy];
