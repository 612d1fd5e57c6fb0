import { expect, test } from "vitest";
import { answeringCluster, type Refusal } from "../../../test/answering-cluster.ts";
import { readRunConfig } from "../../config/index.ts";
import { toCheck } from "../finding.ts";
import { sampleRun } from "../sample-run.ts";
import { dryRunPod } from "./pod-dry-run.ts";

/** What comes of this answer, in words. */
async function said(answer: object | Refusal): Promise<string> {
  const { cluster } = answeringCluster({ "/api/v1/namespaces/agents/pods": answer });
  const config = readRunConfig({ model: "stub/m", namespace: "agents", image: "opencode:1" }, "company-1");
  const { objects } = sampleRun(config, "company-1", { env: {}, readText: () => undefined });
  const { kind, finding, forQuota } = await dryRunPod({
    cluster,
    config,
    objects,
    signal: AbortSignal.timeout(10_000),
  });
  const { level, code, message, hint } = toCheck(finding);
  return [kind, forQuota, level, code, message, hint].join(" | ");
}

/** Words of Kubernetes 1.35. */
const forbidden = (words: string): Refusal => ({ status: 403, message: `pods "agent" is forbidden: ${words}` });

test.each<[string, object | Refusal, RegExp]>([
  ["that is taken", { kind: "Pod" }, /^admitted \| false \| info \| k8s_pod_admitted/],
  [
    "that nobody may ask for",
    {
      status: 403,
      message: 'pods is forbidden: User "u" cannot create resource "pods" in API group "" in the namespace "agents"',
    },
    /^unknown \| false \| info \| k8s_pod_admission_unknown \| .*resources: \[pods\], verbs: \[create\] \}$/,
  ],
  [
    "that Pod Security refuses for its daemon",
    forbidden(
      'violates PodSecurity "baseline:latest": privileged (container "dind" must not set securityContext.privileged=true)',
    ),
    /^refused \| false \| error \| k8s_pod_security \| .*violates PodSecurity.* \| .*remove dind\.image/,
  ],
  [
    "that Pod Security refuses otherwise",
    forbidden('violates PodSecurity "restricted:latest": restricted volume types'),
    /^refused \| false \| error \| k8s_pod_security \| .* \| Change what it names/,
  ],
  [
    "that a quota refuses",
    forbidden("exceeded quota: q, requested: requests.cpu=1, used: requests.cpu=0, limited: requests.cpu=500m"),
    /^refused \| true \| error \| k8s_pod_rejected/,
  ],
  [
    "that a LimitRange refuses",
    forbidden("maximum memory usage per Container is 1Gi, but limit is 8Gi"),
    /^refused \| true \| error \| k8s_pod_rejected/,
  ],
  [
    "whose account is not there",
    forbidden('error looking up service account agents/x: serviceaccount "x" not found'),
    /^refused \| false \| error \| k8s_pod_rejected \| .*serviceaccount "x" not found/,
  ],
  [
    "without its namespace",
    { status: 404, message: 'namespaces "agents" not found' },
    /^refused \| false \| error \| k8s_namespace_missing/,
  ],
])("a pod %s", async (_, answer, wanted) => {
  expect(await said(answer)).toMatch(wanted);
});

test("no answer is none", async () => {
  await expect(said({ status: 500, message: "etcd" })).rejects.toThrow(/etcd/);
});
