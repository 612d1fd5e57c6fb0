import { randomBytes } from "node:crypto";
import { readFile } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { KubeConfig } from "@kubernetes/client-node";
import {
  type Clock,
  type Cluster,
  collectionPath,
  connectCluster,
  loadKubeConfig,
  type Pod,
  podState,
} from "@opencode-k8s/k8s-kit";
import type { Driver, HeldLog } from "../world/driver.ts";
import { findDriver } from "../world/find-driver.ts";
import { SHELL_IMAGE } from "../world/settings.ts";
import { TlsProxy, type TlsProxyOptions } from "../world/tls-proxy.ts";
import { compare, type Measured } from "./comparison.ts";
import { Recording, type RecordOptions } from "./recording.ts";

/** A cluster that was disturbed by a neighbour may take this long to start a pod, milliseconds. */
const START_MS = 300_000;
const ACCOUNT = "follower";
/** The containers of a pod share it as `/state`. */
const STATE = "state";

/** Follows the log of a container beside the node's own file of it. */
export interface Witnessed {
  readonly recording: Recording;
  /** Files that its log was written to: one, and one more for each rotation or restart. */
  files(): Promise<number>;
  /** Waits for the end of the log, and compares. */
  measure(): Promise<Measured>;
}

/** A namespace of its own on a real cluster, and proxies that stand before it. All of it goes with the world. */
export class KitWorld implements AsyncDisposable {
  readonly namespace: string;
  readonly admin: Cluster;
  readonly driver: Driver;
  readonly #kubeconfig: KubeConfig;
  readonly #image: string;
  readonly #keep: AsyncDisposableStack;

  /** Undefined where nobody can look into the nodes. @throws when `E2E_KUBECONFIG` is not set */
  static async open(): Promise<KitWorld | undefined> {
    const path = process.env.E2E_KUBECONFIG;
    if (!path) throw new Error("set E2E_KUBECONFIG: see e2e/README.md");
    const source = { kind: "file", path } as const;
    await using made = new AsyncDisposableStack();
    const admin = made.adopt(connectCluster(source), (cluster) => cluster.close());
    const driver = await findDriver(path, admin);
    if (!driver) return undefined;
    const namespace = `e2e-kit-${randomBytes(4).toString("hex")}`;
    const labels = { "pod-security.kubernetes.io/enforce": "restricted", "opencode-k8s/e2e": "scenario" };
    await admin.request("POST", "/api/v1/namespaces", { body: { metadata: { name: namespace, labels } } });
    made.defer(() => admin.request("DELETE", `/api/v1/namespaces/${namespace}`));
    const world = new KitWorld(namespace, admin, driver, loadKubeConfig(source), made.move());
    await world.#grant();
    return world;
  }

  private constructor(
    namespace: string,
    admin: Cluster,
    driver: Driver,
    kubeconfig: KubeConfig,
    keep: AsyncDisposableStack,
  ) {
    this.namespace = namespace;
    this.admin = admin;
    this.driver = driver;
    this.#kubeconfig = kubeconfig;
    this.#keep = keep;
    this.#image = SHELL_IMAGE;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#keep.disposeAsync();
  }

