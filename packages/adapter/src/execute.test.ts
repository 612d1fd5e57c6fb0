import { describe, expect, test } from "vitest";
import { ANSWER, NAMESPACE, printLines, receiptFor, simRun } from "../test/sim-run.ts";

const seconds = (ms: number): number => ms / 1000;

/** Prints an answer and this receipt, and ends a while after it. */
const withReceipt = (receipt: string | null, exitCode: number, afterMs: number) => ({
  script: async (io: Parameters<Parameters<typeof simRun>[0]["script"]>[0]) => {
    await io.sleep(1_000);
    printLines(io, receipt === null ? ANSWER : [...ANSWER, receipt]);
    await io.sleep(afterMs);
    return exitCode;
  },
});

describe("the receipt", () => {
  test("of a success that agrees ends the run at once: the container's end is not waited for", async () => {
    const run = simRun(withReceipt(receiptFor(ANSWER), 0, 60_000));
    const result = await run.result();
    expect(result).toMatchObject({
      exitCode: 0,
      summary: "Done.",
      costUsd: 0.01,
      sessionParams: { sessionId: "ses_1", cwd: "/workspace" },
    });
    expect(result).toMatchObject({
      usage: { inputTokens: 100, outputTokens: 50, cachedInputTokens: 10 },
      usageBasis: "per_run",
    });
    expect(seconds(run.clock.monotonic())).toBeLessThan(5);
  });

  test("is never handed to Paperclip, and not counted", async () => {
    const run = simRun(withReceipt(receiptFor(ANSWER), 0, 0));
    const { resultJson } = await run.result();
    expect(run.lines).toEqual(ANSWER.map((line) => `${line}\n`));
    expect(resultJson).toMatchObject({ log: { lines: 3, complete: true } });
  });

  test("that says more was written than came makes the run wait for the container, and say that lines are missing", async () => {
    const run = simRun(withReceipt(receiptFor(ANSWER, { lines: 4 }), 0, 2_000));
    const { exitCode, resultJson } = await run.result();
    expect(exitCode).toBe(0);
    expect(resultJson).toMatchObject({ log: { complete: false } });
  });

  test("that does not agree is waited for five seconds, not for ever", async () => {
    const run = simRun(withReceipt(receiptFor(ANSWER, { lines: 4 }), 0, 3_600_000));
    await run.result();
    expect(seconds(run.clock.monotonic())).toBeLessThan(20);
  });

  test("that is missing leaves the word to the container", async () => {
    const run = simRun(withReceipt(null, 0, 0));
    expect(await run.result()).toMatchObject({
      exitCode: 0,
      summary: "Done.",
      resultJson: { log: { complete: false } },
    });
    const failed = simRun({ script: () => Promise.resolve(3) });
    expect(await failed.result()).toMatchObject({ exitCode: 3, errorCode: "opencode_failed" });
  });

  test("of a failure is none, when the model answered: an error before the answer was overcome", async () => {
    const run = simRun(withReceipt(receiptFor(ANSWER, { exitCode: 1 }), 1, 0));
    expect(await run.result()).toMatchObject({
      exitCode: 0,
      summary: "Done.",
      resultJson: { receipt: { exitCode: 1 } },
    });
  });

  test.each([
    ["3600", 1],
    ["2592000", 7 * 24],
  ])("of a run whose provider said to wait %s s hands that on to Paperclip: %i h", async (retryAfter, hours) => {
    const data = { message: "Slow down.", statusCode: 429, responseHeaders: { "retry-after": retryAfter } };
    const line = JSON.stringify({
      type: "error",
      timestamp: 1,
      sessionID: "ses_1",
      error: { name: "APIError", data },
    });
    const run = simRun({
      script: (io) => {
        printLines(io, [line, receiptFor([line], { exitCode: 1 })]);
        return Promise.resolve(1);
      },
    });
    const result = await run.result();
    expect(result).toMatchObject({ errorCode: "llm_api_error", errorFamily: "transient_upstream" });
    const wait = Date.parse(result.retryNotBefore ?? "") - run.clock.now();
    expect(Math.round(wait / 3_600_000)).toBe(hours);
  });
});

