import type { V1PodSpec } from "@kubernetes/client-node";
import { collectionPath } from "@opencode-k8s/k8s-kit";
import type { FailureCase } from "../failure-case.ts";
import { jobOf, type JobPlan } from "../job-plan.ts";
import { makeUpNode } from "../made-up-node.ts";
import type { Recording } from "../recording.ts";
import { oneSlot } from "../slots.ts";
import { both, event, unscheduled } from "../when.ts";

function unschedulable(name: string, plan: JobPlan, prepare?: (on: Recording) => Promise<void>): FailureCase {
  return {
    name,
    play: async (on) => {
      await prepare?.(on);
      await on.start(plan);
      await on.stage("unscheduled", unscheduled);
    },
  };
}

const withClaim = (claimName: string): Partial<V1PodSpec> => ({
  volumes: [{ name: "data", persistentVolumeClaim: { claimName } }],
});
const asksFor = (resources: Record<string, string>): JobPlan => ({
  main: { resources: { requests: resources } },
});

/** A claim of a class that nobody provides for. */
async function unboundClaim(on: Recording, volumeBindingMode: string): Promise<void> {
  const storageClassName = `class-of-${on.namespace}`;
  const provisioner = "kubernetes.io/no-provisioner";
  await on.create("/apis/storage.k8s.io/v1/storageclasses", {
    metadata: { name: storageClassName },
    provisioner,
    volumeBindingMode,
  } as object);
  await on.create(collectionPath.claims(on.namespace), {
    metadata: { name: "data" },
    spec: { storageClassName, accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "1Gi" } } },
  } as object);
}

const nodeAffinity = {
  requiredDuringSchedulingIgnoredDuringExecution: {
    nodeSelectorTerms: [{ matchExpressions: [{ key: "disk", operator: "In", values: ["fast"] }] }],
  },
};

/** Pods that get no node. */
export const schedulingCases: readonly FailureCase[] = [
  unschedulable("unschedulable-cpu", asksFor({ cpu: "1000" })),
  unschedulable("unschedulable-memory", asksFor({ memory: "100Ti" })),
  unschedulable("unschedulable-node-selector", { pod: { nodeSelector: { disk: "fast" } } }),
  unschedulable("unschedulable-affinity", { pod: { affinity: { nodeAffinity } } }),
  unschedulable("unschedulable-claim-missing", { pod: withClaim("missing") }),
  unschedulable("unschedulable-claim-unbound", { pod: withClaim("data") }, (on) => unboundClaim(on, "Immediate")),
  unschedulable("unschedulable-claim-unbound-late", { pod: withClaim("data") }, (on) =>
    unboundClaim(on, "WaitForFirstConsumer"),
  ),
  unschedulable("unschedulable-gated", { pod: { schedulingGates: [{ name: "example.com/quota" }] } }),
  {
    name: "unschedulable-taint",
    play: async (on) => {
      const node = await makeUpNode(on);
      await on.start({ pod: { nodeSelector: { "kubernetes.io/hostname": node.name } } });
      await on.stage("unscheduled", both(unscheduled, event("FailedScheduling")));
    },
  },
  {
    name: "unschedulable-full",
    play: async (on) => {
      const { resources } = await oneSlot(on);
      const holder = jobOf("holder", { main: { resources } });
      await on.create(collectionPath.jobs(on.namespace), holder);
      await on.create(collectionPath.jobs(on.namespace), jobOf("other", { main: { resources } }));
      await on.start({ main: { resources } });
      await on.stage("unscheduled", unscheduled);
    },
  },
];
