import { randomBytes } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { KubeConfig } from "@kubernetes/client-node";
import { type Cluster, connectCluster, isConflict, isNotFound, loadKubeConfig } from "@opencode-k8s/k8s-kit";
import { systemClock } from "@opencode-k8s/kube-sim";
import { execute } from "paperclip-adapter-opencode-k8s/execute";
import { providerConfig, startModelServer } from "../../packages/kube-sim/src/model-server/index.ts";
import { grantAdapterAccess } from "../paperclip/index.ts";
import { findDriver } from "./find-driver.ts";
import { AnswerGate } from "./answer-gate.ts";
import { proxiedAccess } from "./proxied-access.ts";
import type { Settings } from "./settings.ts";
import { type KubeconfigKind, World } from "./world.ts";

/** Of the namespaces: one by which those that a killed suite has left are found. */
const LABELS = { "pod-security.kubernetes.io/enforce": "restricted", "opencode-k8s/e2e": "scenario" };
/** Nobody listens there; and it is none of the ports that `fetch` refuses to call. */
const UNHEARD = "https://127.0.0.1:2";

/**
 * A namespace of a real cluster that enforces Pod Security `restricted`, a ServiceAccount in it for the adapter, and a
 * model server on this machine.
 * @throws KubernetesError or client-node's ApiException when the cluster refuses; nothing is left behind then
 */
export async function openClusterWorld({ kubeconfig, hostIp, image, storageClass }: Settings): Promise<World> {
  const source = { kind: "file", path: kubeconfig } as const;
  const admin = connectCluster(source);
  const namespace = `e2e-${randomBytes(4).toString("hex")}`;
  await using made = new AsyncDisposableStack();
  made.defer(() => admin.close());
  await admin.request("POST", "/api/v1/namespaces", {
    body: { metadata: { name: namespace, labels: LABELS } },
  });
  made.defer(async () => {
    await admin.request("DELETE", `/api/v1/namespaces/${namespace}`).catch((error: unknown) => {
      if (!isNotFound(error) && !isConflict(error)) throw error; // A scenario may have deleted it.
    });
  });
  const granted = await grantAdapterAccess(loadKubeConfig(source), namespace);
  made.defer(() => granted.remove());
  const folder = await mkdtemp(join(tmpdir(), "e2e-"));
  made.defer(() => rm(folder, { recursive: true }));
  const answers = new AnswerGate();
  const models = await startModelServer({ host: hostIp, clock: answers.behind(systemClock) });
  made.defer(() => models.close());
  const driver = await findDriver(kubeconfig, admin);
  const keep = made.move();
  return new World({
    kind: "cluster",
    namespace,
    admin,
    driver,
    user: granted.user,
    config: (model) => ({
      model: `demo/${model}`,
      namespace,
      image,
      kubeconfig: granted.kubeconfig,
      "resources.requests.cpu": "50m",
      "resources.requests.memory": "256Mi",
      graceSec: 30,
      agentDbMode: "ephemeral",
      agentDbStorageClass: storageClass,
      env: { PAPERCLIP_OPENCODE_PROVIDERS: JSON.stringify(providerConfig(models.url, [model])) },
    }),
    kubeconfig: async (kind) => {
      if (kind === "admin") return kubeconfig;
      const file = join(folder, kind);
      await writeFile(file, await withoutUse(kind, admin, kubeconfig, namespace));
      return file;
    },
    throughProxy: async (user) => {
      const file = join(folder, `proxied-${randomBytes(4).toString("hex")}`);
      const access = await proxiedAccess(granted.kubeconfig, file, user);
      keep.use(access.proxy);
      return access;
    },
    execute: (ctx, server) => execute(ctx, undefined, server),
    modelRequests: () => models.requests.length,
    holdAnswers: () => answers.hold(),
    close: () => keep.disposeAsync(),
  });
}

/** The text of a kubeconfig that leads nowhere, or of one that opens nothing. */
async function withoutUse(
  kind: Exclude<KubeconfigKind, "admin">,
  admin: Cluster,
  kubeconfig: string,
  namespace: string,
): Promise<string> {
  const theirs = loadKubeConfig({ kind: "file", path: kubeconfig }).getCurrentCluster();
  if (!theirs) throw new Error(`${kubeconfig} leads to no cluster`);
  const server = kind === "refused" ? UNHEARD : theirs.server;
  const token = kind === "refused" ? "unused" : await powerlessToken(admin, namespace);
  const config = new KubeConfig();
  config.loadFromOptions({
    clusters: [{ ...theirs, server }],
    users: [{ name: kind, token }],
    contexts: [{ name: kind, cluster: theirs.name, user: kind }],
    currentContext: kind,
  });
  return config.exportConfig();
}

/** A token of a ServiceAccount that has no Role. */
async function powerlessToken(admin: Cluster, namespace: string): Promise<string> {
  const accounts = `/api/v1/namespaces/${namespace}/serviceaccounts`;
  await admin.request("POST", accounts, { body: { metadata: { name: "powerless" } } });
  const answer = await admin.request<{ status: { token: string } }>("POST", `${accounts}/powerless/token`, {
    body: { spec: { audiences: [], expirationSeconds: 3600 } },
  });
  return answer.status.token;
}