describe("a pod that does not start", () => {
  const never = { script: () => Promise.resolve(0) };

  test("for want of a node: after its window, in the scheduler's words, and its Job is removed", async () => {
    const run = simRun({ ...never, allocatable: { cpu: "500m" }, config: { scheduleTimeoutSec: 30 } });
    const result = await run.result();
    expect(result).toMatchObject({
      errorCode: "k8s_pod_schedule_failed",
      errorMessage: expect.stringMatching(/Insufficient cpu.*scheduleTimeoutSec/),
    });
    expect(seconds(run.clock.monotonic())).toBeCloseTo(30, -1);
    await run.clock.run(run.clock.sleep(1));
    expect(run.sim.requests.filter(({ verb }) => verb === "delete")).toHaveLength(1);
  });

  test("is removed where finished ones are kept, too: it would be in the way of the next run for ever", async () => {
    const run = simRun({
      ...never,
      allocatable: { cpu: "500m" },
      config: { scheduleTimeoutSec: 30, retainJobs: true },
    });
    expect(await run.result()).toMatchObject({ errorCode: "k8s_pod_schedule_failed" });
    await run.clock.run(run.clock.sleep(1));
    expect(run.sim.requests.filter(({ verb }) => verb === "delete")).toHaveLength(1);
  });

  test("and finds a node in time after all, runs", async () => {
    const run = simRun(withReceipt(receiptFor(ANSWER), 0, 0));
    run.sim.setUnschedulable("0/1 nodes are available: 1 node(s) were unschedulable.");
    const result = run.result(async () => {
      await run.clock.sleep(90_000);
      run.sim.setUnschedulable(undefined);
    });
    expect(await result).toMatchObject({ exitCode: 0 });
    expect(run.notes.join("")).toContain("unschedulable");
  });

  test("because its image is not there: at once, for no waiting mends that", async () => {
    const run = simRun(never);
    run.sim.images.setMissing("opencode:1");
    expect(await run.result()).toMatchObject({ errorCode: "k8s_image_pull_failed" });
    expect(seconds(run.clock.monotonic())).toBeLessThan(20);
  });
});

describe("a pod that is ended from outside", () => {
  const endless = {
    script: async (io: Parameters<Parameters<typeof simRun>[0]["script"]>[0]) => {
      printLines(io, ANSWER.slice(0, 2));
      await io.sleep(3_600_000).catch(() => undefined);
      return 143;
    },
  };
  const after = (run: ReturnType<typeof simRun>, act: () => void) => async (): Promise<void> => {
    await run.clock.sleep(20_000);
    act();
  };

  test.each([
    ["out of memory", "k8s_oom_killed", (run: ReturnType<typeof simRun>) => run.sim.oomKill(NAMESPACE, run.pod())],
    ["evicted", "k8s_pod_evicted", (run: ReturnType<typeof simRun>) => run.sim.evictPod(NAMESPACE, run.pod())],
    ["deleted", "k8s_job_deleted", (run: ReturnType<typeof simRun>) => run.sim.deletePod(NAMESPACE, run.pod())],
  ])("%s: said as such, with the session so far", async (_, errorCode, act) => {
    const run = simRun(endless);
    const result = await run.result(after(run, () => act(run)));
    expect(result).toMatchObject({ errorCode, sessionDisplayId: "ses_1" });
    expect(result.exitCode).not.toBe(0);
    expect(run.lines).toHaveLength(2);
  });

  test("an API server that stays away: after ten minutes the run is given up, and its Job left alone", async () => {
    const run = simRun(endless);
    const result = await run.result(after(run, () => run.sim.faults.restart(7_200_000)));
    expect(result).toMatchObject({ errorCode: "k8s_api_unreachable", errorFamily: "transient_upstream" });
    expect(seconds(run.clock.monotonic())).toBeCloseTo(620, -2);
    expect(run.sim.requests.filter(({ verb }) => verb === "delete")).toEqual([]);
  });
});

