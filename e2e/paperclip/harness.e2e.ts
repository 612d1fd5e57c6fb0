import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { chmod, cp, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { hasEnded, startPaperclip, textOf, waitForRun } from "./index.ts";
import type { Agent, Json, Paperclip, Run } from "./index.ts";

const listenHost = process.env.E2E_HOST_IP;

let paperclip: Paperclip;
let packages: string;

beforeAll(async () => {
  // The checkout may lie in a home that Paperclip's user cannot enter.
  packages = await mkdtemp(join(tmpdir(), "paperclip-packages-"));
  await cp(join(import.meta.dirname, "echo-adapter"), packages, { recursive: true });
  await chmod(packages, 0o755);
  paperclip = await startPaperclip({ ...(listenHost && { listenHost }), adapterPackages: [packages] });
});

afterAll(async () => {
  await paperclip?.stop();
  await rm(packages, { recursive: true });
});

async function echoAgent(adapterConfig: Json): Promise<Agent> {
  const company = await paperclip.api.createCompany("Harness");
  const config = { apiUrl: paperclip.url, ...adapterConfig };
  return paperclip.api.createAgent(company.id, { name: "Echo", adapterType: "echo", adapterConfig: config });
}

/** The adapter's lines; Paperclip writes some of its own to the same stream. */
async function echoed(run: Run): Promise<string[]> {
  if (run.logRef === null) return [];
  const lines = textOf(await paperclip.api.getRunLog(run.id)).split("\n");
  return lines.filter((line) => line !== "" && !line.startsWith("[paperclip]"));
}

test("an agent of an installed adapter runs, and its row, log and issue are read back", async () => {
  const { api } = paperclip;
  const agent = await echoAgent({});
  const issue = await api.createIssue(agent.companyId, {
    title: "Say it again",
    description: "Grüße, 世界",
    assigneeAgentId: agent.id,
  });

  const run = await waitForRun(api, agent);

  expect(run).toMatchObject({ status: "succeeded", exitCode: 0, errorCode: null, sessionIdAfter: "echo-1" });
  expect(run.usageJson).toMatchObject({ inputTokens: 7, outputTokens: 5, cachedInputTokens: 3, costUsd: 0.25 });
  expect(run.resultJson).toMatchObject({ echoed: true, summary: "Everything was echoed." });
  const [task] = await echoed(run);
  const { text } = JSON.parse(task ?? "") as { text: string };
  expect(text).toContain("Grüße, 世界");
  expect(await api.getIssue(issue.id)).toMatchObject({ status: "done" });
  expect(await api.listRuns(agent)).toHaveLength(1);
});

test("a log of several pieces is read whole, although the pieces are cut through characters", async () => {
  const { api } = paperclip;
  const agent = await echoAgent({ lines: 900, width: 1500 });
  await api.createIssue(agent.companyId, { title: "Say much", assigneeAgentId: agent.id });

  const run = await waitForRun(api, agent);

  const [, ...lines] = await echoed(run);
  expect(lines).toHaveLength(900);
  expect(lines.every((line, index) => line === `${index} ${"é".repeat(1500)}`)).toBe(true);
});

test("a cancelled run reaches the adapter as a signal", async () => {
  const { api } = paperclip;
  const agent = await echoAgent({ waitForCancel: true });
  await api.createIssue(agent.companyId, { title: "Wait", assigneeAgentId: agent.id });
  const running = await waitForRun(api, agent, { until: async (run) => (await echoed(run)).length > 0 });

  await api.cancelRun(running.id);

  const run = await waitForRun(api, agent);
  expect(run).toMatchObject({ status: "cancelled", errorCode: "cancelled" });
  expect(await echoed(run)).toContain("stopped: Cancelled by a board operator");
  expect((await api.listRuns(agent)).filter((each) => !hasEnded(each))).toEqual([]);
});

test("nothing is left of a server that was killed", async () => {
  const second = await startPaperclip();
  // PostgreSQL has its data folder as an argument.
  const commands = (): string => execFileSync("ps", ["-eo", "args"], { encoding: "utf8" });
  expect(commands()).toContain(second.home);
  second.signal("SIGKILL");

  await second.stop();

  expect(commands()).not.toContain(second.home);
  expect(existsSync(second.home)).toBe(false);
});
