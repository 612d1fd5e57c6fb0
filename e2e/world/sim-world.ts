import { Cluster, connectCluster, type Fetch } from "@opencode-k8s/k8s-kit";
import { KubeSim, type RequestRecord, scriptedContainers, VirtualClock } from "@opencode-k8s/kube-sim";
import { execute } from "paperclip-adapter-opencode-k8s/execute";
import { providerConfig } from "../../packages/kube-sim/src/model-server/index.ts";
import { AnswerGate } from "./answer-gate.ts";
import type { Driver } from "./driver.ts";
import { playPod } from "./scripted-pod.ts";
import type { Sessions } from "./scripted-opencode.ts";
import { type KubeconfigKind, World } from "./world.ts";

const NAMESPACE = "e2e-sim";
const USER = "adapter";
/** An image of a registry that nobody can reach. */
export const UNKNOWN_IMAGE = "registry.invalid/no/such-image:1";
/** What containerd says of it. */
const NO_REGISTRY = `failed to pull and unpack image "${UNKNOWN_IMAGE}": failed to resolve reference "${UNKNOWN_IMAGE}": failed to do request: Head "https://registry.invalid/v2/no/such-image/manifests/1": dial tcp: lookup registry.invalid: no such host`;

/** A simulated cluster in virtual time. */
export interface SimWorld {
  readonly world: World;
  /** Drives it: nothing happens outside of `clock.run`. */
  readonly clock: VirtualClock;
}

/** A simulated cluster whose pods play OpenCode with the models of the model server, in this process. */
export async function openSimWorld(): Promise<SimWorld> {
  const clock = new VirtualClock();
  const node = new SimNode();
  const sim = new KubeSim({ clock, runtime: scriptedContainers((io) => playPod(io, node)) });
  sim.images.setMissing(UNKNOWN_IMAGE, NO_REGISTRY);
  const own = new Set<RequestRecord>();
  const counted: Fetch = (url, init) => {
    const before = sim.requests.length;
    const response = sim.fetch(url, init);
    for (const request of sim.requests.slice(before)) own.add(request);
    return response;
  };
  const cluster = (fetch: Fetch): Cluster =>
    new Cluster({
      server: "https://kube-sim",
      transport: { call: fetch, stream: fetch, headers: () => Promise.resolve({}), close: () => Promise.resolve() },
      clock,
      random: () => 0.5,
    });
  const admin = cluster(sim.fetch);
  const clusters: Record<KubeconfigKind | "adapter", Cluster> = {
    adapter: cluster(counted),
    admin,
    refused: cluster(refused),
    denied: cluster(denied),
  };
  const world = new World({
    kind: "sim",
    namespace: NAMESPACE,
    admin,
    driver: simDriver(sim, node, () => [...own]),
    user: USER,
    sim,
    config: (model) => ({
      model: `demo/${model}`,
      namespace: NAMESPACE,
      image: "opencode:1.18.33",
      kubeconfig: "/sim/adapter",
      graceSec: 5,
      agentDbMode: "ephemeral",
      agentDbStorageClass: "standard",
      env: { PAPERCLIP_OPENCODE_PROVIDERS: JSON.stringify(providerConfig("http://models/v1", [model])) },
    }),
    kubeconfig: (kind) => Promise.resolve(`/sim/${kind}`),
    execute: (ctx, server) => {
      const clusterFor = ({ kubeconfig = "" }: { kubeconfig?: string | undefined }): Cluster => {
        const kind = kubeconfig.replace(/^\/sim\//, "");
        return Object.hasOwn(clusters, kind)
          ? clusters[kind as KubeconfigKind]
          : connectCluster({ kind: "file", path: kubeconfig });
      };
      return execute(ctx, clusterFor, server);
    },
    modelRequests: () => node.asks,
    holdAnswers: () => node.answers.hold(),
    close: () => Promise.resolve(sim.close()),
  });
  await clock.run(admin.request("POST", "/api/v1/namespaces", { body: { metadata: { name: NAMESPACE } } }));
  return { world, clock };
}

const refused: Fetch = () =>
  Promise.reject(new TypeError("fetch failed", { cause: new Error("connect ECONNREFUSED 127.0.0.1:2") }));

const denied: Fetch = () => {
  const message = 'jobs.batch is forbidden: User "powerless" cannot list resource "jobs"';
  return Promise.resolve(Response.json({ kind: "Status", code: 403, reason: "Forbidden", message }, { status: 403 }));
};

/** What pods share, and what the node knows of them. */
class SimNode {
  readonly #claims = new Map<string, Sessions>();
  readonly #written = new Map<string, string[]>();
  readonly answers = new AnswerGate();
  #frozen: PromiseWithResolvers<void> | null = null;
  asks = 0;

  sessionsOf(claim: string): Sessions {
    const sessions = this.#claims.get(claim) ?? new Map<string, never>();
    this.#claims.set(claim, sessions);
    return sessions;
  }

  async writable(): Promise<void> {
    await this.#frozen?.promise;
  }

  asked(): void {
    this.asks += 1;
  }

  async answering(signal: AbortSignal): Promise<void> {
    await this.answers.passed(signal);
  }

  wrote(uid: string, line: string): void {
    const lines = this.#written.get(uid) ?? [];
    lines.push(line);
    this.#written.set(uid, lines);
  }

  written(uid: string): readonly string[] {
    return this.#written.get(uid) ?? [];
  }

  freeze(): void {
    this.#frozen ??= Promise.withResolvers();
  }

  thaw(): void {
    this.#frozen?.resolve();
    this.#frozen = null;
  }
}

function simDriver(sim: KubeSim, node: SimNode, requests: () => RequestRecord[]): Driver {
  const onlyContainerd = (component: string): void => {
    if (component !== "containerd") throw new Error(`the simulator cannot freeze ${component}`);
  };
  return {
    restartApiServer: (ms) => Promise.resolve(sim.faults.restart(ms)),
    restart: (component, ms) =>
      component === "kubelet"
        ? Promise.resolve(sim.node.restartKubelet(ms))
        : Promise.reject(new Error(`the simulator cannot restart ${component}`)),
    freeze: async (component) => {
      onlyContainerd(component);
      node.freeze();
    },
    thaw: async (component) => {
      onlyContainerd(component);
      node.thaw();
    },
    requestsOf: async (_user, since) => {
      const counts = new Map<string, number>();
      for (const { at, verb, resource } of requests()) {
        const what = `${verb} ${resource}`;
        if (at >= since) counts.set(what, (counts.get(what) ?? 0) + 1);
      }
      return counts;
    },
    holdLog: async ({ metadata }) => ({
      linesWritten: () => Promise.resolve(node.written(metadata?.uid ?? "")),
      files: () => Promise.resolve(1),
      release: () => Promise.resolve(),
    }),
    flag: () => Promise.reject(new Error("the simulator's pods have no files")),
  };
}
