import { expect, test } from "vitest";
import { buildRunObjects } from "../build-run-objects.ts";
import type { AllowedTraffic } from "../input/network.ts";
import { sampleInput } from "../sample-input.ts";

const networkPolicy: AllowedTraffic = { dns: { cidrs: ["10.96.0.10/32"] } };

test("a run has no NetworkPolicy unless one is asked for", () => {
  expect(buildRunObjects(sampleInput).networkPolicy).toBeUndefined();
});

test("it is the agent's: of one name for all its runs, which it selects, and no others", () => {
  const first = buildRunObjects({ ...sampleInput, networkPolicy });
  const second = buildRunObjects({ ...sampleInput, networkPolicy, runId: "another", taskId: "another" });
  const selector = first.networkPolicy?.spec?.podSelector?.matchLabels ?? {};
  expect(second.networkPolicy).toEqual(first.networkPolicy);
  for (const { job } of [first, second]) expect(job.spec?.template.metadata?.labels).toMatchObject(selector);
  const other = buildRunObjects({ ...sampleInput, agentId: "another" });
  expect(other.job.spec?.template.metadata?.labels).not.toMatchObject(selector);
  expect(first.networkPolicy?.metadata).toMatchObject({ name: `opencode-network-${sampleInput.agentId}` });
});

test("nothing but names is allowed unless it is listed, and nobody may come in", () => {
  expect(buildRunObjects({ ...sampleInput, networkPolicy }).networkPolicy?.spec).toMatchObject({
    policyTypes: ["Ingress", "Egress"],
    ingress: [],
    egress: [{ to: [{ ipBlock: { cidr: "10.96.0.10/32" } }], ports: [{ port: 53 }, { port: 53 }] }],
  });
});

test.each<[Partial<AllowedTraffic>, string]>([
  [{ dns: { cidrs: [] } }, "networkPolicy.dns.cidrs"],
  [{ paperclip: { namespace: "A", port: 3100 } }, "networkPolicy.paperclip.namespace"],
  [{ egress: [{ cidrs: ["example.com"] }] }, "networkPolicy.egress[0].cidrs[0]"],
])("%j is refused by name", (change, field) => {
  const input = { ...sampleInput, networkPolicy: { ...networkPolicy, ...change } };
  expect(() => buildRunObjects(input)).toThrow(expect.objectContaining({ name: "ManifestError", field }));
});
