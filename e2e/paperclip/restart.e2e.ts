import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { PaperclipApiError } from "./api-error.ts";
import type { Issue, Json, Paperclip, Run } from "./index.ts";
import { Office } from "./scenarios/index.ts";
import type { Position, Worker } from "./scenarios/index.ts";

/** A hold follows the restart, or the end of the run, at the server's next look. Milliseconds. */
const HELD_MS = 600_000;
/** A server that is gone without a word is taken to be at its runs for a minute. Milliseconds. */
const LEASE_MS = 61_000;
/** What puts the adapter in the place of the built-in one. */
const IN_PLACE = { OPENCODE_K8S_TYPE: "opencode_local" };

let office: Office;

beforeAll(async () => {
  office = await Office.open();
});

afterAll(() => office?.[Symbol.asyncDispose]());

/** A run in the middle of its work. */
interface Begun {
  readonly worker: Worker;
  readonly issue: Issue;
  readonly run: Run;
  /** Uid of its Job. */
  readonly job: string;
}

const hire = (more: Partial<Position> = {}): Promise<Worker> => office.hire({ model: "pace-2s-1000ms", ...more });

async function begin(worker: Worker): Promise<Begun> {
  const issue = await worker.assign("Whatever happens.");
  const run = await worker.inTheMiddle(0);
  const [job = "", ...more] = await jobsOf(worker);
  expect(more).toEqual([]);
  return { worker, issue, run, job };
}

async function jobsOf({ agent }: Worker): Promise<string[]> {
  const { jobs } = await office.world.objects();
  const theirs = jobs.filter(({ metadata }) => metadata?.labels?.["paperclip.io/agent-id"] === agent.id);
  return theirs.map(({ metadata }) => metadata?.uid ?? "");
}

async function podHasEnded({ agent }: Worker): Promise<boolean> {
  const { pods } = await office.world.objects();
  const theirs = pods.find(({ metadata }) => metadata?.labels?.["paperclip.io/agent-id"] === agent.id);
  return theirs?.status?.phase === "Succeeded";
}

/** The board says that the lost run may be gone on with. Paperclip may hold its issue twice: it is told until there is a run again. */
async function restore({ worker, issue, run }: Begun): Promise<void> {
  const { api } = office.paperclip;
  await office.world.eventually(HELD_MS, "a run comes instead of the lost one", async () => {
    const { executionBlocker } = await api.getIssue(issue.id);
    const actionId = executionBlocker?.recoveryActionId;
    if (typeof actionId === "string") await api.restoreIssue(issue.id, { actionId, runId: run.id }).catch(ifChanging);
    return (await worker.runs()).length > 1;
  });
}

/** Paperclip looks at the hold itself, at the same time. */
function ifChanging(error: unknown): void {
  if (!(error instanceof PaperclipApiError && [404, 409].includes(error.status))) throw error;
}

/** The run that came instead went on with the same Job, to its end, and nothing of its log is missing. */
async function expectAdopted({ worker, run: lost, job }: Begun, run: Run): Promise<void> {
  expect(run).toMatchObject({ status: "succeeded", exitCode: 0, contextSnapshot: { retryOfRunId: lost.id } });
  const result = run.resultJson as { log: Json; receipt: Json; job: Json };
  expect(result.job).toMatchObject({ uid: job, adopted: true });
  const { lines, bytes } = result.receipt;
  expect(result.log).toEqual({ lines, bytes, complete: true });
  expect(await worker.events(run)).toHaveLength(Number(lines));
  await office.world.eventually(600_000, "no Job of the agent is left", async () => {
    return (await jobsOf(worker)).length === 0;
  });
}

test.for([
  ["SIGTERM", "interrupted"],
  ["SIGKILL", "failed"],
] as const)(
  "after a %s of the server in mid-run, the board's word has the Job adopted, live or finished",
  async ([signal, status]) => {
    const { paperclip, world } = office;
    const [live, finished] = await Promise.all([hire().then(begin), hire().then(begin)]);

    paperclip.signal(signal);
    await paperclip.ended();
    const isForsaken = sleep(signal === "SIGKILL" ? LEASE_MS : 0);
    finished.worker.allowAnswers(Infinity);
    await world.eventually(600_000, "the other run's pod ends on its own", () => podHasEnded(finished.worker));
    await isForsaken;
    await paperclip.restart();

    expect(await jobsOf(live.worker)).toEqual([live.job]);
    for (const { worker } of [live, finished]) expect(await worker.ended(0)).toMatchObject({ status });
    await Promise.all([live, finished].map(restore));
    const [ofLive, ofFinished] = await Promise.all([live.worker.finish(1, live.issue), finished.worker.ended(1)]);
    // Nobody has closed this one: Paperclip would want another run.
    await paperclip.api.patchIssue(finished.issue.id, { status: "cancelled" });
    await expectAdopted(live, ofLive);
    await expectAdopted(finished, ofFinished);
  },
);

test("two servers on one database: a run that one of them begins waits for the agent's run that the other carries out", async () => {
  const replica = await office.openReplica();
  onTestFinished(() => replica.stop());
  // Which server begins a run is Paperclip's to say: mostly the one that was asked.
  for (let again = 9; (await processesOf(replica.api)).size < 2; again -= 1) expect(again).toBeGreaterThan(0);
});

/** The server's processes of two runs of an agent: the replica is asked for the second one while the first one is under way. */
async function processesOf(replica: Paperclip["api"]): Promise<ReadonlySet<unknown>> {
  const worker = await hire();
  const { id: assigneeAgentId, companyId } = worker.agent;
  const first = await worker.assign("Take your time.", "The first task");
  const running = await worker.inTheMiddle(0);

  const second = await replica.createIssue(companyId, { title: "The second task", assigneeAgentId });

  const waiting = await worker.untilLogged(1, /^\[paperclip\] Waiting for run /m);
  expect(await jobsOf(worker)).toHaveLength(1);
  expect(await worker.finish(0, first)).toMatchObject({ status: "succeeded" });
  expect(await worker.finish(1, second)).toMatchObject({ status: "succeeded" });
  const processes = [running, waiting].map(({ controllerBootId }) => controllerBootId);
  expect(processes).not.toContain(undefined);
  return new Set(processes);
}

test("an agent of opencode_local runs as a Job once the adapter is in the built-in one's place; Paperclip's own retry after a SIGTERM adopts it", async () => {
  const { paperclip } = office;
  const worker = await hire({ adapterType: "opencode_local" });
  paperclip.signal("SIGTERM");
  await paperclip.ended();
  await paperclip.restart(IN_PLACE);
  const begun = await begin(worker);

  paperclip.signal("SIGTERM");
  await paperclip.ended();
  await paperclip.restart(IN_PLACE);

  await expectAdopted(begun, await worker.finish(1, begun.issue));
  expect(await worker.runs()).toHaveLength(2);
});
