import { collectionPath } from "@opencode-k8s/k8s-kit";
import type { DisruptiveCase, FailureCase } from "../failure-case.ts";
import { jobOf, type JobPlan } from "../job-plan.ts";
import { companionNode, makeUpNode } from "../made-up-node.ts";
import type { Recording } from "../recording.ts";
import { oneSlot } from "../slots.ts";
import {
  both,
  disrupted,
  ended,
  hasPod,
  job,
  jobGone,
  phase,
  podGone,
  running,
  terminating,
  unscheduled,
} from "../when.ts";

/** Ends by SIGTERM, as a program does that handles it. */
const POLITE = "trap 'exit 143' TERM; sleep 600 & wait";
/** Leaves a node that is lost at once, instead of after the five minutes that every pod gets. */
const tolerations = ["not-ready", "unreachable"].map((reason) => ({
  key: `node.kubernetes.io/${reason}`,
  operator: "Exists",
  effect: "NoExecute",
  tolerationSeconds: 1,
}));

/** The pod is told to go, and is gone. */
async function terminated(on: Recording): Promise<void> {
  await on.stage("terminating", terminating);
  await on.stage("gone", podGone);
}

/** A pod that the node evicts because it holds more than it may. */
function evictedForStorage(name: string, plan: JobPlan): FailureCase {
  return {
    name,
    play: async (on) => {
      await on.start(plan);
      await on.stage("pod-failed", phase("Failed"));
      await on.stage("failed", job("Failed"));
    },
  };
}

/** A pod that is put onto a node past the scheduler, and that the node does not take. */
function rejected(name: string, plan: JobPlan, labels: Record<string, string> = {}): FailureCase {
  return {
    name,
    play: async (on) => {
      const { node } = await oneSlot(on);
      await on.start({ ...plan, pod: { nodeName: node, nodeSelector: labels } });
      await on.stage("rejected", phase("Failed"));
    },
  };
}

/** A Job that is tidied up when it is over. Its end is what it was. */
function deletedAfterwards(name: string, run: string, verdict: string): FailureCase {
  return {
    name,
    play: async (on) => {
      await on.start({ run });
      await on.until(job(verdict));
      await on.remove(on.jobPath, { propagationPolicy: "Background" });
      await on.stage("gone", both(jobGone, podGone));
    },
  };
}

async function priority(on: Recording, level: string, value: number): Promise<string> {
  const name = `${level}-of-${on.namespace}`;
  await on.create("/apis/scheduling.k8s.io/v1/priorityclasses", { metadata: { name }, value } as object);
  return name;
}

