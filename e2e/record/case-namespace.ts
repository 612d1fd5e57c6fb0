import { randomBytes } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { type Cluster, isNotFound } from "@opencode-k8s/k8s-kit";

/** A namespace of one case. */
export interface CaseNamespace extends AsyncDisposable {
  readonly name: string;
}

/** A new namespace gets its `default` ServiceAccount within a second; until then no pod is admitted. Milliseconds. */
const READY_MS = 30_000;

/** Makes a namespace that nobody else uses; it is deleted with everything in it when it is disposed. */
export async function openNamespace(cluster: Cluster): Promise<CaseNamespace> {
  const name = `record-${randomBytes(4).toString("hex")}`;
  const path = `/api/v1/namespaces/${name}`;
  await cluster.request("POST", "/api/v1/namespaces", {
    body: { metadata: { name, labels: { "opencode-k8s/e2e": "record" } } },
  });
  const late = AbortSignal.timeout(READY_MS);
  for (;;) {
    try {
      await cluster.request("GET", `${path}/serviceaccounts/default`, { signal: late });
      break;
    } catch (error) {
      if (!isNotFound(error)) throw error;
      await sleep(200);
    }
  }
  return { name, [Symbol.asyncDispose]: () => cluster.request("DELETE", path) };
}
