import { expect } from "vitest";
import type { Issue, Run } from "../index.ts";
import { expectCancelled, expectResumes } from "./checks.ts";
import type { Office } from "./office.ts";
import type { Scenario } from "./scenario.ts";
import type { Worker } from "./worker.ts";

/** A run in the middle of its work, at which it is stopped. */
interface Stage {
  readonly office: Office;
  readonly api: Office["paperclip"]["api"];
  readonly worker: Worker;
  readonly issue: Issue;
  readonly run: Run;
}

interface Kind {
  readonly name: string;
  /** Stops it. */
  stop(stage: Stage): Promise<unknown>;
  readonly errorCode?: string;
  /** Has its issue worked on again; by default a comment does. `null`: what comes then is not looked at. */
  readonly again?: ((stage: Stage) => Promise<unknown>) | null;
}

const KINDS: readonly Kind[] = [
  {
    name: "the run is cancelled",
    stop: ({ api, run }) => api.cancelRun(run.id),
  },
  {
    name: "the issue is cancelled",
    stop: ({ api, issue }) => api.patchIssue(issue.id, { status: "cancelled" }),
    again: ({ worker, issue }) => worker.tell(issue, "It is wanted after all.", { reopen: true }),
  },
  {
    name: "the agent is paused",
    errorCode: "agent_paused",
    stop: ({ api, worker }) => api.pauseAgent(worker.agent.id),
    // A resumed agent is woken by Paperclip itself, too: which run comes first is not said.
    again: null,
  },
  {
    name: "the agent's budget is spent",
    stop: async ({ api, worker }) => {
      await api.setBudget(worker.agent.id, 100);
      await api.reportCost(worker.agent, 200);
    },
    again: null,
  },
  {
    name: "a comment interrupts the run",
    errorCode: "operator_interrupted",
    stop: ({ worker, issue }) => worker.tell(issue, "Stop, and listen.", { interrupt: true }),
    // The comment is what the next run is for.
    again: () => Promise.resolve(),
  },
  {
    name: "the issue is given to another agent",
    errorCode: "issue_reassigned",
    // The other one has a session of its own.
    stop: async ({ office, api, worker, issue }) => {
      const other = await office.hire({ model: "text", besides: worker });
      await api.patchIssue(issue.id, { assigneeAgentId: other.agent.id });
      const run = await other.ended(0);
      expect(run).toMatchObject({ status: "succeeded", sessionIdBefore: null });
      await api.patchIssue(issue.id, { status: "done" });
    },
    again: null,
  },
  {
    name: "the agent is terminated",
    stop: ({ api, worker }) => api.terminateAgent(worker.agent.id),
    again: null,
  },
];

/** Whoever stops a run, and however: it is over when Paperclip says so, and its session can be gone on with. */
export const cancelKinds: readonly Scenario[] = KINDS.map((kind) => ({
  name: `in the middle of a run, ${kind.name}`,
  play: (office) => play(office, kind),
}));

async function play(office: Office, { stop, errorCode, again = goOn }: Kind): Promise<void> {
  const { api } = office.paperclip;
  const worker = await office.hire({ model: "pace-2s-1000ms" });
  const issue = await worker.assign("Take your time.");
  const stage: Stage = { office, api, worker, issue, run: await worker.inTheMiddle(0) };

  await stop(stage);

  const run = await worker.ended(0);
  await expectCancelled(office, issue, run, errorCode);
  expect(run.usageJson).toMatchObject({ inputTokens: expect.any(Number) as number });
  expect(run.sessionIdAfter).toMatch(/^ses_/);
  if (again === null) return;
  await again(stage);
  await expectResumes(worker, 1, { issue, session: run.sessionIdAfter ?? "" });
}

const goOn = ({ worker, issue }: Stage): Promise<void> => worker.tell(issue, "Go on.");
