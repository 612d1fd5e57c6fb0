import { BatchV1Api, CoreV1Api, KubeConfig } from "@kubernetes/client-node";
import { Agent, fetch } from "undici";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { KubeSim, scriptedContainers, serveTls, type TlsServer } from "./index.ts";

/** Steps that take time on a real cluster take none here: this test runs on the machine's own clock. */
const AT_ONCE = {
  createPod: 0,
  schedule: 0,
  admit: 0,
  start: 0,
  exit: 0,
  terminatedSeen: 0,
  phaseSeen: 0,
  jobSync: 0,
  jobVerdict: 0,
  garbage: 0,
};

describe("serveTls", () => {
  const runtime = scriptedContainers(({ print }) => {
    print("hello\n");
    return Promise.resolve(0);
  });
  const sim = new KubeSim({ runtime, timings: AT_ONCE });
  let server: TlsServer;
  let dispatcher: Agent;
  const config = new KubeConfig();

  beforeAll(async () => {
    server = await serveTls(sim);
    config.loadFromString(server.kubeconfig);
    dispatcher = new Agent({ connect: { ca: Buffer.from(config.getCurrentCluster()?.caData ?? "", "base64") } });
  });
  afterAll(async () => {
    sim.close();
    await dispatcher.destroy();
    await server.close();
  });

  it("serves client-node, which verifies the certificate", async () => {
    const core = config.makeApiClient(CoreV1Api);
    const list = await core.listNamespace();
    expect(list.items.map((item) => item.metadata?.name)).toEqual(["default", "kube-system"]);
    await expect(core.readNamespacedPod({ namespace: "default", name: "nope" })).rejects.toMatchObject({ code: 404 });
  });

  it("runs a Job for it, and streams the watch that sees it end", async () => {
    const batch = config.makeApiClient(BatchV1Api);
    const template = { spec: { restartPolicy: "Never", containers: [{ name: "main", image: "x" }] } };
    const job = await batch.createNamespacedJob({
      namespace: "default",
      body: { metadata: { name: "j" }, spec: { template } },
    });
    expect(job.metadata?.creationTimestamp).toBeInstanceOf(Date);
    const { signal, end } = stopSwitch();
    const response = await request(
      `/apis/batch/v1/namespaces/default/jobs?watch=true&resourceVersion=${job.metadata?.resourceVersion}`,
      { signal },
    );
    let text = "";
    const decoder = new TextDecoder();
    for await (const chunk of response.body ?? []) {
      text += decoder.decode(chunk as Uint8Array, { stream: true });
      if (text.includes('"Complete"')) break;
    }
    end();
    expect(
      text
        .trim()
        .split("\n")
        .map((line) => (JSON.parse(line) as { type: string }).type),
    ).toContain("MODIFIED");
  });

  it("refuses another token with 401", async () => {
    const response = await request("/api/v1/namespaces", { headers: { authorization: "Bearer wrong" } });
    expect(response.status).toBe(401);
    expect(await response.json()).toMatchObject({ kind: "Status", reason: "Unauthorized", code: 401 });
  });

  it("breaks the connection where the simulator refuses it", async () => {
    sim.faults.refuse({ resource: "secrets" });
    await expect(request("/api/v1/secrets")).rejects.toThrow("fetch failed");
    expect((await request("/api/v1/secrets")).status).toBe(200);
  });

  it("lets go of a stream when its client goes", async () => {
    const { signal, end } = stopSwitch();
    await request("/api/v1/pods?watch=true", { signal });
    expect(sim.faults.openStreams).toHaveLength(1);
    const closed = new Promise<void>((resolve) => (sim.faults.onStreamEnd = () => resolve()));
    end();
    await closed;
    expect(sim.faults.openStreams).toHaveLength(0);
  });

  async function request(path: string, init: RequestInit = {}): Promise<Response> {
    const headers = {
      authorization: `Bearer ${config.getCurrentUser()?.token}`,
      ...(init.headers as Record<string, string>),
    };
    return await fetch(server.url + path, { ...(init as object), headers, dispatcher });
  }

  function stopSwitch(): { signal: AbortSignal; end(): void } {
    const controller = new AbortController();
    return { signal: controller.signal, end: () => controller.abort() };
  }
});
