import { randomBytes } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import {
  type Claim,
  type Cluster,
  collectionPath,
  connectCluster,
  createOnce,
  type Job,
  type Pod,
} from "@opencode-k8s/k8s-kit";
import { SHELL_IMAGE } from "../world/settings.ts";

/** What an API server that is slow may take, milliseconds. */
const PATIENCE_MS = 120_000;

/** @throws when `E2E_KUBECONFIG` is not set */
export function connect(): Cluster {
  const path = process.env["E2E_KUBECONFIG"];
  if (!path) throw new Error("set E2E_KUBECONFIG: see e2e/README.md");
  return connectCluster({ kind: "file", path });
}

/** A namespace of its own on a real cluster, which goes with it. */
export class ClaimWorld implements AsyncDisposable {
  readonly admin: Cluster;
  readonly namespace: string = `e2e-claim-${randomBytes(4).toString("hex")}`;

  private constructor(admin: Cluster) {
    this.admin = admin;
  }

  static async open(): Promise<ClaimWorld> {
    const world = new ClaimWorld(connect());
    const labels = { "opencode-k8s/e2e": "scenario" };
    const body = { metadata: { name: world.namespace, labels } };
    await world.admin.request("POST", "/api/v1/namespaces", { body });
    return world;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.admin.request("DELETE", `/api/v1/namespaces/${this.namespace}`);
    await this.admin.close();
  }

  /** Names of the Jobs, and of the owners of the pods that are not over. */
  async whatLives(): Promise<{ jobs: string[]; livePodsOf: string[] }> {
    const signal = AbortSignal.timeout(PATIENCE_MS);
    const [jobs, pods] = await Promise.all([
      this.admin.persist<{ items: Job[] }>("GET", collectionPath.jobs(this.namespace), { signal }),
      this.admin.persist<{ items: Pod[] }>("GET", collectionPath.pods(this.namespace), { signal }),
    ]);
    const live = pods.items.filter(({ status }) => status?.phase !== "Succeeded" && status?.phase !== "Failed");
    return {
      jobs: jobs.items.map(({ metadata }) => metadata?.name ?? ""),
      livePodsOf: live.map(({ metadata }) => metadata?.ownerReferences?.[0]?.name ?? ""),
    };
  }

  /** Looks at the pods ten times a second, until it is stopped: which Jobs had live ones at the same time? */
  async watchForOverlaps(signal: AbortSignal): Promise<string[]> {
    const found = new Set<string>();
    while (!signal.aborted) {
      const { livePodsOf } = await this.whatLives();
      const owners = new Set(livePodsOf);
      if (owners.size > 1) found.add([...owners].join(" with "));
      await sleep(100);
    }
    return [...found];
  }
}

/** Creates a Job of one shell that sleeps, suspended, as a claim wants it. */
export function createSuspended(
  cluster: Cluster,
  namespace: string,
  claim: Claim,
  { name, seconds, signal }: { name: string; seconds: number; signal: AbortSignal },
): Promise<Job> {
  const container = {
    name: "main",
    image: SHELL_IMAGE,
    imagePullPolicy: "IfNotPresent",
    command: ["sleep", String(seconds)],
  };
  const pod = { restartPolicy: "Never", terminationGracePeriodSeconds: 1, containers: [container] };
  const spec = { suspend: true, backoffLimit: 0, template: { metadata: { labels: claim.labels }, spec: pod } };
  const body = { apiVersion: "batch/v1", kind: "Job", metadata: { name, labels: claim.labels }, spec };
  return createOnce(cluster, collectionPath.jobs(namespace), body, signal) as Promise<Job>;
}
