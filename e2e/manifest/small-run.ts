import { randomBytes } from "node:crypto";
import type { RunInput } from "@opencode-k8s/job-manifest";
import { openCodeConfig } from "../../packages/adapter/src/plan/index.ts";
import { type ModelServer, providerConfig } from "../../packages/kube-sim/src/model-server/index.ts";
import { settings, SHELL_IMAGE } from "../world/index.ts";

/** A run in the image that has a shell only; the namespace is that of whoever runs it. `change`: what is special about it. */
export function shellRun(change: Partial<RunInput> = {}): RunInput {
  return {
    namespace: "",
    agentId: "ada",
    agentName: "Ada",
    runId: randomBytes(8).toString("hex"),
    companyId: "company-1",
    taskId: "task-1",
    image: SHELL_IMAGE,
    imagePullPolicy: "IfNotPresent",
    resources: { requests: { cpu: "50m", memory: "64Mi" }, limits: {} },
    prompt: "Hello.",
    model: "demo/text",
    openCodeConfig: {},
    extraArgs: [],
    env: {},
    workingDir: "/workspace",
    timeoutSec: 600,
    graceSec: 5,
    ttlSecondsAfterFinished: 600,
    database: { mode: "ephemeral" },
    ...change,
  };
}

/** A run of the real OpenCode, with a model of the test's. */
export function openCodeRun(models: ModelServer, model: string, change: Partial<RunInput> = {}): RunInput {
  const env = { PAPERCLIP_OPENCODE_PROVIDERS: JSON.stringify(providerConfig(models.url, [model])) };
  const name = `demo/${model}`;
  const given = { skillFolders: [], instructionFiles: [], dangerouslySkipPermissions: true, hideEnvironment: false };
  return shellRun({
    image: settings().image,
    model: name,
    openCodeConfig: openCodeConfig({ model: name, env, ...given }),
    ...change,
  });
}
