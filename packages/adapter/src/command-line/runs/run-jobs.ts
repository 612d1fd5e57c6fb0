import { AGENT_JOB_SELECTOR, PROTOCOL_LABEL } from "@opencode-k8s/job-manifest";
import { type Cluster, collectionPath, type Job, jobState } from "@opencode-k8s/k8s-kit";
import { ADOPTED_BY } from "../../exclusion/index.ts";
import { withRight } from "./missing-right.ts";

/** The Jobs of runs in a namespace; those of the predecessor are left out. @throws MissingRightError; KubernetesError; the signal's reason */
export async function runJobs(cluster: Cluster, namespace: string, signal: AbortSignal): Promise<readonly Job[]> {
  const query = { labelSelector: `${AGENT_JOB_SELECTOR},${PROTOCOL_LABEL}` };
  const { items } = await withRight({ group: "batch", resource: "jobs", verbs: ["list"] }, () =>
    cluster.request<{ items?: readonly Job[] | null }>("GET", collectionPath.jobs(namespace), { query, signal }),
  );
  return items ?? [];
}

/** The run that made the Job, or another object, as its label has it. */
export function runIdOf({ metadata }: Pick<Job, "metadata">): string {
  return metadata?.labels?.["paperclip.io/run-id"] ?? "";
}

/** By what a person may call it: the run that made it, the one that went on with it, the Job itself. */
export function callNames(job: Job): string[] {
  const { name = "", annotations } = job.metadata ?? {};
  return [runIdOf(job), annotations?.[ADOPTED_BY] ?? "", name].filter((text) => text !== "");
}

/** In one word. */
export function stateWord(job: Job): string {
  const { kind } = jobState(job);
  return kind === "active" ? "running" : kind;
}

/** Milliseconds since the epoch. */
export function createdAt({ metadata }: Pick<Job, "metadata">): number {
  return new Date(metadata?.creationTimestamp ?? 0).getTime();
}
