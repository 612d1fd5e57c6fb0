import { randomBytes } from "node:crypto";
import type { RequestOptions } from "node:https";
import { setTimeout as sleep } from "node:timers/promises";
import { KubeConfig, type KubernetesObject, type V1Job } from "@kubernetes/client-node";
import { Agent, fetch } from "undici";

/** What the API server says of an object that it is asked to take, and does not keep. */
export interface Verdict {
  /** "" where it takes the object; else its words. */
  readonly refusal: string;
  readonly warnings: readonly string[];
}

export type PodSecurityProfile = "privileged" | "baseline" | "restricted";

const PATHS: Readonly<Record<string, string>> = {
  Job: "/apis/batch/v1/namespaces/NAMESPACE/jobs",
  Pod: "/api/v1/namespaces/NAMESPACE/pods",
  Secret: "/api/v1/namespaces/NAMESPACE/secrets",
  PersistentVolumeClaim: "/api/v1/namespaces/NAMESPACE/persistentvolumeclaims",
  NetworkPolicy: "/apis/networking.k8s.io/v1/namespaces/NAMESPACE/networkpolicies",
};

/** What `restricted` asks of a container. */
const UNPRIVILEGED = {
  securityContext: {
    runAsNonRoot: true,
    allowPrivilegeEscalation: false,
    capabilities: { drop: ["ALL"] },
    seccompProfile: { type: "RuntimeDefault" },
  },
};

/** A namespace that enforces a profile of Pod Security, and what pods may refer to. Gone when it is disposed of. */
export class DryRunNamespace implements AsyncDisposable {
  readonly name = `e2e-dry-run-${randomBytes(4).toString("hex")}`;
  /** A ServiceAccount there; and a PriorityClass and a RuntimeClass, which no other pod uses. */
  readonly serviceAccountName = "agent";
  readonly className = this.name;
  readonly #server: string;
  readonly #agent: Agent;
  readonly #headers: Record<string, string>;

  private constructor(server: string, { ca, cert, key, headers }: RequestOptions) {
    this.#server = server;
    this.#agent = new Agent({ connect: { ca, cert, key } });
    this.#headers = { "content-type": "application/json", ...(headers as Record<string, string> | undefined) };
  }

  /** @throws when the cluster refuses one of them; nothing is left behind then. */
  static async open(kubeconfig: string, profile: PodSecurityProfile = "restricted"): Promise<DryRunNamespace> {
    const config = new KubeConfig();
    config.loadFromFile(kubeconfig);
    const options: RequestOptions = {};
    await config.applyToHTTPSOptions(options);
    const opened = new DryRunNamespace(config.getCurrentCluster()?.server ?? "", options);
    try {
      await opened.#prepare(profile);
    } catch (error) {
      await opened[Symbol.asyncDispose]();
      throw error;
    }
    return opened;
  }

  async #prepare(profile: PodSecurityProfile): Promise<void> {
    const labels = {
      "pod-security.kubernetes.io/enforce": profile,
      "pod-security.kubernetes.io/warn": profile,
      "opencode-k8s/e2e": "scenario",
    };
    const metadata = { name: this.className };
    const account = { metadata: { name: this.serviceAccountName } };
    await this.#create("/api/v1/namespaces", { metadata: { name: this.name, labels } });
    await this.#create(`/api/v1/namespaces/${this.name}/serviceaccounts`, account);
    await this.#create("/apis/scheduling.k8s.io/v1/priorityclasses", { metadata, value: 1 });
    await this.#create("/apis/node.k8s.io/v1/runtimeclasses", { metadata, handler: "runc" });
    const defaultAccount = `${this.#server}/api/v1/namespaces/${this.name}/serviceaccounts/default`;
    // No pod is taken before the namespace has its account.
    const pod = {
      kind: "Pod",
      metadata: { name: "first" },
      spec: { priorityClassName: this.className, containers: [{ name: "c", image: "none", ...UNPRIVILEGED }] },
    };
    for (let tries = 0; tries < 600; tries += 1) {
      const hasAccount = (await fetch(defaultAccount, { dispatcher: this.#agent, headers: this.#headers })).ok;
      // The admission knows a PriorityClass by a watch, so a moment after its creation.
      if (hasAccount && (await this.tryOut(pod)).refusal === "") return;
      await sleep(100);
    }
    throw new Error(`the namespace ${this.name} takes no pod of its PriorityClass after a minute`);
  }

  async #create(path: string, object: object): Promise<void> {
    const { refusal } = await this.#post(path, object);
    if (refusal !== "") throw new Error(refusal);
  }

  /** Asks for the object to be created in this namespace, strictly, and for nothing to be kept. */
  tryOut(object: KubernetesObject): Promise<Verdict> {
    const path = PATHS[object.kind ?? ""]?.replace("NAMESPACE", this.name);
    if (path === undefined) throw new Error(`no path is known for ${object.kind}`);
    return this.#post(`${path}?dryRun=All&fieldValidation=Strict`, object);
  }

  async #post(path: string, object: object): Promise<Verdict> {
    const request = { method: "POST", body: JSON.stringify(object), headers: this.#headers, dispatcher: this.#agent };
    const response = await fetch(this.#server + path, request);
    const text = await response.text();
    const warning = response.headers.get("warning");
    return { refusal: response.ok ? "" : text, warnings: warning === null ? [] : [warning] };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const names = [
      `/apis/node.k8s.io/v1/runtimeclasses/${this.className}`,
      `/apis/scheduling.k8s.io/v1/priorityclasses/${this.className}`,
      `/api/v1/namespaces/${this.name}`,
    ];
    for (const path of names)
      await fetch(this.#server + path, { method: "DELETE", headers: this.#headers, dispatcher: this.#agent });
    await this.#agent.destroy();
  }
}

/** The pod that a Job would make: the admission looks at pods, not at Jobs. */
export function podOf({ metadata, spec }: V1Job): KubernetesObject {
  const pod = { apiVersion: "v1", kind: "Pod", ...spec?.template };
  return { ...pod, metadata: { ...pod.metadata, name: metadata?.name ?? "", namespace: metadata?.namespace ?? "" } };
}