describe("a cancel", () => {
  const never = { script: () => Promise.resolve(0) };

  test("before there is a Job creates nothing", async () => {
    const run = simRun(never);
    run.cancel("Cancelled by a board operator");
    expect(await run.result()).toMatchObject({ errorCode: "cancelled" });
    expect(run.sim.requests).toEqual([]);
  });

  test("while the pod waits for a node deletes the Job, and says that the pod is gone", async () => {
    const run = simRun(never);
    run.sim.setUnschedulable("no node");
    const result = await run.result(async () => {
      await run.clock.sleep(10_000);
      run.cancel("Cancelled due to agent pause");
    });
    expect(result).toMatchObject({
      errorCode: "cancelled",
      resultJson: { executionCancellation: { state: "acknowledged" } },
    });
    expect(seconds(run.clock.monotonic())).toBeLessThan(15);
  });

  // Paperclip 2026.916 holds the issue of a cancelled run that gives no evidence, whatever else it gives.
  test("while the log of an agent that is over drains is one, in its time, and has what the agent came to", async () => {
    const before = Array.from({ length: 100 }, (_, index) => `line ${index}`);
    const all = [...ANSWER, ...before];
    const run = simRun({
      script: (io) => {
        printLines(io, [...all, receiptFor(all)]);
        return Promise.resolve(0);
      },
      context: { onLog: () => run.clock.sleep(2_000) },
    });
    let asked = 0;
    const result = await run.result(async () => {
      await run.clock.sleep(60_000);
      asked = run.clock.monotonic();
      run.cancel("Cancelled by a board operator");
    });
    expect(result).toMatchObject({
      errorCode: "cancelled",
      costUsd: 0.01,
      usage: { inputTokens: 100, outputTokens: 50, cachedInputTokens: 10 },
      sessionParams: { sessionId: "ses_1" },
      resultJson: { executionCancellation: { state: "acknowledged" }, log: { complete: false } },
    });
    expect(result.exitCode).not.toBe(0);
    expect(seconds(run.clock.monotonic() - asked)).toBeLessThan(60);
    expect(run.sim.requests.filter(({ verb, resource }) => verb === "delete" && resource === "jobs")).toHaveLength(1);
  });
});

test("a Secret that cannot be created takes the Job back, and the cluster's words are told", async () => {
  const run = simRun({ script: () => Promise.resolve(0) });
  run.sim.faults.answer(
    { verb: "create", resource: "secrets" },
    { status: 403, message: 'secrets is forbidden: cannot create resource "secrets"' },
  );
  expect(await run.result()).toMatchObject({
    errorCode: "k8s_forbidden",
    errorMessage: expect.stringContaining('cannot create resource "secrets"'),
  });
  expect(run.sim.requests.some(({ verb, resource }) => verb === "delete" && resource === "jobs")).toBe(true);
});

test("a task of more than a Secret holds arrives, in several Secrets that all go with the Job", async () => {
  const task = `${"Do it. ".repeat(400_000)}Now.`;
  let arrived = "";
  const run = simRun({
    context: { context: { paperclipTaskMarkdown: task } },
    script: (io) => {
      const { source } = io.mounts.find((mount) => mount.source.kind === "secret") ?? {};
      const files = source?.kind === "secret" ? Object.entries(source.files) : [];
      const parts = files.toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, bytes]) => bytes);
      arrived = Buffer.concat(parts).toString();
      return Promise.resolve(0);
    },
  });
  await run.result();
  expect(arrived.startsWith(task)).toBe(true);
  expect(run.sim.requests.filter(({ verb, resource }) => verb === "create" && resource === "secrets")).toHaveLength(3);
  await run.clock.run(run.clock.sleep(60_000));
  const left = await run.clock.run(run.sim.fetch(`/api/v1/namespaces/${NAMESPACE}/secrets`));
  expect(await left.json()).toMatchObject({ items: [] });
});

test("what a NUL byte would break in Paperclip's database is replaced", async () => {
  const odd = ["plain \0 text"];
  const run = simRun({
    script: async (io) => {
      printLines(io, [...odd, ...ANSWER, receiptFor([...odd, ...ANSWER])]);
      return Promise.resolve(0);
    },
  });
  expect(await run.result()).toMatchObject({ exitCode: 0, resultJson: { log: { complete: true } } });
  expect(run.lines[0]).toBe("plain \uFFFD text\n");
});

