import { setTimeout as sleep } from "node:timers/promises";
import type { PaperclipClient } from "./client.ts";
import { textOf } from "./run-log.ts";
import type { Agent, Run, RunStatus } from "./types.ts";

const ended: ReadonlySet<RunStatus> = new Set(["succeeded", "interrupted", "failed", "cancelled", "timed_out"]);

/** Whether nothing more happens to this run. */
export const hasEnded = (run: Run): boolean => ended.has(run.status);

export interface RunWait {
  /** Which of the agent's runs, counted from its first, 0. Default: the first. */
  readonly nth?: number;
  /** What the run must have come to. Default: its end. */
  readonly until?: (run: Run) => boolean | Promise<boolean>;
  /** Default: 10 minutes: says only that it hangs. */
  readonly timeoutMs?: number;
}

/**
 * Waits for a run of the agent, by asking: this is a test harness, and four small requests a second do no harm.
 *
 * @returns the whole row.
 * @throws when the time is over or the run ends otherwise, with the run's row and its log in the message.
 */
export async function waitForRun(
  api: PaperclipClient,
  agent: Pick<Agent, "id" | "companyId">,
  { nth = 0, until = hasEnded, timeoutMs = 600_000 }: RunWait = {},
): Promise<Run> {
  let last: Run | undefined;
  for (const deadline = Date.now() + timeoutMs; Date.now() < deadline; await sleep(250)) {
    const listed = (await api.listRuns(agent)).at(-1 - nth);
    if (!listed) continue;
    last = await api.getRun(listed.id);
    requireDatabase(last);
    if (await until(last)) return last;
    if (hasEnded(last)) throw new Error(`run ${nth} ended before it was as expected: ${await account(api, last)}`);
  }
  const what = last ? await account(api, last) : "there is none";
  throw new Error(`run ${nth} of the agent is not as expected after ${timeoutMs / 1000} s: ${what}`);
}

/**
 * What a test ends with, to be played again, when Paperclip's own database made a run fail whose adapter had returned its result: 2026.916.1 locks
 * the run and then its issue where it stores the end (`workspace_finalize`), and the issue and then the run for each request with the
 * run's token; PostgreSQL ends one of the two ("deadlock detected"). The adapter asks nothing at that time; the agent may.
 */
export const PAPERCLIP_DEADLOCK = /^Paperclip's own database failed run /;

function requireDatabase({ id, error }: Run): void {
  if (error?.startsWith('Failed query: insert into "workspace_operations"'))
    throw new Error(`Paperclip's own database failed run ${id}: ${error}`);
}

/** A run as a failing test tells it: its end and the last of its log. */
export async function account(api: PaperclipClient, run: Run): Promise<string> {
  const { id, status, error, errorCode, resultJson } = run;
  const log = await api.getRunLog(id).catch((reason: unknown) => String(reason));
  const text = typeof log === "string" ? log : `${textOf(log)}${textOf(log, "stderr")}`;
  return `${JSON.stringify({ id, status, error, errorCode, resultJson }, undefined, 2)}\n${text.slice(-4000)}`;
}
