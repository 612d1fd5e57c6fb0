import { describe, expect, test } from "vitest";
import { ANSWER, printLines, receiptFor, simRun } from "../test/sim-run.ts";

type Script = Parameters<typeof simRun>[0]["script"];

const step = (reason: string): string[] => [
  JSON.stringify({ type: "step_start", timestamp: 1, sessionID: "ses_1", part: { type: "step-start" } }),
  JSON.stringify({
    type: "step_finish",
    timestamp: 1,
    sessionID: "ses_1",
    part: { type: "step-finish", reason, cost: 0.01, tokens: { input: 10, output: 5, cache: { read: 0, write: 0 } } },
  }),
];

/** Takes a step every second, for ever, until it is told to end. */
const endless =
  (reason: string): Script =>
  async (io) => {
    for (;;) {
      await io.sleep(1_000);
      printLines(io, step(reason));
    }
  };

/** Says nothing for so many seconds, and then answers. */
const silentFor =
  (seconds: number): Script =>
  async (io) => {
    printLines(io, ANSWER.slice(0, 1));
    await io.sleep(seconds * 1000);
    printLines(io, [...ANSWER.slice(1), receiptFor(ANSWER)]);
    return 0;
  };

describe("a run that takes more than it may", () => {
  test.each([
    ["steps", { maxSteps: 3 }, "k8s_step_limit"],
    ["tokens", { maxTokens: 40 }, "k8s_token_limit"],
    ["money", { maxCostUsd: "0.025" }, "k8s_cost_limit"],
  ])("%s, is ended, and what it took is told with its session", async (_, config, errorCode) => {
    const run = simRun({ script: endless("tool-calls"), config });
    const result = await run.result();
    expect(result).toMatchObject({ errorCode, sessionDisplayId: "ses_1", errorFamily: null });
    expect(result.exitCode).not.toBe(0);
    expect(result.usage?.outputTokens).toBeGreaterThanOrEqual(15);
    expect(run.sim.requests.filter(({ verb, resource }) => verb === "delete" && resource === "jobs")).toHaveLength(1);
    // Whoever goes on with it would reach the limit again: a person has to look.
    expect(result).not.toHaveProperty("executionRecovery");
    expect(result.resultJson).not.toHaveProperty("conversationContinuation");
  });

  test("of one reason that OpenCode does not know, is ended without a limit", async () => {
    const result = await simRun({ script: endless("unknown") }).result();
    expect(result).toMatchObject({ errorCode: "looping", errorMessage: expect.stringContaining("10 steps in a row") });
  });
});

test("a run that is being ended for its limit is nothing to go on with, when the server goes away meanwhile", async () => {
  const run = simRun({
    script: async (io) => {
      printLines(io, step("tool-calls"));
      await io.sleep(3_600_000);
      return 0;
    },
    config: { maxSteps: 1 },
  });
  const result = await run.result(async () => {
    while (!run.sim.requests.some(({ verb, resource }) => verb === "delete" && resource === "jobs"))
      await run.clock.sleep(100);
    run.cancel("Legacy controller lease lost");
  });
  expect(result).toMatchObject({ errorCode: "k8s_step_limit" });
});

test("a tool that is called again and again with the same input is a note, once, and the run goes on", async () => {
  const state = { status: "completed", input: { command: "make" }, output: "", metadata: {} };
  const part = { type: "tool", tool: "bash", callID: "call_1", state };
  const call = JSON.stringify({ type: "tool_use", timestamp: 1, sessionID: "ses_1", part });
  const lines = [...Array.from({ length: 25 }, () => call), ...ANSWER];
  const run = simRun({
    script: async (io) => {
      for (const line of lines) {
        await io.sleep(1_000);
        printLines(io, [line]);
      }
      printLines(io, [receiptFor(lines)]);
      return 0;
    },
  });
  expect(await run.result()).toMatchObject({ exitCode: 0 });
  expect(run.notes.filter((note) => note.includes("same input"))).toEqual([
    "[paperclip] OpenCode has called bash 10 times in a row with the same input: it may be going round in circles.\n",
  ]);
});

describe("a run that is silent", () => {
  test("for longer than it may, is ended, and may be tried again", async () => {
    const run = simRun({ script: silentFor(3600), config: { maxSilenceSec: 120 } });
    const result = await run.result();
    expect(result).toMatchObject({
      errorCode: "k8s_silence_limit",
      errorFamily: "transient_upstream",
      errorMessage: expect.stringContaining("printed nothing for 120 s, which is its maxSilenceSec"),
    });
    expect(run.clock.monotonic()).toBeLessThan(160_000);
  });

  test("for less, goes on", async () => {
    const result = await simRun({ script: silentFor(110), config: { maxSilenceSec: 120 } }).result();
    expect(result).toMatchObject({ exitCode: 0, summary: "Done." });
  });

  test("because it cannot be seen, is not", async () => {
    const run = simRun({ script: silentFor(300), config: { maxSilenceSec: 240 } });
    const result = await run.result(async () => {
      await run.clock.sleep(60_000);
      run.sim.faults.restart(200_000);
    });
    expect(result).toMatchObject({ exitCode: 0, summary: "Done." });
  });

  test("because Paperclip takes its time with what it prints, is not", async () => {
    const taken: string[] = [];
    const run = simRun({
      script: async (io) => {
        for (const line of ANSWER) {
          printLines(io, [line]);
          await io.sleep(50_000);
        }
        printLines(io, [receiptFor(ANSWER)]);
        return 0;
      },
      config: { maxSilenceSec: 120 },
      context: {
        onLog: async (_, chunk) => {
          if (!chunk.startsWith("{")) return;
          if (taken.push(chunk) === 1) await run.clock.sleep(400_000);
        },
      },
    });
    expect(await run.result()).toMatchObject({ exitCode: 0, summary: "Done." });
    expect(taken).toHaveLength(ANSWER.length);
  });

  test("because OpenCode has ended, is not", async () => {
    const run = simRun({
      script: (io) => {
        printLines(io, [...ANSWER, receiptFor(ANSWER, { warnings: ["git_missing"] })]);
        return Promise.resolve(0);
      },
      config: { maxSilenceSec: 120 },
      context: {
        onLog: async (_, chunk) => {
          if (chunk.includes("has no git")) await run.clock.sleep(400_000);
        },
      },
    });
    expect(await run.result()).toMatchObject({ exitCode: 0, summary: "Done." });
  });

  test("while nobody set a limit, goes on for hours", async () => {
    expect(await simRun({ script: silentFor(7200) }).result()).toMatchObject({ exitCode: 0 });
  });
});
