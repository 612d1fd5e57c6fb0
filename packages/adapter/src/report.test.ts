import type { AdapterExecutionContext } from "@paperclipai/adapter-utils";
import { expect, test } from "vitest";
import { readRunConfig } from "./config/index.ts";
import { Cleaner, secretsOfRun } from "./log/index.ts";
import { planRun } from "./plan/index.ts";
import { tellMeta } from "./report.ts";

const REFERENCE = { type: "secret_ref", secretId: "s" };
const config = {
  model: "stub/m",
  namespace: "agents",
  image: "opencode:1",
  cwd: "/nowhere",
  paperclipApiUrl: "http://paperclip:3100",
  promptTemplate: "Use canary-named.",
  env: { STAGE: "prod", MY_TOKEN: "canary-named", SHORT: "pw1", OF_PROJECT: "pw2" },
};

async function told(more: Partial<AdapterExecutionContext> = {}): Promise<unknown> {
  let meta: unknown;
  const ctx: AdapterExecutionContext = {
    runId: "run-1",
    agent: {
      id: "agent-1",
      companyId: "company-1",
      name: "A",
      adapterType: "opencode_k8s",
      adapterConfig: { env: { SHORT: REFERENCE } },
    },
    runtime: { sessionId: null, sessionParams: null, sessionDisplayId: null, taskKey: null },
    config,
    context: { issueId: "i", note: "canary-token \0", paperclipSecrets: { manifest: [{ envKey: "OF_PROJECT" }] } },
    authToken: "canary-token",
    onLog: () => Promise.resolve(),
    onMeta: (given) => Promise.resolve(void (meta = given)),
    ...more,
  };
  await tellMeta(ctx, planRun(ctx, readRunConfig(config, "company-1")), new Cleaner(secretsOfRun(ctx)));
  return meta;
}

test("Paperclip is told the command, where, with what, what is asked and why", async () => {
  expect(await told()).toMatchObject({
    adapterType: "opencode_k8s",
    command: expect.stringMatching(/^kubectl job\/agent-opencode-/) as string,
    cwd: "/workspace",
    commandArgs: ["run", "--format", "json", "--model=stub/m", "--title=run run-1", "<prompt of 17 characters>"],
    commandNotes: expect.arrayContaining([expect.stringContaining("cwd /nowhere is not used")]) as unknown,
    env: { STAGE: "prod", PAPERCLIP_RUN_ID: "run-1", PAPERCLIP_API_URL: "http://paperclip:3100" },
    prompt: "Use ***.",
    promptMetrics: { promptChars: 17, heartbeatPromptChars: 17, wakePromptChars: 0, instructionsChars: 0 },
    context: { issueId: "i" },
  });
});

test("nothing secret is in it, however short, and nothing that Paperclip's database does not store", async () => {
  const text = JSON.stringify(await told());
  for (const secret of ["canary", "pw1", "pw2", "\\u0000"]) expect(text).not.toContain(secret);
});

test("a callback that fails costs the run nothing", async () => {
  await expect(told({ onMeta: () => Promise.reject(new Error("no")) })).resolves.toBeUndefined();
});
