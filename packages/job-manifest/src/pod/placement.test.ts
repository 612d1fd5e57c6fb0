import { describe, expect, test } from "vitest";
import type { RunPlacement } from "../input/placement.ts";
import { placement } from "./placement.ts";

test("nothing is said unless it is asked for", () => {
  expect(placement({})).toEqual({});
});

test("what is asked for arrives as it is", () => {
  const asked: RunPlacement = {
    nodeSelector: { "kubernetes.io/arch": "amd64", pool: "" },
    tolerations: [
      { operator: "Exists" },
      { key: "example.com/agents", value: "yes", effect: "NoSchedule" },
      { key: "node.kubernetes.io/not-ready", operator: "Exists", effect: "NoExecute", tolerationSeconds: 30 },
    ],
    affinity: {
      nodeAffinity: {
        requiredDuringSchedulingIgnoredDuringExecution: {
          nodeSelectorTerms: [
            { matchExpressions: [{ key: "cores", operator: "Gt", values: ["4"] }] },
            { matchFields: [{ key: "metadata.name", operator: "In", values: ["node1"] }] },
          ],
        },
        preferredDuringSchedulingIgnoredDuringExecution: [
          { weight: 1, preference: { matchExpressions: [{ key: "spot", operator: "DoesNotExist" }] } },
        ],
      },
      podAntiAffinity: {
        preferredDuringSchedulingIgnoredDuringExecution: [
          {
            weight: 100,
            podAffinityTerm: {
              topologyKey: "kubernetes.io/hostname",
              namespaces: ["agents"],
              labelSelector: { matchLabels: { app: "a" } },
            },
          },
        ],
      },
    },
    priorityClassName: "agents",
    runtimeClassName: "gvisor",
  };
  expect(placement(asked)).toEqual(asked);
});

describe("what the API server would refuse is refused by name", () => {
  const required = "requiredDuringSchedulingIgnoredDuringExecution";
  const pods = (term: object): RunPlacement => ({ affinity: { podAffinity: { [required]: [term] } } }) as RunPlacement;
  const nodes = (term: object): RunPlacement => ({
    affinity: { nodeAffinity: { [required]: { nodeSelectorTerms: [term] } } },
  });
  const requirement = (operator: string, values?: string[]): RunPlacement =>
    nodes({ matchExpressions: [{ key: "a", operator, ...(values ? { values } : {}) }] });
  const term = `affinity.nodeAffinity.${required}.nodeSelectorTerms[0]`;
  test.each<[RunPlacement, string]>([
    [{ nodeSelector: { "a b": "c" } }, "nodeSelector"],
    [{ nodeSelector: { a: "b c" } }, 'nodeSelector["a"]'],
    [{ nodeSelector: { [`${"p".repeat(254)}/a`]: "b" } }, "nodeSelector"],
    [{ nodeSelector: { a: "v".repeat(64) } }, 'nodeSelector["a"]'],
    [{ tolerations: [{ value: "a" }] }, "tolerations[0].key"],
    [{ tolerations: [{ key: "a", operator: "Exists", value: "b" }] }, "tolerations[0].value"],
    [{ tolerations: [{ key: "a", operator: "Lt", value: "1" }] }, "tolerations[0].operator"],
    [{ tolerations: [{ key: "a", effect: "NoRun" }] }, "tolerations[0].effect"],
    [{ tolerations: [{ key: "a", tolerationSeconds: 3 }] }, "tolerations[0].tolerationSeconds"],
    [{ tolerations: [{ key: "a", keys: "b" } as object] }, "tolerations[0]"],
    [{ priorityClassName: "High" }, "priorityClassName"],
    [{ runtimeClassName: "a_b" }, "runtimeClassName"],
    [{ affinity: nodes({}).affinity?.nodeAffinity?.[required] as object }, "affinity"],
    [requirement("In"), `${term}.matchExpressions[0].values`],
    [requirement("Exists", ["a"]), `${term}.matchExpressions[0].values`],
    [requirement("Gt", ["many"]), `${term}.matchExpressions[0].values`],
    [requirement("Like", ["a"]), `${term}.matchExpressions[0].operator`],
    [requirement("In", ["a b"]), `${term}.matchExpressions[0].values[0]`],
    [nodes({ matchExpressions: { key: "a" } }), `${term}.matchExpressions`],
    [pods({ topologyKey: "" }), `affinity.podAffinity.${required}[0].topologyKey`],
    [pods({ topologyKey: "zone", namespaces: ["A"] }), `affinity.podAffinity.${required}[0].namespaces[0]`],
  ])("%j", (asked, field) => {
    expect(() => placement(asked)).toThrow(expect.objectContaining({ name: "ManifestError", field }));
  });
});
