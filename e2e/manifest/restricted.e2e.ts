import type { KubernetesObject } from "@kubernetes/client-node";
import { buildNetworkPolicy, buildRunObjects, type RunInput } from "@opencode-k8s/job-manifest";
import { describe, expect, test } from "vitest";
import { allPairs } from "./all-pairs.ts";
import { DryRunNamespace, podOf, type Verdict } from "./dry-run-namespace.ts";
import { options, plainRun, UNRESTRICTED } from "./options.ts";

/** A bound on what is asked of a cluster that others use. */
const MAX_REQUESTS = 200;

const kubeconfig = process.env.E2E_KUBECONFIG ?? "";

/** The objects of a run, and its pod: of several Secrets, which are alike, one. */
function toBeTaken(input: RunInput): KubernetesObject[] {
  const { job, secrets, claim, networkPolicy } = buildRunObjects(input);
  return [job, podOf(job), secrets[0], claim, networkPolicy].filter((object) => object !== undefined);
}

describe.skipIf(kubeconfig === "")("a namespace that enforces Pod Security restricted", () => {
  test("takes the objects of every pair of options, and has nothing to warn of", async () => {
    await using namespace = await DryRunNamespace.open(kubeconfig);
    const factors = Object.entries(options(namespace.className, namespace.serviceAccountName));
    const rows = allPairs(factors.map(([, ways]) => ways.length));
    let requests = 0;
    const verdicts: Verdict[] = [];
    // In turn: an API server puts off, or refuses, what comes all at once.
    for (const row of rows) {
      const chosen = factors.map(([, ways], factor) => ways[row[factor] ?? 0] ?? {});
      const input = chosen.reduce<RunInput>((all, one) => ({ ...all, ...one }), plainRun(namespace.name));
      const { job, secrets, claim } = buildRunObjects(input);
      const objects = [job, podOf(job), ...secrets.slice(0, 1), ...(claim ? [claim] : [])];
      requests += objects.length;
      verdicts.push(...(await Promise.all(objects.map((object) => namespace.tryOut(object)))));
    }
    console.log(`${rows.length} combinations, ${requests} dry runs`);
    expect(new Set(verdicts.map((verdict) => JSON.stringify(verdict)))).toEqual(
      new Set([JSON.stringify({ refusal: "", warnings: [] })]),
    );
    expect(requests).toBeLessThanOrEqual(MAX_REQUESTS);
  });

  test("takes a network policy of every kind of destination", async () => {
    await using namespace = await DryRunNamespace.open(kubeconfig);
    const policy = buildNetworkPolicy({
      namespace: namespace.name,
      dns: { namespace: "kube-system", podLabels: { "k8s-app": "kube-dns" } },
      paperclip: { cidrs: ["10.0.0.1/32"], port: 3100 },
      egress: [{ cidrs: ["203.0.113.0/24", "2001:DB8:0::/32", "::/0", "0.0.0.0/0"], ports: [443] }],
    });
    expect(await namespace.tryOut(policy)).toEqual({ refusal: "", warnings: [] });
  });

  test("refuses a pod of ours that is root, and warns of its Job: the dry run sees what it is there to see", async () => {
    await using namespace = await DryRunNamespace.open(kubeconfig);
    const { job } = buildRunObjects(plainRun(namespace.name));
    const root = structuredClone(job);
    Object.assign(root.spec?.template.spec?.securityContext ?? {}, { runAsUser: 0 });
    expect((await namespace.tryOut(podOf(root))).refusal).toContain("runAsUser=0");
    expect((await namespace.tryOut(root)).warnings.join()).toContain("runAsUser=0");
  });
});

describe.skipIf(kubeconfig === "")("a Docker daemon beside the agent", () => {
  const { dind = [] } = UNRESTRICTED;

  test("is taken with every option by a namespace without a profile, which has nothing to warn of", async () => {
    await using namespace = await DryRunNamespace.open(kubeconfig, "privileged");
    const ways = Object.values(options(namespace.className, namespace.serviceAccountName)).flat();
    for (const way of ways) {
      const objects = toBeTaken({ ...plainRun(namespace.name), ...dind[0], ...way });
      for (const object of objects) expect(await namespace.tryOut(object)).toEqual({ refusal: "", warnings: [] });
    }
  });

  test.each(["baseline", "restricted"] as const)("is refused by name where %s is enforced", async (profile) => {
    await using namespace = await DryRunNamespace.open(kubeconfig, profile);
    const { job } = buildRunObjects({ ...plainRun(namespace.name), ...dind[0] });
    const { refusal } = await namespace.tryOut(podOf(job));
    expect(JSON.parse(refusal)).toMatchObject({
      message: expect.stringMatching(
        `violates PodSecurity "${profile}:latest": privileged \\(container "dind" must not set securityContext.privileged=true\\)`,
      ) as string,
    });
    expect(refusal).not.toContain('container \\"opencode');
  });
});