describe("what leaves by any way", () => {
  const SECRET = "canary-0123456789";
  const text = (said: string): string =>
    JSON.stringify({
      type: "text",
      timestamp: 1,
      sessionID: "ses_1",
      part: { id: "prt_1", type: "text", text: said, time: { start: 1, end: 2 } },
    });
  const said = (words: string, receipt: Record<string, unknown> = {}): readonly string[] => {
    const lines = [ANSWER[0] ?? "", text(words), ANSWER[2] ?? ""];
    return [...lines, receiptFor(lines, receipt)];
  };

  test("has no secret of the run in it", async () => {
    const told: unknown[] = [];
    const tell = (what: unknown): Promise<void> => Promise.resolve(void told.push(what));
    const run = simRun({
      config: { env: { MY_TOKEN: SECRET } },
      context: {
        context: { paperclipTaskMarkdown: `Use ${SECRET}.` },
        onMeta: tell,
        onRuntimeProgress: tell,
      },
      script: (io) => {
        printLines(io, said(`It is ${SECRET}, or ${Buffer.from(SECRET).toString("base64")}.`));
        return Promise.resolve(0);
      },
    });
    const result = await run.result();
    expect(result.summary).toMatch(/^It is \*\*\*, or \*\*\*.{0,2}\.$/);
    expect(result).toMatchObject({ exitCode: 0, resultJson: { log: { complete: true } } });
    expect(JSON.stringify([told, run.lines, run.notes, result])).not.toContain(SECRET);
    expect(told).toContainEqual(expect.objectContaining({ prompt: expect.stringContaining("Use ***.") as string }));
  });

  test("nor where the run could not begin", async () => {
    const run = simRun({ script: () => Promise.resolve(0), config: { env: { MY_TOKEN: SECRET } } });
    run.sim.faults.answer({ verb: "create", resource: "jobs" }, { status: 422, message: `${SECRET} is not valid` });
    expect(await run.result()).toMatchObject({ errorMessage: expect.stringContaining("*** is not valid") as string });
  });

  test("is short enough for Paperclip's live view, and the report is made of the whole line", async () => {
    const words = `${"long ".repeat(4000)}end.`;
    const lines = said(words);
    const run = simRun({
      script: (io) => {
        printLines(io, lines);
        return Promise.resolve(0);
      },
    });
    const result = await run.result();
    expect(result.summary).toBe(words);
    expect(result).toMatchObject({ resultJson: { log: { lines: 3, complete: true } } });
    expect(run.lines.map((line) => Buffer.byteLength(line) <= 8192)).toEqual([true, true, true]);
    expect(run.lines[1]).toContain("characters left out");
  });

  test("tells what the program in the pod warns of", async () => {
    const run = simRun({
      script: (io) => {
        printLines(io, said("Done.", { freshSession: true, warnings: ["git_missing"] }));
        return Promise.resolve(0);
      },
    });
    expect(await run.result()).toMatchObject({
      resultJson: { receipt: { freshSession: true, warnings: ["git_missing"] } },
    });
    expect(run.notes.slice(-2)).toEqual([expect.stringContaining("new one"), expect.stringContaining("no git")]);
  });
});

test("a quiet run is told to be one by its status, and to its log it leaves blank lines only", async () => {
  const statuses: string[] = [];
  const run = simRun({
    context: { onRuntimeProgress: ({ message }) => void statuses.push(message) },
    script: async (io) => {
      await io.sleep(300_000);
      printLines(io, [...ANSWER, receiptFor(ANSWER)]);
      return 0;
    },
  });
  expect(await run.result()).toMatchObject({ exitCode: 0, resultJson: { log: { lines: 3, complete: true } } });
  expect(statuses).toContain("OpenCode has printed nothing for 120 s");
  expect(run.lines).toEqual(["\n", ...ANSWER.map((line) => `${line}\n`)]);
  expect(run.notes.join("")).not.toContain("printed nothing");
});

test("a log that Paperclip does not take does not end the run", async () => {
  const run = simRun({
    ...withReceipt(receiptFor(ANSWER), 0, 0),
    context: { onLog: () => Promise.reject(new Error("disk full")) },
  });
  expect(await run.result()).toMatchObject({
    exitCode: 0,
    summary: "Done.",
    resultJson: { log: { lines: 0, complete: false } },
  });
});

