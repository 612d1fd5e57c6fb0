import { describe, expect, test } from "vitest";
import { ANSWER, printLines, receiptFor, simRun } from "../../test/sim-run.ts";

const BEGUN_NOTHING = { kind: "bootstrap", providerWorkStarted: false };
const SETTLED = { kind: "interrupted", providerStopped: true, sessionPreserved: true, actionOutcomes: "settled" };
const CONTINUES = { conversationContinuation: "continue_conversation_v1" };
const never = { script: () => Promise.resolve(0) };
/** Each run on a volume of its own; that it is there costs a request, and nothing else. */
const keeping = { agentDbMode: "dedicated_pvc", agentDbStorageClass: "standard" };

/** Speaks, and then fails in OpenCode. */
const failing = {
  script: async (io: Parameters<Parameters<typeof simRun>[0]["script"]>[0]) => {
    const data = { message: "Overloaded", statusCode: 529 };
    const error = { type: "error", timestamp: 1, sessionID: "ses_1", error: { name: "APIError", data } };
    const lines = [...ANSWER.slice(0, 1), JSON.stringify(error)];
    await io.sleep(1_000);
    printLines(io, [...lines, receiptFor(lines, { exitCode: 1 })]);
    return 1;
  },
};

describe("what Paperclip may conclude of a failure", () => {
  test("of a pod that never started: nothing was begun", async () => {
    const run = simRun({ ...never, allocatable: { cpu: "500m" }, config: { scheduleTimeoutSec: 30 } });
    const result = await run.result();
    expect(result).toMatchObject({ errorCode: "k8s_pod_schedule_failed", executionRecovery: BEGUN_NOTHING });
    expect(result.resultJson).not.toMatchObject(CONTINUES);
  });

  test("of a cluster that said no before there was a Job: nothing was begun", async () => {
    const run = simRun(never);
    run.sim.faults.answer({ verb: "create", resource: "jobs" }, { status: 422, message: "Job is invalid" });
    expect(await run.result()).toMatchObject({ executionRecovery: BEGUN_NOTHING });
  });

  test("of a configuration that is incomplete: no more than that, for Paperclip blocks the issue without a hold", async () => {
    const result = await simRun({ ...never, config: { namespace: "", image: "", model: "none" } }).result();
    expect(result).toMatchObject({ errorCode: "configuration_incomplete" });
    expect(result).not.toHaveProperty("executionRecovery");
  });

  test("of a run that failed in OpenCode, and whose session is kept: it goes on as a conversation", async () => {
    const result = await simRun({ ...failing, config: keeping }).result();
    expect(result).toMatchObject({ exitCode: 1, sessionDisplayId: "ses_1", resultJson: CONTINUES });
    expect(result).not.toHaveProperty("executionRecovery");
  });

  test("of one whose session went with its pod: nothing, and a person has to look", async () => {
    const result = await simRun(failing).result();
    expect(result.exitCode).toBe(1);
    expect(result).not.toHaveProperty("executionRecovery");
    expect(result.resultJson).not.toMatchObject(CONTINUES);
  });

  test("of a success: there is nothing to conclude", async () => {
    const script = async (io: Parameters<Parameters<typeof simRun>[0]["script"]>[0]): Promise<number> => {
      await io.sleep(1_000);
      printLines(io, [...ANSWER, receiptFor(ANSWER)]);
      return 0;
    };
    const result = await simRun({ script, config: keeping }).result();
    expect(result.resultJson).not.toMatchObject(CONTINUES);
    expect(result).not.toHaveProperty("executionRecovery");
  });
});

describe("what Paperclip may conclude of a cancel", () => {
  const endless = {
    script: async (io: Parameters<Parameters<typeof simRun>[0]["script"]>[0]) => {
      printLines(io, ANSWER.slice(0, 2));
      await io.sleep(3_600_000);
      return 143;
    },
  };
  const cancelledAfter = async (run: ReturnType<typeof simRun>, ms: number): ReturnType<typeof run.result> =>
    run.result(async () => {
      await run.clock.sleep(ms);
      run.cancel("Cancelled by a board operator");
    });

  test("while it waits for another run: it ended in order, and it made no Job", async () => {
    const run = simRun(endless);
    await run.clock.run(run.clock.sleep(1));
    const first = run.another({ runId: "run-0", signal: new AbortController().signal });
    void first;
    await run.clock.run(run.clock.sleep(5_000));
    const result = await cancelledAfter(run, 20_000);
    expect(result).toMatchObject({
      errorCode: "cancelled",
      executionRecovery: SETTLED,
      resultJson: { executionCancellation: { state: "acknowledged" } },
    });
    expect(run.sim.requests.filter(({ verb, resource }) => verb === "create" && resource === "jobs")).toHaveLength(1);
  });

  test("before its pod began: it ended in order", async () => {
    const run = simRun(endless);
    run.sim.setUnschedulable("no node");
    expect(await cancelledAfter(run, 10_000)).toMatchObject({ errorCode: "cancelled", executionRecovery: SETTLED });
  });

  test("while it runs: within 25 s, with the session so far, although its grace and its pod's would be minutes", async () => {
    const run = simRun({ ...endless, config: { ...keeping, graceSec: 300 } });
    const before = run.clock.monotonic();
    const result = await cancelledAfter(run, 10_000);
    expect(result).toMatchObject({
      errorCode: "cancelled",
      sessionDisplayId: "ses_1",
      executionRecovery: SETTLED,
      resultJson: { executionCancellation: { state: "acknowledged" } },
    });
    expect(run.clock.monotonic() - before).toBeLessThan(35_000);
  });

  test("of a run whose session went with its pod: that it was stopped, and no more", async () => {
    const result = await cancelledAfter(simRun(endless), 10_000);
    expect(result).toMatchObject({ resultJson: { executionCancellation: { state: "acknowledged" } } });
    expect(result).not.toHaveProperty("executionRecovery");
  });

  test("because the server goes away: nothing, the run goes on", async () => {
    const run = simRun(endless);
    const result = await run.result(async () => {
      await run.clock.sleep(10_000);
      run.cancel("Legacy controller lease lost");
    });
    expect(result).toMatchObject({ errorCode: "k8s_detached" });
    expect(result).not.toHaveProperty("executionRecovery");
  });
});
