import { describe, expect, test } from "vitest";
import { ANSWER, NAMESPACE, printLines, receiptFor, simRun } from "../test/sim-run.ts";

type Script = Parameters<typeof simRun>[0]["script"];

/** Runs for so long, then answers. */
const answersAfter = (ms: number): { script: Script } => ({
  script: async (io) => {
    printLines(io, ANSWER.slice(0, 1));
    await io.sleep(ms);
    printLines(io, [...ANSWER.slice(1), receiptFor(ANSWER)]);
    return 0;
  },
});

const seconds = ({ clock }: ReturnType<typeof simRun>): number => Math.round(clock.monotonic() / 1000);
const made = ({ sim }: ReturnType<typeof simRun>, resource: string): number =>
  sim.requests.filter((request) => request.verb === "create" && request.resource === resource).length;
const signal = (): { signal: AbortSignal } => ({ signal: new AbortController().signal });
/** What a server that is killed, or that lost its lease, does to a run. */
const LEASE_LOST = "Legacy controller lease lost";

describe("two runs of one agent", () => {
  test("come one after the other, and the second says what it waits for", async () => {
    const run = simRun(answersAfter(60_000));
    let second: Promise<unknown> = Promise.resolve();
    await run.result(async () => {
      await run.clock.sleep(10_000);
      second = run.another(signal());
    });
    const first = seconds(run);
    expect(await run.clock.run(second)).toMatchObject({ exitCode: 0 });
    expect(first).toBeLessThan(70);
    expect(seconds(run)).toBeGreaterThanOrEqual(first + 60);
    expect(run.notes.join("")).toMatch(
      /Waiting for run run-1 \(Job agent-opencode-.*\): one run of the agent at a time/,
    );
    // The first one's pod needs its second to go.
    expect(seconds(run)).toBeLessThan(first + 70);
  });

  test("where the first takes too long: the second says whom it waited for, and makes no Job", async () => {
    const run = simRun(answersAfter(3_600_000));
    let second: Promise<unknown> = Promise.resolve();
    void run.result(async () => {
      await run.clock.sleep(10_000);
      second = run.another({
        ...signal(),
        config: { model: "stub/m", namespace: NAMESPACE, image: "i", timeoutSec: 10, graceSec: 5 },
      });
      await run.clock.sleep(200_000);
    });
    await run.clock.run(run.clock.sleep(20_000));
    expect(await run.clock.run(second)).toMatchObject({
      errorCode: "k8s_concurrent_run_blocked",
      errorFamily: "transient_upstream",
      errorMessage: expect.stringMatching(/still run by run run-1 \(Job agent-opencode-.*\) after 135 s/),
    });
    expect(made(run, "jobs")).toBe(1);
  });

  test("where the first is cancelled: the second begins when its pod is gone", async () => {
    const run = simRun(answersAfter(3_600_000));
    let second: Promise<unknown> = Promise.resolve();
    await run.result(async () => {
      await run.clock.sleep(10_000);
      second = run.another(signal()).catch(() => undefined);
      run.cancel("Cancelled by a board operator");
    });
    void second;
    await run.clock.run(run.clock.sleep(30_000));
    expect(made(run, "jobs")).toBe(2);
  });

  test("a launch that fails lets the next one begin at once", async () => {
    const run = simRun(answersAfter(1_000));
    run.sim.faults.answer({ verb: "create", resource: "jobs" }, { status: 422, reason: "Invalid", message: "no" });
    expect(await run.result()).toMatchObject({ errorCode: "k8s_job_create_failed" });
    const before = seconds(run);
    run.sim.faults.clear();
    expect(await run.clock.run(run.another(signal()))).toMatchObject({ exitCode: 0 });
    expect(seconds(run) - before).toBeLessThan(5);
  });
});

describe("runs of one agent whose tasks may run at the same time", () => {
  const config = { allowConcurrentTasks: true };
  const beside = async (taskId: string): Promise<{ first: number; second: number }> => {
    const run = simRun({ ...answersAfter(60_000), config, context: { context: { taskId: "t1" } } });
    let ended = 0;
    await run.result(async () => {
      await run.clock.sleep(10_000);
      const second = run.another({
        ...signal(),
        context: { taskId },
        config: { model: "stub/m", namespace: NAMESPACE, image: "i", ...config },
      });
      void second.then(() => (ended = seconds(run)));
    });
    const first = seconds(run);
    await run.clock.run(run.clock.sleep(120_000));
    expect(made(run, "jobs")).toBe(2);
    return { first, second: ended };
  };

  test("do not wait for another task", async () => {
    const { first, second } = await beside("t2");
    expect(second - first).toBeLessThan(15);
  });

  test("wait for their own", async () => {
    const { first, second } = await beside("t1");
    expect(second - first).toBeGreaterThanOrEqual(60);
  });
});

