import { mkdtemp, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { collectionPath, connectCluster, isUnauthorized, type Secret } from "@opencode-k8s/k8s-kit";
import { expect } from "vitest";
import { expectCollected, expectWhole } from "../world/index.ts";
import type { World } from "../world/index.ts";
import type { Scenario } from "./scenario.ts";
import { wayThroughProxy } from "./through-proxy.ts";

/** How long nobody has a token that is good for anything, milliseconds. */
const WITHOUT_MS = 5_000;
/** The API server remembers for 10 s that a token was good; and the machine may be slow. Milliseconds. */
const REFUSED_MS = 120_000;

export const tokenRevoked: Scenario = {
  name: "the token revoked, and another one put into its file 5 s later",
  fault: { group: "The way to the API server", expected: "the run succeeds, its log is whole" },
  only: "cluster",
  async play(world) {
    const folder = await mkdtemp(join(tmpdir(), "e2e-"));
    try {
      const file = join(folder, "token");
      const secret = await bindingSecret(world);
      await writeFile(file, await tokenOf(world, secret));
      const byFile = { authProvider: { name: "tokenFile", config: { tokenFile: file } } };
      const { proxy, kubeconfig } = await wayThroughProxy(world, byFile);
      const run = world.heartbeat({ model: "pace-120s-1500ms", config: { kubeconfig } });
      await run.heartbeat.untilEvents(6);

      await world.parts.admin.request(
        "DELETE",
        `${collectionPath.secrets(world.parts.namespace)}/${secret.metadata?.name}`,
      );
      await untilRefused(world, kubeconfig);
      proxy.cutOpen();
      await world.sleep(WITHOUT_MS);
      // As the kubelet replaces it: never half written.
      await writeFile(`${file}.new`, await tokenOf(world));
      await rename(`${file}.new`, file);

      const result = await run.heartbeat.result;
      expect(result.errorMessage ?? null).toBeNull();
      expect(result).toMatchObject({ exitCode: 0, summary: "All 80 steps are done." });
      await expectWhole(run);
      await expectCollected(world, run);
    } finally {
      await rm(folder, { recursive: true });
    }
  },
};

/** A Secret with which a token dies that is bound to it. */
function bindingSecret({ parts: { admin, namespace } }: World): Promise<Secret> {
  return admin.request("POST", collectionPath.secrets(namespace), {
    body: { metadata: { generateName: "binding-" } },
  });
}

/** A token of the adapter's ServiceAccount. */
async function tokenOf({ parts: { admin, namespace, user } }: World, secret?: Secret): Promise<string> {
  const { name, uid } = secret?.metadata ?? {};
  const boundObjectRef = secret && { apiVersion: "v1", kind: "Secret", name, uid };
  const path = `/api/v1/namespaces/${namespace}/serviceaccounts/${user.split(":").at(-1)}/token`;
  const body = { spec: { audiences: [], expirationSeconds: 7200, ...(boundObjectRef && { boundObjectRef }) } };
  return (await admin.request<{ status: { token: string } }>("POST", path, { body })).status.token;
}

async function untilRefused(world: World, kubeconfig: string): Promise<void> {
  const cluster = connectCluster({ kind: "file", path: kubeconfig });
  const pods = collectionPath.pods(world.parts.namespace);
  try {
    await world.eventually(REFUSED_MS, "the token is refused", () =>
      cluster.request("GET", pods).then(() => false, isUnauthorized),
    );
  } finally {
    await cluster.close();
  }
}
