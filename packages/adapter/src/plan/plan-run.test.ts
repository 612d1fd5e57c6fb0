import type { AdapterExecutionContext } from "@paperclipai/adapter-utils";
import { describe, expect, test } from "vitest";
import { readRunConfig } from "../config/index.ts";
import { planRun, type RunPlan } from "./index.ts";

const COMPANY = "company-1";

function planOf(
  config: Record<string, unknown>,
  more: Partial<AdapterExecutionContext> = {},
  known: Parameters<typeof planRun>[2] = {},
): RunPlan {
  const ctx: AdapterExecutionContext = {
    runId: "run-1",
    agent: { id: "agent-1", companyId: COMPANY, name: "A", adapterType: "opencode_k8s", adapterConfig: {} },
    runtime: { sessionId: null, sessionParams: null, sessionDisplayId: null, taskKey: null },
    config: {},
    context: { taskId: "task-1" },
    onLog: () => Promise.resolve(),
    ...more,
  };
  return planRun(
    ctx,
    readRunConfig({ model: "stub/m", namespace: "agents", image: "opencode:1", ...config }, COMPANY),
    known,
  );
}

/** The pod's spec, as data. */
const podOf = (config: Record<string, unknown>) => planOf(config).objects.job.spec?.template.spec;
/** Arguments of the program, and thereby of OpenCode. */
const argsOf = (config: Record<string, unknown>) => podOf(config)?.containers[0]?.args;
const volumeOf = (config: Record<string, unknown>, name: string) =>
  podOf(config)?.volumes?.find((volume) => volume.name === name);

/** What a pod tolerates of a node that does not answer, for so many seconds. */
const lost = (tolerationSeconds: number) =>
  ["not-ready", "unreachable"].map((taint) => ({
    key: `node.kubernetes.io/${taint}`,
    operator: "Exists",
    effect: "NoExecute",
    tolerationSeconds,
  }));

test.each([
  [{ nodeSelector: "disk=ssd" }, { nodeSelector: { disk: "ssd" } }],
  [
    { tolerations: "spot:NoSchedule" },
    { tolerations: [{ key: "spot", operator: "Exists", effect: "NoSchedule" }, ...lost(60)] },
  ],
  [{ nodeLostTimeoutSec: 5 }, { tolerations: lost(5) }],
  [{ tolerations: [{ operator: "Exists" }] }, { tolerations: [{ operator: "Exists" }] }],
  [
    { tolerations: [{ operator: "Exists", effect: "NoSchedule" }] },
    { tolerations: [{ operator: "Exists", effect: "NoSchedule" }, ...lost(60)] },
  ],
  [
    { tolerations: [{ key: "node.kubernetes.io/unreachable", operator: "Exists", effect: "NoExecute" }] },
    {
      tolerations: [
        { key: "node.kubernetes.io/unreachable", operator: "Exists", effect: "NoExecute" },
        ...lost(60).slice(0, 1),
      ],
    },
  ],
  [{ serviceAccountName: "agents" }, { serviceAccountName: "agents", automountServiceAccountToken: false }],
  [{ automountServiceAccountToken: true }, { automountServiceAccountToken: true }],
  [{ imagePullSecrets: "one two" }, { imagePullSecrets: [{ name: "one" }, { name: "two" }] }],
  [
    { affinity: "podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [] }" },
    { affinity: { podAntiAffinity: {} } },
  ],
  [
    { envFrom: [{ secretRef: { name: "tokens" } }] },
    { containers: [{ envFrom: [{ secretRef: { name: "tokens" } }] }] },
  ],
  [
    { dnsPolicy: "None", dnsConfig: { nameservers: ["10.0.0.10"] } },
    { dnsPolicy: "None", dnsConfig: { nameservers: ["10.0.0.10"] } },
  ],
  [{ priorityClassName: "low" }, { priorityClassName: "low" }],
  [{ runtimeClassName: "gvisor" }, { runtimeClassName: "gvisor" }],
  [{ user: { uid: 2000, gid: 3000 } }, { securityContext: { runAsUser: 2000, runAsGroup: 3000, fsGroup: 1000 } }],
  [{ "user.fsGroup": "4000" }, { securityContext: { runAsUser: 1000, fsGroup: 4000 } }],
])("%j is of the pod", (config, spec) => {
  expect(podOf(config)).toMatchObject(spec);
});

test("labels and annotations are on the Job, its pod and its Secrets", () => {
  const { job, secrets } = planOf({ labels: "team=platform", annotations: "note: a text" }).objects;
  const of = [job.metadata, job.spec?.template.metadata, ...secrets.map(({ metadata }) => metadata)];
  for (const metadata of of)
    expect(metadata).toMatchObject({ labels: { team: "platform" }, annotations: { note: "a text" } });
});

