import { quantityAmount } from "@opencode-k8s/job-manifest";
import { describe, expect, test } from "vitest";
import { readRunConfig } from "../../config/index.ts";
import { sampleRun } from "../sample-run.ts";
import { demandOf, inWords } from "./demand.ts";
import { type Quota, shortfalls } from "./quota.ts";

const SERVER = { env: {}, readText: () => undefined };
const LEAST = { model: "stub/m", namespace: "agents", image: "opencode:1" };

function demand(config: object = {}) {
  return demandOf(sampleRun(readRunConfig({ ...LEAST, ...config }, "company-1"), "company-1", SERVER).objects);
}

/** What of a run has no room, in words. */
function lacking(quota: Quota, config: { priorityClassName?: string } & object = {}): string[] {
  const { priorityClassName } = config;
  const found = shortfalls(demand(config), [{ metadata: { name: "q" }, ...quota }], priorityClassName);
  return found.map(
    ({ resource, asked, hard, used, fits }) => `${resource} ${inWords(asked)} of ${hard}, ${used}: ${fits}`,
  );
}

/** A quota of which this much is used. */
const quota = (hard: Record<string, string>, used: Record<string, string> = {}): Quota => ({ status: { hard, used } });

describe("a run asks for", () => {
  test.each<[string, object, Record<string, string>]>([
    [
      "requests and limits, by both names",
      {},
      { cpu: "1", "requests.cpu": "1", "limits.cpu": "4", "requests.memory": "2Gi", "limits.memory": "8Gi" },
    ],
    [
      "the Docker daemon's as well",
      { "dind.image": "docker:dind" },
      { "requests.cpu": "1100m", "limits.memory": "16Gi" },
    ],
    ["a pod, a Job and its Secrets", {}, { pods: "1", "count/jobs.batch": "1", secrets: "1" }],
    [
      "a claim of the agent's own, in all and of its class",
      { agentDbMode: "dedicated_pvc", agentDbStorageClass: "fast", agentDbStorageCapacity: "3Gi" },
      {
        persistentvolumeclaims: "1",
        "requests.storage": "3Gi",
        "fast.storageclass.storage.k8s.io/requests.storage": "3Gi",
        "fast.storageclass.storage.k8s.io/persistentvolumeclaims": "1",
      },
    ],
  ])("%s", (_, config, wanted) => {
    const found = demand(config);
    for (const [name, text] of Object.entries(wanted))
      expect([name, found.get(name)]).toEqual([name, quantityAmount(text)]);
  });

  test("no claim where none is made", () => {
    expect(demand().has("persistentvolumeclaims")).toBe(false);
  });
});

describe("a quota", () => {
  test.each<[string, Quota, string[]]>([
    [
      "with room for it",
      quota({ "requests.cpu": "2", "limits.memory": "20Gi" }, { "requests.cpu": "1", "limits.memory": "12Gi" }),
      [],
    ],
    ["that is exactly as large", quota({ cpu: "1000m", memory: "2048Mi" }), []],
    ["of something else", quota({ "requests.nvidia.com/gpu": "0", services: "0" }), []],
    ["that is smaller", quota({ "requests.cpu": "999m" }), ["requests.cpu 1 of 999m, 0: never"]],
    [
      "that is in use",
      quota({ "limits.memory": "16Gi", pods: "5" }, { "limits.memory": "9Gi", pods: "5" }),
      ["limits.memory 8Gi of 16Gi, 9Gi: not now", "pods 1 of 5, 5: not now"],
    ],
    ["in odd units", quota({ "requests.memory": "2e9" }), ["requests.memory 2Gi of 2e9, 0: never"]],
    ["that nobody has counted yet", { spec: { hard: { pods: "0" } } }, ["pods 1 of 0, 0: never"]],
  ])("%s", (_, of, wanted) => {
    expect(lacking(of)).toEqual(wanted);
  });
});

describe("a quota counts only what is in its scope", () => {
  const status = { hard: { pods: "0" } };
  const selector = (operator: string, values?: string[]) => ({
    spec: {
      scopeSelector: { matchExpressions: [{ scopeName: "PriorityClass", operator, ...(values ? { values } : {}) }] },
    },
    status,
  });
  test.each<[string, Quota, number]>([
    ["pods without a deadline, with requests", { spec: { scopes: ["NotTerminating", "NotBestEffort"] }, status }, 1],
    ["pods with a deadline", { spec: { scopes: ["Terminating"] }, status }, 0],
    ["pods without requests", { spec: { scopes: ["BestEffort"] }, status }, 0],
    ["its class", selector("In", ["high", "low"]), 1],
    ["another class", selector("In", ["high"]), 0],
    ["any class but this", selector("NotIn", ["low"]), 0],
    ["any class but another", selector("NotIn", ["high"]), 1],
    ["any class", selector("Exists"), 1],
    ["no class", selector("DoesNotExist"), 0],
  ])("%s", (_, of, many) => {
    expect(lacking(of, { priorityClassName: "low" })).toHaveLength(many);
  });
});
