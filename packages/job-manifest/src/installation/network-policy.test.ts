import { describe, expect, test } from "vitest";
import { stringify } from "yaml";
import { buildRunObjects } from "../build-run-objects.ts";
import { sampleInput } from "../sample-input.ts";
import { buildNetworkPolicy, type NetworkPolicyInput } from "./index.ts";

const least: NetworkPolicyInput = { namespace: "agents", dns: { cidrs: ["10.96.0.10/32"] } };

test("golden/installation-network-policy.yaml", async () => {
  const policy = buildNetworkPolicy({
    namespace: "agents",
    dns: { namespace: "kube-system", podLabels: { "k8s-app": "kube-dns" } },
    paperclip: { namespace: "paperclip", podLabels: { app: "paperclip" }, port: 3100 },
    egress: [{ cidrs: ["203.0.113.0/24", "2001:DB8:0::/32"], ports: [443] }, { cidrs: ["198.51.100.7/32"] }],
  });
  await expect(stringify(policy)).toMatchFileSnapshot("../../golden/installation-network-policy.yaml");
});

test("it selects the pods of runs", () => {
  const { podSelector } = buildNetworkPolicy(least).spec ?? {};
  expect(buildRunObjects(sampleInput).job.spec?.template.metadata?.labels).toMatchObject(
    podSelector?.matchLabels ?? {},
  );
});

test("nothing but names is allowed unless it is listed", () => {
  expect(buildNetworkPolicy(least).spec).toMatchObject({
    policyTypes: ["Ingress", "Egress"],
    ingress: [],
    egress: [{ to: [{ ipBlock: { cidr: "10.96.0.10/32" } }], ports: [{ port: 53 }, { port: 53 }] }],
  });
});

describe("refused by name, because Kubernetes would refuse it, warn of it, or allow everybody", () => {
  const egress = (cidr: string): Partial<NetworkPolicyInput> => ({ egress: [{ cidrs: [cidr] }] });
  test.each<[Partial<NetworkPolicyInput>, string]>([
    [{ namespace: "A" }, "namespace"],
    [{ name: "a b" }, "name"],
    [{ dns: { cidrs: [] } }, "dns.cidrs"],
    [{ dns: { namespace: "" } }, "dns.namespace"],
    [{ dns: { namespace: "a", podLabels: { a: "b c" } } }, 'dns.podLabels["a"]'],
    [{ paperclip: { cidrs: ["10.0.0.1/32"], port: 0 } }, "paperclip.port"],
    [{ egress: [{ cidrs: ["10.0.0.0/8"], ports: [] }] }, "egress[0].ports"],
    [egress("models.example.com"), "egress[0].cidrs[0]"],
    [egress("10.0.0.1"), "egress[0].cidrs[0]"],
    [egress("10.0.0.1/8"), "egress[0].cidrs[0]"],
    [egress("10.0.0.0/33"), "egress[0].cidrs[0]"],
    [egress("10.0.0.0/08"), "egress[0].cidrs[0]"],
    [egress("2001:db8::1/64"), "egress[0].cidrs[0]"],
    [egress("::/129"), "egress[0].cidrs[0]"],
  ])("%j", (change, field) => {
    expect(() => buildNetworkPolicy({ ...least, ...change })).toThrow(
      expect.objectContaining({ name: "ManifestError", field }),
    );
  });
});