describe("a run whose server went away", () => {
  const retry = { context: { retryOfRunId: "run-1" } };

  test("goes on in the next one, its log from the first line on, and there is one Job", async () => {
    const run = simRun(answersAfter(60_000));
    const first = await run.result(async () => {
      await run.clock.sleep(20_000);
      run.cancel(LEASE_LOST);
    });
    expect(first).toMatchObject({ errorCode: "k8s_detached" });
    run.lines.length = 0;
    const second = await run.clock.run(run.another({ ...signal(), ...retry }));
    expect(second).toMatchObject({ exitCode: 0, summary: "Done.", resultJson: { job: { adopted: true } } });
    expect(run.lines).toEqual(ANSWER.map((line) => `${line}\n`));
    expect(made(run, "jobs")).toBe(1);
    expect(seconds(run)).toBeLessThan(70);
  });

  test("and that ended meanwhile is collected, not run again", async () => {
    const run = simRun(answersAfter(60_000));
    await run.result(async () => {
      await run.clock.sleep(20_000);
      run.cancel(LEASE_LOST);
    });
    await run.clock.run(run.clock.sleep(600_000));
    run.lines.length = 0;
    const second = await run.clock.run(run.another({ ...signal(), ...retry }));
    expect(second).toMatchObject({ exitCode: 0, summary: "Done." });
    expect(run.lines).toHaveLength(ANSWER.length);
    expect(made(run, "jobs")).toBe(1);
  });

  test("and that ends while its server still shuts down is the next one's, too", async () => {
    const fetchJson = (): Promise<Response> => Promise.resolve(Response.json({ status: "interrupted" }));
    const server = { env: { PAPERCLIP_API_URL: "http://paperclip:3100" }, readText: () => undefined, fetchJson };
    const run = simRun({ ...answersAfter(1_000), context: { authToken: "token" }, server });
    await run.result();
    await run.clock.run(run.clock.sleep(600_000));
    run.lines.length = 0;
    const second = await run.clock.run(run.another({ ...signal(), ...retry }));
    expect(second).toMatchObject({ exitCode: 0, resultJson: { job: { adopted: true } } });
    expect(run.lines).toHaveLength(ANSWER.length);
    expect(made(run, "jobs")).toBe(1);
  });

  test("before its Job was deleted, but with its result told: the retry runs anew, and does not take that for its own", async () => {
    const words: object[] = [];
    const fetchJson = (): Promise<Response> => Promise.resolve(Response.json(words.at(-1) ?? {}, { status: 200 }));
    const server = { env: { PAPERCLIP_API_URL: "http://paperclip:3100" }, readText: () => undefined, fetchJson };
    const run = simRun({ ...answersAfter(1_000), context: { authToken: "token" }, server });
    const { resultJson } = await run.result();
    words.push({ status: "failed", resultJson });
    const second = await run.clock.run(run.another({ ...signal(), ...retry }));
    expect(second).toMatchObject({ exitCode: 0, resultJson: { job: { name: expect.any(String) as string } } });
    expect(second.resultJson).not.toMatchObject({ job: { adopted: true } });
    expect(made(run, "jobs")).toBe(2);
  });

  test("is waited for where it is not to be adopted", async () => {
    const run = simRun(answersAfter(60_000));
    await run.result(async () => {
      await run.clock.sleep(20_000);
      run.cancel(LEASE_LOST);
    });
    const config = { model: "stub/m", namespace: NAMESPACE, image: "i", reattachOrphanedJobs: false };
    expect(await run.clock.run(run.another({ ...signal(), ...retry, config }))).toMatchObject({ exitCode: 0 });
    expect(made(run, "jobs")).toBe(2);
    expect(seconds(run)).toBeGreaterThanOrEqual(120);
  });

  test("but is kept for people after its result was known is not gone on with: the retry runs anew", async () => {
    const run = simRun({ ...answersAfter(1_000), config: { retainJobs: true } });
    expect(await run.result()).toMatchObject({ exitCode: 0 });
    await run.clock.run(run.clock.sleep(10_000));
    const config = { model: "stub/m", namespace: NAMESPACE, image: "i" };
    await run.clock.run(run.another({ ...signal(), ...retry, config }));
    expect(made(run, "jobs")).toBe(2);
  });

  test("while it is observed by another process still, makes that one let go of it: the Job stays", async () => {
    const run = simRun(answersAfter(60_000));
    let second: Promise<unknown> = Promise.resolve();
    const first = await run.result(async () => {
      await run.clock.sleep(20_000);
      second = run.another({ ...signal(), ...retry });
    });
    expect(first).toMatchObject({ errorCode: "k8s_detached" });
    expect(await run.clock.run(second)).toMatchObject({ exitCode: 0, summary: "Done." });
    expect(made(run, "jobs")).toBe(1);
  });
});

test("Paperclip has said whether it takes a run's result before it gets that, and is not asked while it stores it", async () => {
  const answered: string[] = [];
  const fetchJson = async (url: string): Promise<Response> => {
    await run.clock.sleep(500);
    answered.push(url.replace(/.*\/api\//, ""));
    return Response.json({ status: "running", id: "agent-1" });
  };
  const server = { env: { PAPERCLIP_API_URL: "http://paperclip:3100" }, readText: () => undefined, fetchJson };
  const run = simRun({ ...answersAfter(1_000), context: { authToken: "token" }, server });
  await run.result();
  expect(answered.at(-1)).toBe("heartbeat-runs/run-1");
  const before = answered.length;
  await run.clock.run(run.clock.sleep(120_000));
  expect(answered.length).toBe(before);
});

test.each(["jobs", "pods", "leases"])(
  "where %s may not be listed, nothing is begun, and the right is named",
  async (resource) => {
    const run = simRun(answersAfter(1_000));
    const message = `${resource} is forbidden: User "x" cannot list resource "${resource}"`;
    run.sim.faults.answer({ verb: "list", resource }, { status: 403, message }, 1_000);
    expect(await run.result()).toMatchObject({
      errorCode: "k8s_concurrency_guard_unreachable",
      errorMessage: expect.stringMatching(
        new RegExp(`cannot list resource "${resource}".*Grant .* list.* of .*${resource}`),
      ),
    });
    expect(made(run, "jobs")).toBe(0);
  },
);
