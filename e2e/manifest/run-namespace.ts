import { randomBytes } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { ApiException, BatchV1Api, CoreV1Api, KubeConfig } from "@kubernetes/client-node";
import { buildRunObjects, CONTAINER_NAME, ownedBy, parseReceipt, type RunInput } from "@opencode-k8s/job-manifest";

/** A busy machine takes its time to start a pod, milliseconds. */
const RUN_MS = 120_000;

/** Where the script lies that is `opencode` to a run. */
const BIN = "/test-bin";
const PATH = `${BIN}:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin`;

/** A run that is over. */
export interface Ran {
  /** All that the container printed before its receipt. */
  readonly output: string;
  readonly exitCode: number | null | undefined;
  /** The container's last words. */
  readonly message: string;
  /** The Job, its pods and all events of the namespace, as everybody with a right to look sees them. */
  readonly visible: string;
}

/** A namespace that enforces Pod Security `restricted`, in which manifests are run as they are. */
export class RunNamespace implements AsyncDisposable {
  readonly name: string = `e2e-manifest-${randomBytes(4).toString("hex")}`;
  readonly #core: CoreV1Api;
  readonly #batch: BatchV1Api;

  private constructor(config: KubeConfig) {
    this.#core = config.makeApiClient(CoreV1Api);
    this.#batch = config.makeApiClient(BatchV1Api);
  }

  static async open(kubeconfig: string): Promise<RunNamespace> {
    const config = new KubeConfig();
    config.loadFromFile(kubeconfig);
    const opened = new RunNamespace(config);
    const labels = { "pod-security.kubernetes.io/enforce": "restricted", "opencode-k8s/e2e": "scenario" };
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

  /** Runs the manifests of the input, with this script in place of OpenCode, until the container is over. */
  async run(input: RunInput, script: string): Promise<Ran> {
    const namespace = this.name;
    const configMap = await this.#script(script);
    const extraVolumes = [
      { name: "bin", mountPath: BIN, source: { configMap: { name: configMap, defaultMode: 0o555 } } },
    ];
    const env = { PATH, ...input.env };
    const { job, secrets, claim } = buildRunObjects({ ...input, namespace, env, extraVolumes });
    if (claim) {
      await this.#core.createNamespacedPersistentVolumeClaim({ namespace, body: claim }).catch(unlessItExists);
    }
    const created = await this.#batch.createNamespacedJob({ namespace, body: job });
    for (const secret of secrets) {
      const body = ownedBy(secret, {
        metadata: { name: created.metadata?.name ?? "", uid: created.metadata?.uid ?? "" },
      });
      await this.#core.createNamespacedSecret({ namespace, body });
    }
    return this.#outcome(created.metadata?.name ?? "");
  }

  async #script(script: string): Promise<string> {
    const data = { opencode: `#!/bin/sh\n${script}\n` };
    const body = { metadata: { generateName: "bin-" }, data };
    const made = await this.#core.createNamespacedConfigMap({ namespace: this.name, body });
    return made.metadata?.name ?? "";
  }

  async #outcome(job: string): Promise<Ran> {
    const signal = AbortSignal.timeout(RUN_MS);
    for (;;) {
      const pods = await this.#core.listNamespacedPod({ namespace: this.name, labelSelector: `job-name=${job}` });
      const [pod] = pods.items;
      const ended = pod?.status?.containerStatuses?.[0]?.state?.terminated;
      if (pod && ended) {
        const read = { namespace: this.name, name: pod.metadata?.name ?? "", container: CONTAINER_NAME };
        const log = await this.#core.readNamespacedPodLog(read);
        const events = await this.#core.listNamespacedEvent({ namespace: this.name });
        const seen = await this.#batch.readNamespacedJob({ namespace: this.name, name: job });
        const visible = JSON.stringify([seen, pods.items, events.items]);
        return { ...withoutReceipt(log), message: ended.message ?? "", visible };
      }
      await sleep(200, undefined, { signal });
    }
  }
}

function withoutReceipt(log: string): Pick<Ran, "output" | "exitCode"> {
  const start = log.lastIndexOf("\n", log.length - 2) + 1;
  const receipt = parseReceipt(log.slice(start).trimEnd());
  if (!receipt) throw new Error(`no receipt: ${log.slice(-500)}`);
  return { output: log.slice(0, start), exitCode: receipt.exitCode };
}

function unlessItExists(error: unknown): void {
  if (!(error instanceof ApiException && error.code === 409)) throw error;
}
