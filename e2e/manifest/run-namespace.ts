import { randomBytes } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import {
  ApiException,
  BatchV1Api,
  CoreV1Api,
  KubeConfig,
  type V1Job,
  type V1Pod,
  type V1PodSpec,
} from "@kubernetes/client-node";
import { buildRunObjects, CONTAINER_NAME, ownedBy, type Receipt, type RunInput } from "@opencode-k8s/job-manifest";
import type { JobRef } from "@opencode-k8s/k8s-kit";
import type { PodSecurityProfile } from "./dry-run-namespace.ts";
import { withoutReceipt } from "./without-receipt.ts";

/** A busy machine takes its time to start a pod, milliseconds. */
const RUN_MS = 600_000;

/** Begins a script for a database that outlives the run: about that the program asks `opencode db "PRAGMA quick_check(1)"`. */
export const DATABASE_IS_GOOD = '[ "$1" != db ] || { echo ok; exit; }';

/** Where the script lies that is `opencode` to a run. */
const BIN = "/test-bin";
/** A Docker daemon that is none, in images that have none: it says what it was told, and ends when it is told to. */
const DOCKER = {
  docker: '#!/bin/sh\n[ -e "${1#--host=unix://}" ]\n',
  dockerd: `#!/bin/sh
echo "$*" >"\${1#--host=unix://}"
trap 'echo ended; exit' TERM
echo started as $(id -u)
while :; do sleep 0.1; done
`,
};
const PATH = `${BIN}:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin`;

/** A run whose OpenCode is over; containers beside it may still end. */
export interface Ran {
  readonly job: string;
  /** All that the container printed before its receipt. */
  readonly output: string;
  readonly exitCode: number | null | undefined;
  readonly receipt: Receipt;
  /** The container's, as Kubernetes tells it. */
  readonly containerExitCode: number;
  /** The container's last words. */
  readonly message: string;
  /** The Job, its pod and all events of the namespace, as everybody with a right to look sees them. */
  readonly visible: string;
}

/** A namespace that enforces a profile of Pod Security, in which manifests are run as they are. */
export class RunNamespace implements AsyncDisposable {
  readonly name: string = `e2e-manifest-${randomBytes(4).toString("hex")}`;
  readonly #core: CoreV1Api;
  readonly #batch: BatchV1Api;

  private constructor(config: KubeConfig) {
    this.#core = config.makeApiClient(CoreV1Api);
    this.#batch = config.makeApiClient(BatchV1Api);
  }

  static async open(kubeconfig: string, profile: PodSecurityProfile = "restricted"): Promise<RunNamespace> {
    const config = new KubeConfig();
    config.loadFromFile(kubeconfig);
    const opened = new RunNamespace(config);
    const labels = { "pod-security.kubernetes.io/enforce": profile, "opencode-k8s/e2e": "scenario" };
    await opened.#core.createNamespace({ body: { metadata: { name: opened.name, labels } } });
    return opened;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#core.deleteNamespace({ name: this.name });
  }

