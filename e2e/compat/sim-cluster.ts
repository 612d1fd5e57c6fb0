import { mkdir, mkdtemp, realpath, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connectCluster } from "@opencode-k8s/k8s-kit";
import {
  KubeSim,
  localProcesses,
  openCodeDirectory,
  providerConfig,
  serveTls,
  startModelServer,
} from "@opencode-k8s/kube-sim";

/** A cluster whose containers have the real OpenCode of one version, as processes of this machine. */
export interface SimCluster extends AsyncDisposable {
  /** An agent's configuration for a model of the model server. */
  config(model: string): Record<string, unknown>;
  readonly kubeconfig: string;
  /** A folder that goes with the cluster. */
  readonly folder: string;
}

/** The claim that all pods share. */
const SHARED = "shared";

/** @param version of OpenCode; the catalog's unless given */
export async function openSimCluster(version?: string): Promise<SimCluster> {
  await using made = new AsyncDisposableStack();
  const folder = await mkdtemp(join(await realpath(tmpdir()), "compat-"));
  made.defer(() => rm(folder, { recursive: true, force: true }));
  const model = await startModelServer();
  made.defer(() => model.close());
  const openCode = await openCodeDirectory(version);
  const containers = localProcesses({ directory: folder, path: `${openCode}:${process.env["PATH"] ?? ""}` });
  made.defer(() => containers.close());
  const sim = new KubeSim({ runtime: containers });
  made.defer(() => sim.close());
  const api = await serveTls(sim);
  made.defer(() => api.close());
  const kubeconfig = join(folder, "kubeconfig");
  await writeFile(kubeconfig, api.kubeconfig);
  await shareFolder(kubeconfig, folder);
  const all = made.move();
  return {
    folder,
    kubeconfig,
    config: (name) => ({
      model: `demo/${name}`,
      namespace: "default",
      image: "opencode",
      kubeconfig,
      // A session lies on a claim of the agent's own, and goes on only in the working directory where it began: one that all
      // pods have at the same path of this machine.
      agentDbMode: "dedicated_pvc",
      agentDbStorageClass: "standard",
      dataClaim: { claimName: SHARED },
      cwd: "/paperclip/work",
      timeoutSec: 120,
      env: { PAPERCLIP_OPENCODE_PROVIDERS: JSON.stringify(providerConfig(model.url, ["demo", "text"])) },
    }),
    [Symbol.asyncDispose]: () => all.disposeAsync(),
  };
}

/** Makes the claim, and the folder `work` on it. */
async function shareFolder(kubeconfig: string, folder: string): Promise<void> {
  const cluster = connectCluster({ kind: "file", path: kubeconfig });
  const spec = {
    accessModes: ["ReadWriteMany"],
    storageClassName: "standard",
    resources: { requests: { storage: "1Gi" } },
  };
  await cluster.request("POST", "/api/v1/namespaces/default/persistentvolumeclaims", {
    body: { metadata: { name: SHARED }, spec },
  });
  await cluster.close();
  await mkdir(join(folder, "claims/default", SHARED, "work"), { recursive: true });
}
