import { expect } from "vitest";
import { accountOf, expectCollected, expectWhole } from "../world/index.ts";
import { ANSWER } from "./script.ts";
import { scriptedRun } from "./scripted-run.ts";
import type { Scenario } from "./scenario.ts";

const LINE_BYTES = 5_000_000;

const longLine: Scenario = {
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

/** More than a node keeps (three files), this process reads ahead (8 MiB), and lies on the way. */
const FAST = { lines: 3_000, bytes: 1_000, pauseSeconds: 0.5 } as const;
const FILES_MEANWHILE = 5;

const rotatedBehindSlow: Scenario = {
  name: "the log rotated five times behind a Paperclip that takes nothing, and nobody has the copy",
  fault: { group: "The log", expected: "lines are lost, and the result says so: `log_incomplete`" },
  only: "cluster",
  async play(world) {
    const taken = Promise.withResolvers<void>();
    let events = 0;
    const run = await scriptedRun(world, FAST, {
      execute: (ctx, server) =>
        world.parts.execute(
          {
            ...ctx,
            onLog: async (stream, chunk) => {
              await ctx.onLog(stream, chunk);
              if (chunk.startsWith("{") && (events += 1) > FAST.lines) await taken.promise;
            },
          },
          server,
        ),
    });
    await run.heartbeat.untilEvents(FAST.lines);
    const before = await run.witness.files();
    const isRotated = async (): Promise<boolean> => (await run.witness.files()) >= before + FILES_MEANWHILE;
    await world.eventually(BOUND_MS, "the log was rotated", isRotated);
    await run.stop();
    taken.resolve();

    const result = await run.heartbeat.result;
    const { log, receipt } = accountOf(result);
    expect(result).toMatchObject({ exitCode: 1, errorCode: "log_incomplete" });
    expect(log.complete).toBe(false);
    expect(log.lines).toBe(run.heartbeat.events.length);
    expect(receipt?.lines).toBeGreaterThan(log.lines);
    expect(run.heartbeat.notes.join("\n")).toContain("The log was rotated before it could be read");
    await expectCollected(world, run);
  },
};

export const largeLogs: readonly Scenario[] = [longLine, rotated, rotatedBehindSlow];