test("a run costs nine requests, one of them for the volume that the agent may have, four for the agent's claim, however long it takes", async () => {
  const run = simRun({
    script: async (io) => {
      const lines = [...Array.from({ length: 600 }, (_, index) => `line ${index}`), ...ANSWER];
      for (const line of lines) {
        printLines(io, [line]);
        await io.sleep(10_000);
      }
      printLines(io, [receiptFor(lines)]);
      return 0;
    },
  });
  expect(await run.result()).toMatchObject({ exitCode: 0 });
  await run.clock.run(run.clock.sleep(10_000));
  const own = run.sim.requests.filter(({ verb }) => verb !== "list" && verb !== "watch");
  expect(own.map(({ verb, resource }) => `${verb} ${resource}`)).toEqual([
    "get persistentvolumeclaims",
    "create leases",
    "create jobs",
    "create secrets",
    "update leases",
    "patch jobs",
    "get pods/log",
    "delete jobs",
    "update leases",
  ]);
});

describe("an API server that goes away", () => {
  const answering = withReceipt(receiptFor(ANSWER), 0, 0);

  test("right after the Job was made: the start windows stand still, and the run is collected", async () => {
    const run = simRun({
      ...answering,
      script: async (io) => {
        await io.sleep(400_000);
        return answering.script(io);
      },
    });
    const result = await run.result(async () => {
      while (!run.sim.requests.some(({ resource, verb }) => verb === "create" && resource === "secrets"))
        await run.clock.sleep(1);
      run.sim.faults.restart(150_000);
    });
    expect(result).toMatchObject({ exitCode: 0, summary: "Done." });
  });

  test("between the Job and its Secret: it is waited for", async () => {
    const run = simRun(answering);
    const result = await run.result(async () => {
      while (!run.sim.requests.some(({ resource, verb }) => verb === "create" && resource === "jobs"))
        await Promise.resolve();
      run.sim.faults.restart(70_000);
    });
    expect(result).toMatchObject({ exitCode: 0, summary: "Done." });
  });

  test("before there is a Job: a word within fifteen seconds", async () => {
    const run = simRun(answering);
    run.sim.faults.restart(3_600_000);
    expect(await run.result()).toMatchObject({ errorCode: "k8s_api_unreachable", errorFamily: "transient_upstream" });
    expect(seconds(run.clock.monotonic())).toBeLessThan(15);
  });
});

describe("a launch that does not succeed leaves no Job", () => {
  const never = { script: () => Promise.resolve(0) };
  const jobsLeft = async (run: ReturnType<typeof simRun>): Promise<unknown[]> => {
    const response = await run.clock.run(run.sim.fetch(`/apis/batch/v1/namespaces/${NAMESPACE}/jobs`));
    return ((await response.json()) as { items: unknown[] }).items;
  };

  test("when it is cancelled while the answer to the Job is on its way", async () => {
    const run = simRun({ ...never, loseAnswers: "create" });
    const result = await run.result(async () => {
      while (!run.sim.requests.some(({ resource, verb }) => verb === "create" && resource === "jobs"))
        await run.clock.sleep(1_000);
      run.cancel("Cancelled by a board operator");
    });
    expect(result).toMatchObject({
      errorCode: "cancelled",
      resultJson: { executionCancellation: { state: "acknowledged" } },
    });
    expect(await jobsLeft(run)).toEqual([]);
  });

  test("nor says that nothing goes on, before its pod was seen to be gone", async () => {
    const run = simRun({ script: (io) => io.clock.sleep(3_600_000).then(() => 0), loseAnswers: "resume" });
    const result = await run.result(async () => {
      await run.clock.sleep(11_000);
      run.cancel("Cancelled by a board operator");
    });
    expect(result).toMatchObject({ errorCode: "cancelled" });
    const podsLeft = await run.clock.run(run.sim.fetch(`/api/v1/namespaces/${NAMESPACE}/pods`));
    const left = ((await podsLeft.json()) as { items: unknown[] }).items.length;
    expect(left === 0).toBe(result.resultJson !== undefined);
  });

  test("when its Secret is there already", async () => {
    const run = simRun(never);
    const conflict = { status: 409, reason: "AlreadyExists", message: "secrets already exists" };
    run.sim.faults.answer({ verb: "create", resource: "secrets" }, conflict);
    expect(await run.result()).toMatchObject({ errorCode: "k8s_job_create_failed" });
    expect(await jobsLeft(run)).toEqual([]);
  });

  test("and looks for none where the cluster refused it", async () => {
    const run = simRun(never);
    run.sim.faults.answer(
      { verb: "create", resource: "jobs" },
      { status: 422, reason: "Invalid", message: "Job is invalid" },
    );
    expect(await run.result()).toMatchObject({
      errorCode: "k8s_job_create_failed",
      errorMessage: expect.not.stringContaining("may still be there"),
    });
    expect(run.sim.requests.filter(({ resource, verb }) => resource === "jobs" && verb === "get")).toEqual([]);
  });

  test("and where it may not be deleted, the message names it", async () => {
    const run = simRun(never);
    run.sim.faults.answer({ verb: "create", resource: "secrets" }, { status: 403, message: "secrets is forbidden" });
    run.sim.faults.answer({ verb: "delete" }, { status: 403, message: "jobs is forbidden" });
    const { errorCode, errorMessage } = await run.result();
    expect(errorCode).toBe("k8s_forbidden");
    expect(errorMessage).toMatch(/secrets is forbidden.*Job agent-opencode-.* may still be there: delete it/);
  });
});

