import type { AdapterExecutionContext } from "@paperclipai/adapter-utils";
import { describe, expect, test } from "vitest";
import { readRunConfig, type RunConfig } from "../../config/index.ts";
import { runEnvironment, type RunEnvironment } from "./run-environment.ts";
import type { Place } from "./workspace-env.ts";

const least = { model: "stub/m", namespace: "agents", image: "opencode:1" };
const SCRATCH = "/tmp/paperclip-run-rea-1";
const AGENT = { id: "agent-1", companyId: "company-1", name: "A", adapterType: "opencode_k8s" };
const WORKSPACE: Place = { workingDir: "/workspace" };
const SHARED: Place = {
  dataClaim: { claimName: "paperclip", mountPath: "/paperclip" },
  workingDir: "/paperclip/workspaces/a",
};

interface Given {
  readonly env?: Record<string, string>;
  readonly config?: Record<string, unknown>;
  readonly inherited?: RunConfig["inherited"];
  readonly context?: Record<string, unknown>;
  /** Environment that the agent itself is configured with. */
  readonly byAgent?: Record<string, unknown>;
  readonly server?: Record<string, string>;
  readonly place?: Place;
}

function environment(given: Given): RunEnvironment {
  const { env = {}, config = {}, context = {}, byAgent = {}, server = {}, place = WORKSPACE } = given;
  const ctx: AdapterExecutionContext = {
    runId: "run-1",
    agent: { ...AGENT, adapterConfig: { env: byAgent } },
    runtime: { sessionId: null, sessionParams: null, sessionDisplayId: null, taskKey: null },
    config: {},
    context: { taskId: "task-1", wakeReason: "issue_assigned", paperclipScratch: { dir: SCRATCH }, ...context },
    onLog: () => Promise.resolve(),
    authToken: "jwt",
  };
  const read = readRunConfig({ ...least, env, ...config }, "company-1");
  const complete = given.inherited ? { ...read, inherited: given.inherited } : read;
  return runEnvironment(ctx, complete, place, { env: server, readText: () => undefined });
}

const envOf = (given: Given): Readonly<Record<string, string>> => environment(given).given.env;

describe("who the agent is", () => {
  test("and what woke it is known to it, and it can speak to Paperclip", () => {
    const context = {
      commentId: "comment-1",
      approvalId: "approval-1",
      approvalStatus: "approved",
      issueIds: ["a", "", 7, "b"],
      paperclipIssue: { workMode: "planning" },
      paperclipRuntimeServices: [{ name: "web" }],
      paperclipRuntimePrimaryUrl: "http://web",
    };
    expect(envOf({ env: { FOO: "bar" }, context })).toMatchObject({
      FOO: "bar",
      PAPERCLIP_AGENT_ID: "agent-1",
      PAPERCLIP_COMPANY_ID: "company-1",
      PAPERCLIP_RUN_ID: "run-1",
      PAPERCLIP_TASK_ID: "task-1",
      PAPERCLIP_WAKE_REASON: "issue_assigned",
      PAPERCLIP_WAKE_COMMENT_ID: "comment-1",
      PAPERCLIP_APPROVAL_ID: "approval-1",
      PAPERCLIP_APPROVAL_STATUS: "approved",
      PAPERCLIP_LINKED_ISSUE_IDS: "a,b",
      PAPERCLIP_ISSUE_WORK_MODE: "planning",
      PAPERCLIP_RUNTIME_SERVICES_JSON: '[{"name":"web"}]',
      PAPERCLIP_RUNTIME_PRIMARY_URL: "http://web",
      PAPERCLIP_API_KEY: "jwt",
    });
  });

  test("is Paperclip's word alone", () => {
    const env = { PAPERCLIP_API_KEY: "stolen", PAPERCLIP_RUN_ID: "other", PAPERCLIP_WAKE_REASON: "none" };
    expect(envOf({ env })).toMatchObject({
      PAPERCLIP_API_KEY: "jwt",
      PAPERCLIP_RUN_ID: "run-1",
      PAPERCLIP_WAKE_REASON: "issue_assigned",
    });
  });

  test("a payload of the wake is one line of JSON", () => {
    const paperclipWake = { reason: "issue_assigned", issue: { id: "i", title: "Say hello", status: "todo" } };
    const { PAPERCLIP_WAKE_PAYLOAD_JSON: payload = "" } = envOf({ context: { paperclipWake } });
    expect(JSON.parse(payload)).toMatchObject({ reason: "issue_assigned", issue: { title: "Say hello" } });
  });
});

