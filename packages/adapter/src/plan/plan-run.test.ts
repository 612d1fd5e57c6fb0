import type { AdapterExecutionContext } from "@paperclipai/adapter-utils";
import { expect, test } from "vitest";
import { readRunConfig } from "../config/index.ts";
import { planRun, type RunPlan } from "./index.ts";

const COMPANY = "company-1";

function planOf(config: Record<string, unknown>, more: Partial<AdapterExecutionContext> = {}): RunPlan {
  const ctx: AdapterExecutionContext = {
    runId: "run-1",
    agent: { id: "agent-1", companyId: COMPANY, name: "A", adapterType: "opencode_k8s", adapterConfig: {} },
    runtime: { sessionId: null, sessionParams: null, sessionDisplayId: null, taskKey: null },
    config: {},
    context: { taskId: "task-1" },
    onLog: () => Promise.resolve(),
    ...more,
  };
  return planRun(ctx, readRunConfig({ model: "stub/m", namespace: "agents", image: "opencode:1", ...config }, COMPANY));
}

/** The pod's spec, as data. */
const podOf = (config: Record<string, unknown>) => planOf(config).objects.job.spec?.template.spec;
/** Arguments of the program, and thereby of OpenCode. */
const argsOf = (config: Record<string, unknown>) => podOf(config)?.containers[0]?.args;
const volumeOf = (config: Record<string, unknown>, name: string) =>
  podOf(config)?.volumes?.find((volume) => volume.name === name);

test.each([
  [{ nodeSelector: "disk=ssd" }, { nodeSelector: { disk: "ssd" } }],
  [{ tolerations: "spot:NoSchedule" }, { tolerations: [{ key: "spot", operator: "Exists", effect: "NoSchedule" }] }],
  [{ serviceAccountName: "agents" }, { serviceAccountName: "agents", automountServiceAccountToken: false }],
  [{ automountServiceAccountToken: true }, { automountServiceAccountToken: true }],
  [{ imagePullSecrets: "one two" }, { imagePullSecrets: [{ name: "one" }, { name: "two" }] }],
  [{ priorityClassName: "low" }, { priorityClassName: "low" }],
  [{ runtimeClassName: "gvisor" }, { runtimeClassName: "gvisor" }],
  [{ user: { uid: 2000, gid: 3000 } }, { securityContext: { runAsUser: 2000, runAsGroup: 3000, fsGroup: 1000 } }],
  [{ "user.fsGroup": "4000" }, { securityContext: { runAsUser: 1000, fsGroup: 4000 } }],
])("%j is of the pod", (config, spec) => {
  expect(podOf(config)).toMatchObject(spec);
});

test("labels are on the Job, its pod and its Secrets", () => {
  const { job, secrets } = planOf({ labels: "team=platform" }).objects;
  const of = [job.metadata, job.spec?.template.metadata, ...secrets.map(({ metadata }) => metadata)];
  for (const metadata of of) expect(metadata?.labels).toMatchObject({ team: "platform" });
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