describe("a log that cannot be read", () => {
  test("for want of the right is said with the cluster's words, and the Job is removed", async () => {
    const run = simRun(withReceipt(receiptFor(ANSWER), 0, 60_000));
    run.sim.faults.answer({ resource: "pods/log" }, { status: 403, message: "pods/log is forbidden" }, 10_000);
    expect(await run.result()).toMatchObject({
      errorCode: "k8s_forbidden",
      errorMessage: expect.stringContaining("pods/log is forbidden"),
    });
    await run.clock.run(run.clock.sleep(1));
    expect(run.sim.requests.some(({ verb }) => verb === "delete")).toBe(true);
  });

  test("after the container is over is given up, and the container's word counts", async () => {
    const run = simRun(withReceipt(receiptFor(ANSWER), 0, 0));
    run.sim.faults.answer({ resource: "pods/log" }, { status: 500 }, 10_000);
    expect(await run.result()).toMatchObject({ errorCode: "log_incomplete" });
    expect(seconds(run.clock.monotonic())).toBeLessThan(120);
  });
});

test("a Paperclip that does not take a line does not keep a cancel waiting", async () => {
  const script = async (io: Parameters<Parameters<typeof simRun>[0]["script"]>[0]): Promise<number> => {
    printLines(io, ANSWER);
    await io.sleep(3_600_000).catch(() => undefined);
    return 143;
  };
  const run = simRun({
    script,
    context: { onLog: (_, chunk) => (chunk.startsWith("{") ? new Promise(() => undefined) : Promise.resolve()) },
  });
  const result = await run.result(async () => {
    await run.clock.sleep(20_000);
    run.cancel("Cancelled by a board operator");
  });
  expect(result).toMatchObject({ errorCode: "cancelled" });
  expect(seconds(run.clock.monotonic())).toBeLessThan(75);
});

test("nor does one that does not take our own first line", async () => {
  const run = simRun({ script: () => Promise.resolve(0), context: { onLog: () => new Promise(() => undefined) } });
  const result = await run.result(async () => {
    await run.clock.sleep(20_000);
    run.cancel("Cancelled by a board operator");
  });
  expect(result).toMatchObject({ errorCode: "cancelled" });
  expect(run.sim.requests.some(({ verb }) => verb === "delete")).toBe(true);
});

