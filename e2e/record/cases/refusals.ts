import { setTimeout as sleep } from "node:timers/promises";
import { collectionPath, KubernetesError } from "@opencode-k8s/k8s-kit";
import type { FailureCase } from "../failure-case.ts";
import { jobOf, type JobPlan } from "../job-plan.ts";
import type { Recording } from "../recording.ts";
import { event } from "../when.ts";

/** A Job whose controller gets no pod admitted, and goes on trying. */
function refused(name: string, prepare: (on: Recording) => Promise<void>, plan: JobPlan = {}): FailureCase {
  return {
    name,
    play: async (on) => {
      await prepare(on);
      await until(on, plan);
      await on.start(plan);
      await on.stage("FailedCreate", event("FailedCreate"));
    },
  };
}

/** Policies come into force after a moment: waits until the API server refuses such a pod. */
async function until(on: Recording, plan: JobPlan): Promise<void> {
  const { template } = jobOf("probe", plan).spec ?? {};
  const body = { metadata: { name: "probe" }, spec: template?.spec };
  for (let tries = 0; tries < 120; tries += 1) {
    try {
      await on.cluster.request("POST", collectionPath.pods(on.namespace), { query: { dryRun: "All" }, body });
    } catch (error) {
      if (error instanceof KubernetesError) return;
      throw error;
    }
    await sleep(500);
  }
  throw new Error("the pod is never refused");
}

const inNamespace = (on: Recording, plural: string, object: object): Promise<void> =>
  on.create(`/api/v1/namespaces/${on.namespace}/${plural}`, object);
const only = (on: Recording): object => ({ matchLabels: { "kubernetes.io/metadata.name": on.namespace } });

async function podSecurity(on: Recording): Promise<void> {
  const path = `/api/v1/namespaces/${on.namespace}`;
  const found = await on.cluster.request<{ metadata: { labels: Record<string, string> } }>("GET", path);
  const labels = { ...found.metadata.labels, "pod-security.kubernetes.io/enforce": "restricted" };
  await on.cluster.request("PUT", path, { body: { ...found, metadata: { ...found.metadata, labels } } });
}

async function policy(on: Recording): Promise<void> {
  const name = `policy-of-${on.namespace}`;
  const group = "/apis/admissionregistration.k8s.io/v1";
  const rule = { apiGroups: [""], apiVersions: ["v1"], operations: ["CREATE"], resources: ["pods"] };
  await on.create(`${group}/validatingadmissionpolicies`, {
    metadata: { name },
    spec: {
      matchConstraints: { resourceRules: [rule] },
      validations: [{ expression: "has(object.metadata.labels.team)", message: "a pod must name its team" }],
    },
  } as object);
  await on.create(`${group}/validatingadmissionpolicybindings`, {
    metadata: { name },
    spec: { policyName: name, validationActions: ["Deny"], matchResources: { namespaceSelector: only(on) } },
  } as object);
}

/** Nobody listens at the webhook's address. */
async function deadWebhook(on: Recording): Promise<void> {
  const rule = { apiGroups: [""], apiVersions: ["v1"], operations: ["CREATE"], resources: ["pods"] };
  const webhook = {
    name: "check.example.com",
    clientConfig: { url: "https://127.0.0.1:1/check" },
    rules: [rule],
    namespaceSelector: only(on),
    sideEffects: "None",
    admissionReviewVersions: ["v1"],
  };
  await on.create("/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations", {
    metadata: { name: `webhook-of-${on.namespace}` },
    webhooks: [webhook],
  } as object);
}

/** Pods that the API server does not admit. */
export const refusalCases: readonly FailureCase[] = [
  refused("refused-quota", (on) =>
    inNamespace(on, "resourcequotas", { metadata: { name: "team" }, spec: { hard: { pods: "0" } } }),
  ),
  refused(
    "refused-limit-range",
    (on) =>
      inNamespace(on, "limitranges", {
        metadata: { name: "team" },
        spec: { limits: [{ type: "Container", max: { memory: "64Mi" } }] },
      }),
    { main: { resources: { limits: { memory: "1Gi" } } } },
  ),
  refused("refused-pod-security", podSecurity),
  refused("refused-policy", policy),
  refused("refused-webhook-unreachable", deadWebhook),
  refused("refused-service-account-missing", async () => undefined, { pod: { serviceAccountName: "missing" } }),
];