describe("Paperclip's address", () => {
  const env = { PAPERCLIP_API_URL: "http://by-env:3100" };

  test("is the key's, else the configured variable's, else the server's", () => {
    const config = { paperclipApiUrl: "https://by-key/" };
    expect(envOf({ env, config })).toMatchObject({ PAPERCLIP_API_URL: "https://by-key" });
    expect(envOf({ env })).toMatchObject({ PAPERCLIP_API_URL: "http://by-env:3100" });
    expect(envOf({})).toHaveProperty("PAPERCLIP_API_URL");
  });

  test("has no slash at its end, whoever gave it: agents put /api behind it", () => {
    expect(envOf({ env: { PAPERCLIP_API_URL: "http://by-env:3100/" } })).toMatchObject(env);
  });

  test.each(["http://127.0.0.1:3100", "http://localhost:3100", "http://[::1]:3100", "http://0.0.0.0"])(
    "%s is one that no pod reaches, and the run says so",
    (url) => {
      expect(environment({ env: { PAPERCLIP_API_URL: url } }).notes).toEqual([
        `No pod reaches Paperclip at ${url}: set paperclipApiUrl`,
      ]);
      expect(environment({ env }).notes).toEqual([]);
    },
  );
});

describe("what the server put into the configured environment", () => {
  const host = { TMPDIR: SCRATCH, TEMP: `${SCRATCH}/x`, PAPERCLIP_TMPDIR: SCRATCH, PAPERCLIP_RUN_SCRATCH_DIR: SCRATCH };

  test("folders for temporary files are the pod's; the operator's own stay", () => {
    const env = envOf({ env: { ...host, TMP: "/big-disk" } });
    expect(env).toMatchObject({
      TEMP: "/tmp",
      PAPERCLIP_TMPDIR: "/tmp",
      PAPERCLIP_RUN_SCRATCH_DIR: "/tmp",
      TMP: "/big-disk",
    });
    expect(env).not.toHaveProperty("TMPDIR");
  });

  test("its own git and GitHub identity does not reach the pod; what an agent, project or routine sets does", () => {
    const env = envOf({
      env: {
        GH_TOKEN: "server's",
        GITHUB_TOKEN: "the same for both",
        GIT_AUTHOR_NAME: "a project's",
        GH_CONFIG_DIR: "/host",
        PAPERCLIP_GITHUB_HOST_HOME: "/host",
        PAPERCLIP_GITHUB_AUTH_MODE: "host",
        PAPERCLIP_GIT_METADATA_ROOTS: "/host",
        PAPERCLIP_RUNNER_NETWORK_ROOTS: "/host",
        PAPERCLIP_RUNNER_NETWORK_ACCESS: "host",
        GIT_CONFIG_GLOBAL: "/host/.gitconfig",
      },
      byAgent: { GITHUB_TOKEN: { type: "plain" } },
      server: {
        GH_TOKEN: "server's",
        GITHUB_TOKEN: "the same for both",
        GIT_AUTHOR_NAME: "the server's",
        GIT_CONFIG_GLOBAL: "/host/.gitconfig",
      },
    });
    expect(env).toMatchObject({ GITHUB_TOKEN: "the same for both", GIT_AUTHOR_NAME: "a project's" });
    expect(env).not.toHaveProperty("GH_TOKEN");
    expect(JSON.stringify(env)).not.toMatch(/"host"|"\/host/);
  });
});

describe("Paperclip's workspace", () => {
  const workspace = {
    cwd: "/paperclip/workspaces/a",
    source: "agent_home",
    repoUrl: "https://git/r",
    worktreePath: "/paperclip/worktrees/a",
    agentHome: "/paperclip/homes/a",
  };
  const paperclipWorkspaces = [
    { workspaceId: "w", cwd: "/paperclip/workspaces/b" },
    { workspaceId: "x", cwd: "/srv/elsewhere" },
  ];

  test("is where the server has it, where that is on the shared claim", () => {
    const env = envOf({ context: { paperclipWorkspace: workspace, paperclipWorkspaces }, place: SHARED });
    expect(env).toMatchObject({
      PAPERCLIP_WORKSPACE_CWD: "/paperclip/workspaces/a",
      PAPERCLIP_WORKSPACE_SOURCE: "agent_home",
      PAPERCLIP_WORKSPACE_REPO_URL: "https://git/r",
      PAPERCLIP_WORKSPACE_WORKTREE_PATH: "/paperclip/worktrees/a",
      AGENT_HOME: "/paperclip/homes/a",
    });
    expect(JSON.parse(env["PAPERCLIP_WORKSPACES_JSON"] ?? "")).toEqual([
      { workspaceId: "w", cwd: "/paperclip/workspaces/b" },
      { workspaceId: "x" },
    ]);
  });

  test("is the working directory elsewhere: no folder of the server is named that the pod does not have", () => {
    const env = envOf({
      env: { MY_WORKSPACE_CWD: workspace.cwd },
      context: { paperclipWorkspace: workspace, paperclipWorkspaces },
    });
    expect(env).toMatchObject({
      PAPERCLIP_WORKSPACE_CWD: "/workspace",
      AGENT_HOME: "/workspace",
      MY_WORKSPACE_CWD: "/workspace",
    });
    expect(JSON.stringify(env)).not.toContain("/paperclip/");
    expect(JSON.stringify(env)).not.toContain("/srv/");
  });
});

describe("what the Paperclip pod passes on", () => {
  const inherited = {
    env: { HTTP_PROXY: "http://proxy", TOKEN: "theirs" },
    envValueFrom: {
      REGION: { configMapKeyRef: { name: "c", key: "region" } },
      OWN: { configMapKeyRef: { name: "c", key: "own" } },
    },
    envFrom: [{ secretRef: { name: "theirs" } }],
  };

  test("is there, below what is configured", () => {
    const config = {
      envValueFrom: { TOKEN: { secretKeyRef: { name: "s", key: "t" } } },
      envFrom: [{ secretRef: { name: "ours" } }],
    };
    const { given } = environment({ env: { OWN: "mine" }, config, inherited });
    expect(given.env).toMatchObject({ HTTP_PROXY: "http://proxy", OWN: "mine" });
    expect(given.env).not.toHaveProperty("TOKEN");
    expect(given.envValueFrom).toEqual({ REGION: inherited.envValueFrom.REGION, ...config.envValueFrom });
    // The last one wins.
    expect(given.envFrom).toEqual([{ secretRef: { name: "theirs" } }, { secretRef: { name: "ours" } }]);
  });

  test("never says who the agent is", () => {
    const env = { PAPERCLIP_RUN_ID: "other" };
    expect(envOf({ inherited: { ...inherited, env } })).toMatchObject({ PAPERCLIP_RUN_ID: "run-1" });
  });
});

test("OpenCode's configuration goes the one way that wins, and no other", () => {
  const env = { PAPERCLIP_OPENCODE_PROVIDERS: "{}", OPENCODE_CONFIG_CONTENT: "{}", OPENCODE_PERMISSION: "{}" };
  expect(Object.keys(envOf({ env })).filter((name) => name in env)).toEqual([]);
});
