import type { AdapterExecutionContext } from "@paperclipai/adapter-utils";
import { expect, onTestFinished, test, vi } from "vitest";
import { readRunConfig } from "../config/index.ts";
import { runEnv } from "./run-env.ts";

const least = { model: "stub/m", namespace: "agents", image: "opencode:1" };
const SCRATCH = "/tmp/paperclip-run-rea-1";

function envOf(env: Record<string, string>, more: Partial<AdapterExecutionContext> = {}): Record<string, string> {
  const ctx: AdapterExecutionContext = {
    runId: "run-1",
    agent: {
      id: "agent-1",
      companyId: "company-1",
      name: "A",
      adapterType: "opencode_k8s",
      adapterConfig: { env: {} },
    },
    runtime: { sessionId: null, sessionParams: null, sessionDisplayId: null, taskKey: null },
    config: {},
    context: { taskId: "task-1", wakeReason: "issue_assigned", paperclipScratch: { dir: SCRATCH } },
    onLog: () => Promise.resolve(),
    authToken: "jwt",
    ...more,
  };
  return runEnv(ctx, readRunConfig({ ...least, env }, "company-1"));
}

test("the agent knows who it is, and can speak to Paperclip", () => {
  expect(envOf({ FOO: "bar" })).toMatchObject({
    FOO: "bar",
    PAPERCLIP_AGENT_ID: "agent-1",
    PAPERCLIP_COMPANY_ID: "company-1",
    PAPERCLIP_RUN_ID: "run-1",
    PAPERCLIP_TASK_ID: "task-1",
    PAPERCLIP_WAKE_REASON: "issue_assigned",
    PAPERCLIP_API_KEY: "jwt",
  });
});

test("identity is Paperclip's word alone; where pods reach it, the operator may say", () => {
  const env = envOf({
    PAPERCLIP_API_KEY: "stolen",
    PAPERCLIP_RUN_ID: "other",
    PAPERCLIP_API_URL: "http://paperclip:3100",
  });
  expect(env).toMatchObject({
    PAPERCLIP_API_KEY: "jwt",
    PAPERCLIP_RUN_ID: "run-1",
    PAPERCLIP_API_URL: "http://paperclip:3100",
  });
});

test("folders of the server do not reach the pod; the operator's own do", () => {
  const host = { TMPDIR: SCRATCH, TEMP: `${SCRATCH}/x`, PAPERCLIP_TMPDIR: SCRATCH, PAPERCLIP_RUN_SCRATCH_DIR: SCRATCH };
  expect(Object.keys(envOf({ ...host, TMP: "/big-disk" }))).toEqual(expect.arrayContaining(["TMP"]));
  expect(envOf({ ...host, TMP: "/big-disk" })).not.toMatchObject(host);
  expect(Object.keys(envOf(host)).filter((name) => name in host)).toEqual([]);
});

test("the server's own git and GitHub identity does not reach the pod; what an agent, project or routine sets does", () => {
  vi.stubEnv("GH_TOKEN", "server's");
  vi.stubEnv("GITHUB_TOKEN", "the same for both");
  onTestFinished(() => void vi.unstubAllEnvs());
  const env = {
    GH_TOKEN: "server's",
    GITHUB_TOKEN: "the same for both",
    GIT_AUTHOR_NAME: "a project's",
    GH_CONFIG_DIR: "/host",
  };
  const adapterConfig = { env: { GITHUB_TOKEN: { type: "plain" } } };
  const passed = envOf(env, { agent: { id: "a", companyId: "c", name: "A", adapterType: null, adapterConfig } });
  expect(passed).toMatchObject({ GITHUB_TOKEN: "the same for both", GIT_AUTHOR_NAME: "a project's" });
  expect(passed).not.toHaveProperty("GH_TOKEN");
  expect(passed).not.toHaveProperty("GH_CONFIG_DIR");
});

test("OpenCode's configuration goes the one way that wins, and no other", () => {
  const env = { PAPERCLIP_OPENCODE_PROVIDERS: "{}", OPENCODE_CONFIG_CONTENT: "{}", OPENCODE_PERMISSION: "{}" };
  expect(Object.keys(envOf(env)).filter((name) => name in env)).toEqual([]);
});