test.each([
  ["workspace", "scratch.workspace"],
  ["home", "scratch.home"],
  ["tmp", "scratch.tmp"],
  ["run", "scratch.run"],
  ["database", "scratch.database"],
])("the size of %s is %s", (volume, key) => {
  expect(volumeOf({ [key]: "3Gi" }, volume)).toEqual({ name: volume, emptyDir: { sizeLimit: "3Gi" } });
});

test.each([
  [{ variant: "max", effort: "high", thinkingEffort: "low" }, "--variant=max"],
  [{ effort: "high", thinkingEffort: "low" }, "--variant=high"],
  [{ thinkingEffort: "low" }, "--variant=low"],
  [{ extraArgs: ["--agent=plan"] }, "--agent=plan"],
])("%j is the argument %s", (config, argument) => {
  expect(argsOf(config)).toContain(argument);
});

test("maxOutputBytes is told to the program", () => {
  expect(podOf({ maxOutputBytes: 12_345 })?.containers[0]?.env).toContainEqual(
    expect.objectContaining({ value: "12345" }),
  );
});

test("variables by reference are of the container", () => {
  const envValueFrom = "TOKEN: { secretKeyRef: { name: tokens, key: github } }";
  expect(podOf({ envValueFrom })?.containers[0]?.env).toContainEqual({
    name: "TOKEN",
    valueFrom: { secretKeyRef: { name: "tokens", key: "github" } },
  });
});

test("keys of providers are in the Secret, and in nothing else", () => {
  const config = { providerKeys: '{"stub":"canary-key"}', authJson: { other: { type: "api", key: "canary-auth" } } };
  const { job, secrets } = planOf(config).objects;
  expect(JSON.stringify(job)).not.toContain("canary");
  const values = secrets.flatMap(({ data }) => Object.values(data ?? {}).map((value) => atob(value)));
  const texts = [...values, ...secrets.flatMap(({ stringData }) => Object.values(stringData ?? {}))].join("\n");
  expect(texts).toContain("canary-key");
  expect(texts).toContain("canary-auth");
});

test("instructions and skills are in the Secret, and OpenCode is told where they lie", () => {
  const skills = [{ kind: "carried", name: "a", files: [{ path: "SKILL.md", content: "canary" }] }] as const;
  const instructions = [{ kind: "carried", name: "AGENTS.md", content: "Be brief." }] as const;
  const { objects, prompt } = planOf({}, {}, { files: { skills, instructions, notes: [] } });
  expect(JSON.stringify(objects.job)).not.toContain("canary");
  const values = objects.secrets.flatMap(({ data }) => Object.values(data ?? {}).map((value) => atob(value)));
  expect(values).toContain("canary");
  expect(values.join("\n")).toContain('"instructions":["/run/opencode-k8s-input/files/instructions/AGENTS.md"]');
  expect(prompt.metrics).toMatchObject({ instructionsChars: 9 });
});

test("Paperclip's MCP servers are beside the configured ones, where pods reach them, and their tokens in the Secret only", () => {
  const url = "http://localhost:3100/api/mcp/project-tools";
  const server = { name: "Paperclip projects", url, token: "canary-token", connectionId: "c" };
  const config = { paperclipApiUrl: "http://paperclip:3100", mcpServers: { mine: { command: "mine" } } };
  const { objects, notes, env } = planOf(config, { runtimeMcp: { getServers: () => [server] } });
  expect(JSON.stringify([objects.job, notes, env])).not.toContain("canary");
  const values = objects.secrets.flatMap(({ data }) => Object.values(data ?? {}).map((value) => atob(value)));
  expect(JSON.parse(values.find((value) => value.includes('"mcp"')) ?? "{}")).toMatchObject({
    mcp: {
      mine: { type: "local" },
      "paperclip-projects": {
        type: "remote",
        url: "http://paperclip:3100/api/mcp/project-tools",
        headers: { Authorization: "Bearer canary-token" },
        oauth: false,
      },
    },
  });
  expect(notes).toContain("MCP server of Paperclip: paperclip-projects at http://paperclip:3100/api/mcp/project-tools");
});

test("extra volumes are mounted", () => {
  const config = { extraVolumes: "- name: ca\n  mountPath: /ca\n  source: { configMap: { name: ca } }" };
  expect(volumeOf(config, "extra-ca")).toEqual({ name: "extra-ca", configMap: { name: "ca" } });
});