test.each([
  [undefined, 600],
  [60, 60],
  [1200, 1200],
])(
  "a stream that breaks for as long as apiOutageSec (%s) says is an outage: the Job is left alone, and what is known is told",
  async (apiOutageSec, most) => {
    const script = async (io: Parameters<Parameters<typeof simRun>[0]["script"]>[0]): Promise<number> => {
      printLines(io, ANSWER.slice(0, 1));
      await io.sleep(7_200_000);
      return 0;
    };
    const run = simRun({ script, config: { apiOutageSec } });
    run.sim.faults.cut({ resource: "pods/log" }, { afterBytes: 200 });
    run.sim.faults.cut({ resource: "pods/log" }, { afterBytes: 0 }, 100_000);
    const result = await run.result();
    expect(result).toMatchObject({ errorCode: "k8s_api_unreachable", errorFamily: "transient_upstream" });
    expect(result.errorMessage).toContain("apiOutageSec");
    expect(seconds(run.clock.monotonic())).toBeGreaterThan(most);
    // The stream is silent before it breaks.
    expect(seconds(run.clock.monotonic())).toBeLessThan(most + 150);
    expect(run.sim.requests.filter(({ verb }) => verb === "delete")).toEqual([]);
  },
);

test("a cancel whose pod is not seen to go gives no evidence that it did", async () => {
  const run = simRun({
    script: async (io) => {
      printLines(io, ANSWER.slice(0, 1));
      await io.clock.sleep(3_600_000);
      return 0;
    },
  });
  const result = await run.result(async () => {
    await run.clock.sleep(20_000);
    run.sim.faults.answer({ verb: "delete" }, { status: 403, message: "jobs is forbidden" });
    run.cancel("Cancelled by a board operator");
  });
  expect(result).toMatchObject({
    errorCode: "cancelled",
    errorMessage: expect.stringContaining("was not seen to be gone"),
  });
  expect(result.resultJson).not.toHaveProperty("executionCancellation");
});

test("a kubeconfig that was pasted into its key is not repeated in the message", async () => {
  const run = simRun({
    script: () => Promise.resolve(0),
    config: { kubeconfig: "apiVersion: v1\nusers:\n- token: secret-token\n" },
  });
  const { errorCode, errorMessage } = await run.result();
  expect(errorCode).toBe("configuration_incomplete");
  expect(errorMessage).toContain("a text of");
  expect(errorMessage).not.toContain("secret-token");
});

describe("the agent's claim", () => {
  const answering = withReceipt(receiptFor(ANSWER), 0, 0);
  const claim = (metadata: object) => ({
    body: {
      metadata: { name: "opencode-db-agent-1", ...metadata },
      spec: { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "1Gi" } } },
    },
  });
  const CLAIMS = `/api/v1/namespaces/${NAMESPACE}/persistentvolumeclaims`;

  test("that is there is used where nobody asked for a database, and what is not as wanted is said", async () => {
    const run = simRun(answering);
    await run.clock.run(run.cluster.request("POST", CLAIMS, claim({ labels: {} })));
    expect(await run.result()).toMatchObject({ exitCode: 0 });
    expect(run.notes.join("")).toMatch(
      /opencode-db-agent-1 is used as it is: its label paperclip.io\/pvc-type is missing/,
    );
  });

  test("that is not there leaves the run without sessions, which it says", async () => {
    const run = simRun(answering);
    expect(await run.result()).toMatchObject({ exitCode: 0 });
    expect(run.notes[0]).toMatch(/sessions end with the run/);
  });

  test("cannot be made without a class, and the error names the key", async () => {
    const run = simRun({ ...answering, config: { agentDbMode: "dedicated_pvc" } });
    expect(await run.result()).toMatchObject({
      errorCode: "configuration_incomplete",
      errorMessage: expect.stringMatching(/^agentDbStorageClass is missing/) as string,
    });
  });

  test("that is being deleted ends the run before it has a Job", async () => {
    const run = simRun({ ...answering, config: { agentDbMode: "dedicated_pvc" } });
    await run.clock.run(run.cluster.request("POST", CLAIMS, claim({ finalizers: ["kubernetes.io/pvc-protection"] })));
    await run.clock.run(run.cluster.request("DELETE", `${CLAIMS}/opencode-db-agent-1`));
    expect(await run.result()).toMatchObject({
      errorCode: "configuration_incomplete",
      errorMessage: expect.stringMatching(/agentDbMode: delete the claim opencode-db-agent-1.*being deleted/) as string,
    });
    expect(run.sim.requests.some(({ verb, resource }) => verb === "create" && resource === "jobs")).toBe(false);
  });
});