/** Pods that something else ends. */
export const disruptionCases: readonly FailureCase[] = [
  evictedForStorage("evicted-ephemeral-storage", {
    run: "dd if=/dev/zero of=/file bs=1M count=40; sleep 600",
    main: { resources: { limits: { "ephemeral-storage": "8Mi" } } },
  }),
  evictedForStorage("evicted-empty-dir", {
    run: "dd if=/dev/zero of=/data/file bs=1M count=40; sleep 600",
    main: { volumeMounts: [{ name: "data", mountPath: "/data" }] },
    pod: { volumes: [{ name: "data", emptyDir: { sizeLimit: "8Mi" } }] },
  }),
  {
    name: "evicted-by-a-drain",
    play: async (on) => {
      await on.start({ run: POLITE });
      await on.until(running);
      await on.cluster.request("POST", `${on.podPath}/eviction`, {
        body: { apiVersion: "policy/v1", kind: "Eviction", metadata: { name: on.podName } },
      });
      await terminated(on);
      await on.stage("failed", job("Failed"));
    },
  },
  {
    name: "preempted",
    play: async (on) => {
      const { resources } = await oneSlot(on);
      await on.start({ run: POLITE, main: { resources }, pod: { priorityClassName: await priority(on, "low", -10) } });
      await on.until(running);
      await on.create(collectionPath.jobs(on.namespace), jobOf("other", { main: { resources } }));
      await terminated(on);
    },
  },
  {
    name: "preempted-by-the-kubelet",
    play: async (on) => {
      const { node, resources } = await oneSlot(on);
      await on.start({ run: POLITE, main: { resources } });
      await on.until(running);
      const pod = { nodeName: node, priorityClassName: "system-node-critical" };
      await on.create(collectionPath.jobs(on.namespace), jobOf("other", { main: { resources }, pod }));
      await on.stage("pod-failed", phase("Failed"));
    },
  },
  rejected("rejected-out-of-cpu", { main: { resources: { requests: { cpu: "1000" } } } }),
  rejected("rejected-node-affinity", {}, { disk: "fast" }),
  {
    name: "node-never-ready",
    play: async (on) => {
      const node = await makeUpNode(on);
      await on.start({ pod: { nodeName: node.name, tolerations } });
      await on.stage("bound", hasPod);
      await on.stage("terminating", disrupted);
    },
  },
  {
    name: "node-deleted",
    play: async (on) => {
      const node = await makeUpNode(on);
      await on.start({ pod: { nodeName: node.name } });
      await on.until(hasPod);
      await on.remove(node.path);
      await on.stage("gone", podGone);
    },
  },
  {
    name: "pod-deleted-before-it-ran",
    play: async (on) => {
      await on.start({ main: { resources: { requests: { cpu: "1000" } } } });
      await on.until(unscheduled);
      await on.remove(on.podPath);
      await on.stage("gone", podGone);
    },
  },
  {
    name: "pod-deleted-while-it-was-created",
    play: async (on) => {
      await on.start({ main: { env: [{ name: "T", valueFrom: { secretKeyRef: { name: "missing", key: "t" } } }] } });
      await on.until(({ pod }) => Boolean(pod?.status?.containerStatuses?.[0]?.state?.waiting));
      await on.remove(on.podPath);
      await terminated(on);
    },
  },
  {
    name: "pod-deleted-while-it-ran",
    play: async (on) => {
      await on.start({ run: POLITE });
      await on.until(running);
      await on.remove(on.podPath);
      await terminated(on);
      await on.stage("failed", job("Failed"));
    },
  },
  {
    name: "pod-killed-at-once",
    play: async (on) => {
      await on.start({ run: "sleep 600" });
      await on.until(running);
      await on.remove(on.podPath, { gracePeriodSeconds: 0 });
      await on.stage("gone", podGone);
    },
  },
  {
    name: "job-deleted-before-it-ran",
    play: async (on) => {
      await on.start({ main: { resources: { requests: { cpu: "1000" } } } });
      await on.until(unscheduled);
      await on.remove(on.jobPath, { propagationPolicy: "Background" });
      await on.stage("gone", both(jobGone, podGone));
    },
  },
  {
    name: "job-deleted-while-it-ran",
    play: async (on) => {
      await on.start({ run: POLITE });
      await on.until(running);
      await on.remove(on.jobPath, { propagationPolicy: "Foreground" });
      await on.stage("terminating", terminating);
      await on.stage("gone", both(jobGone, podGone));
    },
  },
  ...[
    ["healthy-deleted-afterwards", "sleep 1", "Complete"] as const,
    ["exit-code-deleted-afterwards", "sleep 1; exit 3", "Failed"] as const,
    ["sigterm-deleted-afterwards", "sleep 1; exit 143", "Failed"] as const,
  ].map(([name, run, verdict]) => deletedAfterwards(name, run, verdict)),
];

export const disruptiveCases: readonly DisruptiveCase[] = [
  {
    name: "node-lost",
    needs: "driver",
    play: async (on, driver) => {
      await companionNode(on);
      await on.start({ run: POLITE, pod: { tolerations } });
      await on.until(running);
      await driver.freeze("kubelet");
      try {
        await on.stage("node-silent", ({ pod }) =>
          Boolean(pod?.status?.conditions?.some(({ type, status }) => type === "Ready" && status === "False")),
        );
        await on.stage("terminating", both(disrupted, terminating));
      } finally {
        await driver.thaw("kubelet");
      }
      await on.stage("ended", ended);
      await on.stage("gone", podGone);
    },
  },
];
