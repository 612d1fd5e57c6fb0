import type { KubernetesObject } from "@kubernetes/client-node";
import { expect, test } from "vitest";
import { accountOf, openClusterWorld, settings } from "../world/index.ts";

interface Policies {
  items: (KubernetesObject & { spec: { podSelector: { matchLabels: Record<string, string> }; egress: object[] } })[];
}

test("the policy of an agent selects its pods, and is what its last run wanted", async () => {
  const { kubeconfig } = settings();
  await using world = await openClusterWorld(settings());
  const { admin, namespace } = world.parts;
  const path = `/apis/networking.k8s.io/v1/namespaces/${namespace}/networkpolicies`;

  // Who installed it for the suite has not switched the feature on.
  const forbidden = world.heartbeat({ config: { networkPolicy: { dns: { cidrs: ["0.0.0.0/0"] } } } });
  const refused = await forbidden.heartbeat.result;
  expect(refused).toMatchObject({
    errorCode: "k8s_forbidden",
    errorMessage: expect.stringContaining("networkpolicies") as string,
  });
  expect(await admin.request<Policies>("GET", path)).toMatchObject({ items: [] });

  for (const egress of [[], [{ cidrs: ["0.0.0.0/0"] }]]) {
    const config = { kubeconfig, networkPolicy: { dns: { cidrs: ["0.0.0.0/0"] }, egress } };
    const run = world.heartbeat({ config });
    const result = await run.heartbeat.result;
    expect(accountOf(result).log.complete).toBe(true);
    const { items } = await admin.request<Policies>("GET", path);
    expect(items.map(({ spec }) => spec.egress.length)).toEqual([egress.length + 1]);
    const labels = (await run.witness.job())?.metadata?.labels;
    expect(labels).toMatchObject(items[0]?.spec.podSelector.matchLabels ?? { none: "selected" });
  }
});
