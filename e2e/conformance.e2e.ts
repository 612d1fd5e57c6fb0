import { randomBytes } from "node:crypto";
import type { RequestOptions } from "node:https";
import { KubeConfig } from "@kubernetes/client-node";
import { conformanceSuite, type ConformanceWorld } from "@opencode-k8s/kube-sim/conformance";
import { Agent, fetch } from "undici";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, vi } from "vitest";
import { SHELL_IMAGE } from "./world/settings.ts";

/** What kube-sim promises is what a real cluster does: the same suite, on the cluster of E2E_KUBECONFIG. */
const kubeconfig = process.env.E2E_KUBECONFIG;

/** The controller manager makes it within a second; milliseconds. */
const ACCOUNT_MS = 60_000;

// Its pods are small, and what takes long is waiting.
vi.setConfig({ maxConcurrency: 12 });

describe.skipIf(!kubeconfig)("kube-sim's promises", () => {
  conformanceSuite("a real cluster", realCluster, { concurrent: true, real: true });
});

async function realCluster(): Promise<ConformanceWorld> {
  const config = new KubeConfig();
  config.loadFromFile(kubeconfig ?? "");
  const server = config.getCurrentCluster()?.server ?? "";
  const options: RequestOptions = {};
  await config.applyToHTTPSOptions(options);
  const { ca, cert, key, headers = {} } = options;
  // HTTP/1.1: a 401 makes the API server end an HTTP/2 connection, and with it what others ask on it.
  const admin = new Agent({ connect: { ca, cert, key }, bodyTimeout: 0, allowH2: false });
  // A client certificate would win over a token.
  const tokenOnly = new Agent({ connect: { ca }, bodyTimeout: 0, allowH2: false });
  const authorization = headers as Record<string, string>;
  const request: ConformanceWorld["fetch"] = async (path, init = {}) => {
    const given = (init.headers ?? {}) as Record<string, string>;
    const dispatcher = "authorization" in given ? tokenOnly : admin;
    return await fetch(server + path, { ...(init as object), headers: { ...authorization, ...given }, dispatcher });
  };
  const create = async (path: string, object: object): Promise<unknown> => {
    const json = { "content-type": "application/json" };
    const response = await request(path, { method: "POST", body: JSON.stringify(object), headers: json });
    if (!response.ok) throw new Error(await response.text());
    return response.json();
  };
  const namespace = `conformance-${randomBytes(4).toString("hex")}`;
  await create("/api/v1/namespaces", { metadata: { name: namespace } });
  // No pod is taken before the namespace has its account.
  const account = `/api/v1/namespaces/${namespace}/serviceaccounts/default`;
  for (const end = Date.now() + ACCOUNT_MS; !(await request(account)).ok; await sleep(100))
    if (Date.now() > end) throw new Error(`${namespace} has no ServiceAccount after ${ACCOUNT_MS / 1000} s`);
  return {
    fetch: request,
    makeUser: async (rules) => {
      const metadata = { name: "user" };
      const accounts = `/api/v1/namespaces/${namespace}/serviceaccounts`;
      const roles = `/apis/rbac.authorization.k8s.io/v1/namespaces/${namespace}`;
      await create(accounts, { metadata });
      await create(`${roles}/roles`, { metadata, rules });
      await create(`${roles}/rolebindings`, {
        metadata,
        roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name: "user" },
        subjects: [{ kind: "ServiceAccount", name: "user", namespace }],
      });
      const { status } = (await create(`${accounts}/user/token`, { spec: {} })) as { status: { token: string } };
      return { name: `system:serviceaccount:${namespace}:user`, token: status.token };
    },
    // Every cluster has compacted its first revisions.
    expiredRevision: () => Promise.resolve("1"),
    tellsAll: false,
    namespace,
    image: SHELL_IMAGE,
    run: (work) => work(),
    sleep,
    close: async () => {
      await request(`/api/v1/namespaces/${namespace}`, { method: "DELETE" });
      await Promise.all([admin.destroy(), tokenOnly.destroy()]);
    },
  };
}
