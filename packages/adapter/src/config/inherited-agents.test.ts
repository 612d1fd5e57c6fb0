import { expect, test } from "vitest";
import { readRunConfig, unknownKeys } from "./index.ts";

/** What Paperclip keeps beside them, whatever the adapter. */
const paperclips = {
  instructionsBundleMode: "managed",
  instructionsRootPath: "/paperclip/agents/a",
  instructionsEntryFile: "AGENTS.md",
  paperclipSkillSync: { desiredSkills: ["review"] },
  paperclipRuntimeSkills: [],
};

/** Keys that mean the same to opencode_local, to the predecessor and here. */
const shared = {
  model: "anthropic/claude-sonnet-4-5",
  variant: "high",
  instructionsFilePath: "/paperclip/agents/a/AGENTS.md",
  dangerouslySkipPermissions: false,
  promptTemplate: "You are {{agent.name}}",
  bootstrapPromptTemplate: "Begin with {{context.issueId}}",
  extraArgs: ["--agent", "build"],
  env: { TEAM: "platform" },
  cwd: "/paperclip/work",
  timeoutSec: 1800,
  graceSec: 20,
};

/** Every further key of the predecessor that lies flat, as its form stored it, text areas as they were typed. */
const flat = {
  namespace: "agents",
  image: "registry.example.com/opencode:1",
  imagePullPolicy: "Always",
  kubeconfig: "/etc/kube/config",
  serviceAccountName: "agent",
  "resources.requests.cpu": "250m",
  "resources.requests.memory": "1Gi",
  "resources.limits.cpu": "3000m",
  "resources.limits.memory": "6Gi",
  nodeSelector: "disk=ssd\npool=agents",
  labels: '{"team":"platform"}',
  tolerations: '[{"key":"dedicated","operator":"Exists","effect":"NoSchedule"}]',
  ttlSecondsAfterFinished: 300,
  retainJobs: true,
  reattachOrphanedJobs: false,
  agentDbMode: "dedicated_pvc",
  agentDbStorageClass: "fast",
  agentDbStorageCapacity: "2Gi",
};

const meant = {
  ...shared,
  ...flat,
  nodeSelector: { disk: "ssd", pool: "agents" },
  labels: { team: "platform" },
  tolerations: [{ key: "dedicated", operator: "Exists", effect: "NoSchedule" }],
};

test("every key of the predecessor is read as it meant it, and none is noted", () => {
  const config = { ...paperclips, ...shared, ...flat, thinkingEffort: "low", effort: "medium" };
  expect(readRunConfig(config, "company-1")).toMatchObject({ ...meant, thinkingEffort: "low", effort: "medium" });
  expect(unknownKeys(config)).toEqual([]);
});

test("also where its resources lie nested, and its lists are data, as its API took them", () => {
  const nested = Object.fromEntries(Object.entries(flat).filter(([key]) => !key.startsWith("resources.")));
  const config = {
    ...paperclips,
    ...shared,
    ...nested,
    nodeSelector: meant.nodeSelector,
    labels: meant.labels,
    tolerations: meant.tolerations,
    resources: { requests: { cpu: "250m", memory: "1Gi" }, limits: { cpu: "3000m", memory: "6Gi" } },
  };
  expect(readRunConfig(config, "company-1")).toMatchObject(meant);
  expect(unknownKeys(config)).toEqual([]);
});

test("an agent of opencode_local is read as it is; namespace and image come from the Paperclip pod", () => {
  const config = { ...paperclips, ...shared };
  const inherited = { namespace: "paperclip", image: "paperclip:1" };
  expect(readRunConfig(config, "company-1", inherited)).toMatchObject({ ...shared, ...inherited });
  expect(unknownKeys(config)).toEqual([]);
});