  /** Starts a pod whose containers, by name, run a shell command each, and waits until they have begun. They share `/state`. */
  async start(
    commands: Readonly<Record<string, string>>,
    restartPolicy: "Never" | "OnFailure" = "Never",
  ): Promise<Pod> {
    const containers = Object.entries(commands).map(([name, command]) => ({
      name,
      image: this.#image,
      command: ["sh", "-c", command],
      volumeMounts: [{ name: STATE, mountPath: "/state" }],
      resources: { requests: { cpu: "10m", memory: "16Mi" } },
      securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ["ALL"] } },
    }));
    const securityContext = {
      runAsNonRoot: true,
      runAsUser: 1000,
      fsGroup: 1000,
      seccompProfile: { type: "RuntimeDefault" },
    };
    const volumes = [{ name: STATE, emptyDir: {} }];
    const account = { serviceAccountName: ACCOUNT, automountServiceAccountToken: false };
    const spec = { ...account, restartPolicy, volumes, terminationGracePeriodSeconds: 0, securityContext, containers };
    const metadata = { generateName: "writer-" };
    const path = collectionPath.pods(this.namespace);
    const made = await this.admin.request<Pod>("POST", path, { body: { metadata, spec } });
    const signal = AbortSignal.timeout(START_MS);
    for (;;) {
      const pod = await this.admin.persist<Pod>("GET", `${path}/${made.metadata?.name}`, { signal });
      const states = containers.map(({ name }) => podState(pod, name).kind);
      if (states.every((kind) => kind === "running" || kind === "terminated")) return pod;
      await sleep(100, undefined, { signal });
    }
  }

  /** Makes an empty file in the pod's `/state`, or takes it away. */
  flag(pod: Pod, file: string, isThere = true): Promise<void> {
    return this.driver.flag(pod, STATE, file, isThere);
  }

  /** Follows a container through `cluster`, from the first line on. */
  async follow(options: RecordOptions): Promise<Witnessed> {
    const held: HeldLog = await this.driver.holdLog(options.pod, options.container);
    this.#keep.defer(() => held.release());
    const recording = new Recording(options);
    const measure = async (): Promise<Measured> => {
      await recording.complete;
      return compare(await held.linesWritten(), recording.deliveries);
    };
    return { recording, files: () => held.files(), measure };
  }

  async proxy(idle?: TlsProxyOptions["idle"]): Promise<TlsProxy> {
    const cluster = this.#kubeconfig.getCurrentCluster();
    const ca = cluster?.caFile ? await readFile(cluster.caFile, "utf8") : atob(cluster?.caData ?? "");
    const proxy = await TlsProxy.start({ server: cluster?.server ?? "", ca, ...(idle && { idle }) });
    return this.#keep.use(proxy);
  }

  /** The cluster through a proxy, with a token of a ServiceAccount that may only look; `user` replaces it. */
  async connect(proxy: TlsProxy, options: { clock?: Clock; user?: object } = {}): Promise<Cluster> {
    const { clock, user = { token: await this.token() } } = options;
    const config = new KubeConfig();
    config.loadFromOptions({
      clusters: [{ name: "proxy", server: proxy.url, caData: btoa(proxy.ca) }],
      users: [{ name: ACCOUNT, ...user }],
      contexts: [{ name: "proxy", cluster: "proxy", user: ACCOUNT }],
      currentContext: "proxy",
    });
    const source = { kind: "text", text: config.exportConfig() } as const;
    return this.#keep.adopt(connectCluster(source, clock ? { clock } : {}), (cluster) => cluster.close());
  }

  /** A token of the ServiceAccount; one that is bound to a Secret dies with it. */
  async token(secret?: { name: string; uid: string }): Promise<string> {
    const boundObjectRef = secret && { apiVersion: "v1", kind: "Secret", ...secret };
    const path = `/api/v1/namespaces/${this.namespace}/serviceaccounts/${ACCOUNT}/token`;
    const body = { spec: { audiences: [], expirationSeconds: 7200, ...(boundObjectRef && { boundObjectRef }) } };
    return (await this.admin.request<{ status: { token: string } }>("POST", path, { body })).status.token;
  }

  async #grant(): Promise<void> {
    const { namespace } = this;
    const metadata = { name: ACCOUNT };
    await this.admin.request("POST", `/api/v1/namespaces/${namespace}/serviceaccounts`, { body: { metadata } });
    const rbac = `/apis/rbac.authorization.k8s.io/v1/namespaces/${namespace}`;
    const rules = [
      { apiGroups: [""], resources: ["pods"], verbs: ["get", "list", "watch"] },
      { apiGroups: [""], resources: ["pods/log"], verbs: ["get"] },
    ];
    await this.admin.request("POST", `${rbac}/roles`, { body: { metadata, rules } });
    const roleRef = { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name: ACCOUNT };
    const subjects = [{ kind: "ServiceAccount", name: ACCOUNT, namespace }];
    await this.admin.request("POST", `${rbac}/rolebindings`, { body: { metadata, roleRef, subjects } });
  }
}
