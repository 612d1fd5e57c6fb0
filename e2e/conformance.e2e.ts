import { randomBytes } from "node:crypto";
import type { RequestOptions } from "node:https";
import { KubeConfig } from "@kubernetes/client-node";
import { conformanceSuite, type ConformanceWorld } from "@opencode-k8s/kube-sim/conformance";
import { Agent, fetch } from "undici";
import { describe } from "vitest";

/** What kube-sim promises is what a real cluster does: the same suite, on the cluster of E2E_KUBECONFIG. */
const kubeconfig = process.env.E2E_KUBECONFIG;
const image = process.env.E2E_SHELL_IMAGE ?? "real-kube.local/busybox:1";

describe.skipIf(!kubeconfig)("kube-sim's promises", () => {
  conformanceSuite("a real cluster", async (): Promise<ConformanceWorld> => {
    const config = new KubeConfig();
    config.loadFromFile(kubeconfig ?? "");
    const server = config.getCurrentCluster()?.server ?? "";
    const options: RequestOptions = {};
    await config.applyToHTTPSOptions(options);
    const { ca, cert, key, headers = {} } = options;
    const dispatcher = new Agent({ connect: { ca, cert, key }, bodyTimeout: 0 });
    const authorization = headers as Record<string, string>;
    const request: ConformanceWorld["fetch"] = async (path, init = {}) => {
      const merged = { ...authorization, ...(init.headers as Record<string, string>) };
      return await fetch(server + path, { ...(init as object), headers: merged, dispatcher });
    };
    const namespace = `conformance-${randomBytes(4).toString("hex")}`;
    const body = JSON.stringify({ apiVersion: "v1", kind: "Namespace", metadata: { name: namespace } });
    const created = await request("/api/v1/namespaces", {
      method: "POST",
      body,
      headers: { "content-type": "application/json" },
    });
    if (!created.ok) throw new Error(await created.text());
    return {
      fetch: request,
      namespace,
      image,
      run: (work) => work(),
      sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
      close: async () => {
        await request(`/api/v1/namespaces/${namespace}`, { method: "DELETE" });
        await dispatcher.destroy();
      },
    };
  });
});
