import { afterAll, beforeAll, expect, test } from "vitest";
import { parseLine } from "@opencode-k8s/opencode-parse";
import { openClusterWorld, settings } from "../world/index.ts";
import type { World } from "../world/index.ts";
import { packAdapter, startPaperclip, textOf, waitForRun } from "./index.ts";
import type { Agent, Json, Paperclip, Run } from "./index.ts";

const made = new AsyncDisposableStack();
let world: World;
let paperclip: Paperclip;

beforeAll(async () => {
  world = made.use(await openClusterWorld(settings()));
  const adapter = await packAdapter();
  made.defer(adapter.remove);
  paperclip = await startPaperclip({ listenHost: settings().hostIp, adapterPackages: [adapter.folder] });
  made.defer(() => paperclip.stop());
});

afterAll(() => made.disposeAsync());

async function agentWith(model: string): Promise<Agent> {
  const { env, ...config } = world.parts.config(model);
  const variables = Object.entries(env as Record<string, string>);
  const adapterConfig: Json = {
    ...config,
    env: Object.fromEntries(variables.map(([name, value]) => [name, { type: "plain", value }])),
  };
  const company = await paperclip.api.createCompany("Heartbeats");
  return paperclip.api.createAgent(company.id, { name: "Runner", adapterType: "opencode_k8s", adapterConfig });
}

/** OpenCode's lines in a run's log; the others are the adapter's and Paperclip's own. */
async function eventsOf(run: Run): Promise<string[]> {
  const lines = textOf(await paperclip.api.getRunLog(run.id)).split("\n");
  return lines.filter((line) => line !== "" && !line.startsWith("[paperclip]"));
}

test("an agent of the packed adapter runs in the cluster, and its row and log are read back", async () => {
  const { api } = paperclip;
  const agent = await agentWith("tools");
  const issue = await api.createIssue(agent.companyId, {
    title: "Run two commands",
    description: "Any two.",
    assigneeAgentId: agent.id,
  });

  const run = await waitForRun(api, agent);
  // The model of this test never closes its issue, as a real agent would: no second run is wanted.
  await api.patchIssue(issue.id, { status: "done" });

  expect(run).toMatchObject({ status: "succeeded", exitCode: 0, signal: null, error: null, errorCode: null });
  expect(run.sessionIdAfter).toMatch(/^ses_/);
  expect(run.usageJson).toMatchObject({
    inputTokens: expect.any(Number) as number,
    outputTokens: expect.any(Number) as number,
    costUsd: expect.any(Number) as number,
    provider: "demo",
    model: "tools",
  });
  const { summary, log, receipt } = run.resultJson as Record<string, Json>;
  expect(summary).toBe("Both commands ran.");
  const events = await eventsOf(run);
  const bytes = events.reduce((sum, line) => sum + Buffer.byteLength(line) + 1, 0);
  expect(log).toEqual({ lines: events.length, bytes, complete: true });
  expect(receipt).toMatchObject({ exitCode: 0, lines: events.length, bytes });
  const types = new Set(events.map((line) => parseLine(line).type));
  expect(types).toEqual(new Set(["step_start", "text", "tool_use", "step_finish"]));
  await world.eventually(300_000, "no Job with this run is left", async () => {
    const { jobs } = await world.objects();
    return !jobs.some(({ metadata }) => metadata?.labels?.["paperclip.io/run-id"] === run.id);
  });
});