  /** Makes a claim that runs can share. */
  async createClaim(name: string, storageClassName: string): Promise<void> {
    const spec = { accessModes: ["ReadWriteMany"], storageClassName, resources: { requests: { storage: "1Gi" } } };
    await this.#core.createNamespacedPersistentVolumeClaim({
      namespace: this.name,
      body: { metadata: { name }, spec },
    });
  }

  /**
   * Runs the manifests of the input until the container is over: with this script in place of OpenCode, or with what the
   * image has. The pod may be changed, as an admission controller could.
   */
  async run(input: RunInput, script: string | undefined, change?: (pod: V1PodSpec) => void): Promise<Ran> {
    return this.#outcome((await this.start(input, script, change)).name);
  }

  /** Begins what {@link run} runs. */
  async start(input: RunInput, script: string | undefined, change?: (pod: V1PodSpec) => void): Promise<JobRef> {
    const namespace = this.name;
    const { job, secrets, claim } = buildRunObjects({ ...input, namespace, ...(await this.#inPath(input, script)) });
    const podSpec = job.spec?.template.spec;
    if (podSpec) change?.(podSpec);
    if (claim) {
      await this.#core.createNamespacedPersistentVolumeClaim({ namespace, body: claim }).catch(unlessItExists);
    }
    const created = await this.#batch.createNamespacedJob({ namespace, body: job });
    const { name = "", uid = "" } = created.metadata ?? {};
    for (const secret of secrets) {
      const body = ownedBy(secret, { metadata: { name, uid } });
      await this.#core.createNamespacedSecret({ namespace, body });
    }
    return { namespace, name, uid };
  }

  /** Deletes a pod, which then has its grace to end. */
  async deletePod(name: string): Promise<void> {
    await this.#core.deleteNamespacedPod({ namespace: this.name, name });
  }

  /** All that a container beside OpenCode's printed, once the pod is over. */
  async logBeside({ job }: Pick<Ran, "job">, container: string): Promise<string> {
    const pod = await this.#pod(job, ({ status }) => status?.phase === "Succeeded" || status?.phase === "Failed");
    return this.#core.readNamespacedPodLog({ namespace: this.name, name: pod.metadata?.name ?? "", container });
  }

  /** The Job as it is, once its controller says that it is over. */
  async finished({ job: name }: Pick<Ran, "job">): Promise<V1Job> {
    const signal = AbortSignal.timeout(RUN_MS);
    for (;;) {
      const job = await this.#batch.readNamespacedJob({ namespace: this.name, name });
      if (job.status?.completionTime || job.status?.failed) return job;
      await sleep(200, undefined, { signal });
    }
  }

  async #inPath({ env, extraVolumes = [] }: RunInput, script: string | undefined): Promise<Partial<RunInput>> {
    if (script === undefined) return {};
    const source = { configMap: { name: await this.#script(script), defaultMode: 0o555 } };
    return { env: { PATH, ...env }, extraVolumes: [...extraVolumes, { name: "bin", mountPath: BIN, source }] };
  }

  async #script(script: string): Promise<string> {
    const data = { opencode: `#!/bin/sh\n${script}\n`, ...DOCKER };
    const body = { metadata: { generateName: "bin-" }, data };
    const made = await this.#core.createNamespacedConfigMap({ namespace: this.name, body });
    return made.metadata?.name ?? "";
  }

  async #outcome(job: string): Promise<Ran> {
    const pod = await this.#pod(job, (candidate) => terminated(candidate) !== undefined);
    const read = { namespace: this.name, name: pod.metadata?.name ?? "", container: CONTAINER_NAME };
    const log = await this.#core.readNamespacedPodLog(read);
    const events = await this.#core.listNamespacedEvent({ namespace: this.name });
    const seen = await this.#batch.readNamespacedJob({ namespace: this.name, name: job });
    const visible = JSON.stringify([seen, pod, events.items]);
    const ended = terminated(pod);
    const parts = withoutReceipt(log);
    const containerExitCode = ended?.exitCode ?? -1;
    return {
      job,
      ...parts,
      exitCode: parts.receipt.exitCode,
      containerExitCode,
      message: ended?.message ?? "",
      visible,
    };
  }

  async #pod(job: string, ready: (pod: V1Pod) => boolean): Promise<V1Pod> {
    const signal = AbortSignal.timeout(RUN_MS);
    for (;;) {
      const pods = await this.#core.listNamespacedPod({ namespace: this.name, labelSelector: `job-name=${job}` });
      const [pod] = pods.items;
      if (pod && ready(pod)) return pod;
      await sleep(200, undefined, { signal });
    }
  }
}

function terminated(pod: V1Pod): { exitCode: number; message?: string } | undefined {
  return pod.status?.containerStatuses?.[0]?.state?.terminated;
}

function unlessItExists(error: unknown): void {
  if (!(error instanceof ApiException && error.code === 409)) throw error;
}
