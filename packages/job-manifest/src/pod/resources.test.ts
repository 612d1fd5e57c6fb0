import { expect, test } from "vitest";
import { resources } from "./resources.ts";

test("requests and limits, of a node's disk and of devices, too", () => {
  const asked = {
    requests: { cpu: "0.5", memory: "2048Mi", "ephemeral-storage": "1Gi" },
    limits: { cpu: "500m", memory: "2Gi", "nvidia.com/gpu": "1" },
  };
  expect(resources("resources", asked)).toEqual(asked);
});

test.each<[Record<string, string>, Record<string, string>, string]>([
  [{ cpu: "lots" }, {}, "resources.requests.cpu"],
  [{ cpu: "1001m" }, { cpu: "1" }, "resources.requests.cpu"],
  [{ memory: "1Gi" }, { memory: "1G" }, "resources.requests.memory"],
  [{ memory: "1e3" }, { memory: "0.9k" }, "resources.requests.memory"],
  [{}, { memory: "500m" }, "resources.limits.memory"],
  [{ memory: "0.5" }, {}, "resources.requests.memory"],
  [{ disk: "1Gi" }, {}, "resources.requests.disk"],
  [{ "nvidia.com/gpu": "1" }, {}, "resources.requests.nvidia.com/gpu"],
  [{}, { "nvidia.com/gpu": "500m" }, "resources.limits.nvidia.com/gpu"],
  [{}, { "kubernetes.io/x": "1" }, "resources.limits.kubernetes.io/x"],
  [{}, { [`${"p".repeat(250)}/x`]: "1" }, `resources.limits.${"p".repeat(80)}`],
])("requests %j, limits %j are refused by name", (requests, limits, field) => {
  expect(() => resources("resources", { requests, limits })).toThrow(
    expect.objectContaining({ name: "ManifestError", field }),
  );
});
