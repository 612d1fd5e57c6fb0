import { expect, test } from "vitest";
import { readRunConfig } from "../../config/index.ts";
import { sampleRun } from "../sample-run.ts";
import { outOfRange, type Range } from "./limit-range.ts";

/** A run asks for 1 cpu and 2Gi, and may take 4 and 8Gi. */
function said(limit: NonNullable<Range["spec"]>["limits"][number], config: object = {}): string[] {
  const read = readRunConfig({ model: "stub/m", namespace: "agents", image: "opencode:1", ...config }, "company-1");
  const { objects } = sampleRun(read, "company-1", { env: {}, readText: () => undefined });
  return outOfRange(objects, [{ metadata: { name: "range" }, spec: { limits: [limit] } }]);
}

test.each<[string, Parameters<typeof said>]>([
  [
    "is as large as may be",
    [{ type: "Container", max: { cpu: "4", memory: "8Gi" }, min: { cpu: "1", memory: "2Gi" } }],
  ],
  ["is no claim", [{ type: "PersistentVolumeClaim", max: { storage: "1" } }]],
  ["has what is not said by default", [{ type: "Container", max: { "ephemeral-storage": "1Gi" } }]],
  ["may take just so many times what it asks for", [{ type: "Container", maxLimitRequestRatio: { cpu: "4" } }]],
])("nothing is said of a run that %s", (_, args) => {
  expect(said(...args)).toEqual([]);
});

test.each<[string, Parameters<typeof said>, string[]]>([
  [
    "more than a container may take",
    [{ type: "Container", max: { cpu: "3500m", memory: "8Gi" } }],
    ["range: container opencode may take 4 of cpu, more than 3500m"],
  ],
  [
    "less than a container must ask for",
    [{ type: "Container", min: { memory: "3Gi" } }],
    ["range: container opencode asks for 2Gi of memory, less than 3Gi"],
  ],
  [
    "a limit too far above the request",
    [{ type: "Container", maxLimitRequestRatio: { cpu: "3.5" } }],
    ["range: container opencode may take more than 3.5 times the cpu that it asks for"],
  ],
  [
    "more than a pod may take, with all its containers",
    [{ type: "Pod", max: { cpu: "7" } }, { "dind.image": "docker:dind" }],
    ["range: the pod may take 8 of cpu, more than 7"],
  ],
])("%s is told", (_, args, wanted) => {
  expect(said(...args)).toEqual(wanted);
});