describe("with the shared claim", () => {
  const shared = { "dataClaim.claimName": "paperclip" };
  const workspace = (cwd: string): Partial<AdapterExecutionContext> => ({
    context: { taskId: "task-1", paperclipWorkspace: { cwd } },
  });

  test("the agent works in the folder that is configured, else in Paperclip's workspace, else at the top", () => {
    const of = workspace("/paperclip/workspaces/a");
    expect(planOf({ ...shared, cwd: "/paperclip/mine/" }, of).cwd).toBe("/paperclip/mine");
    expect(planOf(shared, of).cwd).toBe("/paperclip/workspaces/a");
    expect(planOf(shared, workspace("/home/me")).cwd).toBe("/paperclip");
    expect(planOf({ dataClaim: { claimName: "mine", mountPath: "/data" } }, of).cwd).toBe("/data");
  });

  test("may be a folder on it, mounted in its place", () => {
    const mounts = podOf({ ...shared, "dataClaim.subPath": "team/a" })?.containers[0]?.volumeMounts;
    expect(mounts).toContainEqual({ name: "data", mountPath: "/paperclip", subPath: "team/a" });
  });

  test("a folder elsewhere is not used, and the run says so", () => {
    expect(planOf({ ...shared, cwd: "/srv" }).notes).toContainEqual(expect.stringContaining("cwd /srv is not used"));
  });

  test("the agent's latest runs leave a copy of their output on it, where it can be written to", () => {
    const copies = (config: Record<string, unknown>): string | undefined =>
      podOf(config)?.containers[0]?.env?.find(({ name }) => name === "OPENCODE_K8S_COPIES")?.value;
    expect(copies(shared)).toBe("10");
    expect(copies({ ...shared, "dataClaim.readOnly": true, agentDbMode: "ephemeral" })).toBeUndefined();
    expect(copies({})).toBeUndefined();
  });

  test("skills that lie in Paperclip's home on it are the agent's, too", () => {
    const { secrets } = planOf(shared).objects;
    const values = secrets.flatMap(({ data }) => Object.values(data ?? {}).map((value) => atob(value)));
    expect(values.join("\n")).toContain('"paths":["/paperclip/.claude/skills"]');
  });

  test("its sessions are in a folder of the task, and can be resumed", () => {
    const session = { sessionId: null, sessionParams: { sessionId: "ses_1" }, sessionDisplayId: null, taskKey: null };
    expect(planOf(shared, { runtime: session }).resumes).toBe("ses_1");
    expect(planOf({ ...shared, agentDbMode: "ephemeral" }, { runtime: session }).resumes).toBeNull();
  });
});

test("without the shared claim a working directory is not used, and the run says so", () => {
  const { cwd, notes } = planOf({ cwd: "/paperclip" });
  expect(cwd).toBe("/workspace");
  expect(notes).toContainEqual(expect.stringContaining("cwd /paperclip is not used"));
});

test.each([
  [{ agentDbMode: "workspace_subpath" }, /^agentDbMode is workspace_subpath/],
  [{ agentDbMode: "dedicated_pvc" }, /^agentDbStorageClass is missing/],
  [{ affinity: { nodeAffinity: 1 } }, /^affinity\.nodeAffinity/],
  [{ "dataClaim.claimName": "paperclip", cwd: "/paperclip/../etc" }, /^cwd is/],
])("what cannot be a pod is told by its key: %j", (config, message) => {
  expect(() => planOf(config)).toThrow(message);
});

describe("with tasks at the same time", () => {
  const shared = { "dataClaim.claimName": "paperclip", allowConcurrentTasks: true };
  const context = (workspace: object): Partial<AdapterExecutionContext> => ({
    context: { taskId: "task-1", paperclipWorkspace: workspace },
  });
  const worktreePath = "/paperclip/worktrees/task-1";

  test("a task works in the worktree that Paperclip made for it", () => {
    expect(planOf(shared, context({ cwd: `${worktreePath}/web`, worktreePath })).cwd).toBe(`${worktreePath}/web`);
    expect(planOf(shared, context({ cwd: "/paperclip/project", worktreePath })).cwd).toBe(worktreePath);
  });

  test("and never in a folder that others have, too", () => {
    const { cwd, notes } = planOf({ ...shared, cwd: "/paperclip/mine" }, context({ cwd: "/paperclip/project" }));
    expect(cwd).toBe("/workspace");
    expect(notes).toContainEqual(expect.stringContaining("cwd /paperclip/mine is not used"));
    expect(notes).toContainEqual(expect.stringContaining("The working tree ends with the run"));
  });

  test("its database is its own, even where the agent has a claim", () => {
    const { objects, keepsSession } = planOf(shared, context({ worktreePath }), { hasClaim: true });
    expect(objects.claim).toBeUndefined();
    expect(keepsSession).toBe(true);
    expect(JSON.stringify(objects.job)).toMatch(/\.opencode-k8s\/[^"]*\/task-1"/);
  });

  test("one database for all of them is refused", () => {
    expect(() => planOf({ ...shared, agentDbMode: "dedicated_pvc" }, context({}))).toThrow(
      /^agentDbMode: .*workspace_subpath/,
    );
  });
});
