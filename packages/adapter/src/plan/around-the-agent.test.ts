import type { AdapterExecutionContext } from "@paperclipai/adapter-utils";
import { expect, test } from "vitest";
import { readRunConfig } from "../config/index.ts";
import { planRun } from "./index.ts";

function objectsOf(config: Record<string, unknown>) {
  const ctx: AdapterExecutionContext = {
    runId: "run-1",
    agent: { id: "agent-1", companyId: "company-1", name: "A", adapterType: "opencode_k8s", adapterConfig: {} },
    runtime: { sessionId: null, sessionParams: null, sessionDisplayId: null, taskKey: null },
    config: {},
    context: { taskId: "task-1" },
    onLog: () => Promise.resolve(),
  };
  const least = { model: "stub/m", namespace: "agents", image: "opencode:1" };
  return planRun(ctx, readRunConfig({ ...least, ...config }, "company-1")).objects;
}

test("neither a Docker daemon nor a NetworkPolicy is there unless it is configured", () => {
  const { job, networkPolicy } = objectsOf({ "dind.storage": "1Gi" });
  expect(networkPolicy).toBeUndefined();
  expect(job.spec?.template.spec).not.toHaveProperty("initContainers");
});

test("dind.image is a privileged daemon with the resources and the room that are configured", () => {
  const config = { "dind.image": "docker:28-dind", dind: { storage: "3Gi", resources: { limits: { memory: "1Gi" } } } };
  const { initContainers, volumes } = objectsOf(config).job.spec?.template.spec ?? {};
  expect(initContainers).toMatchObject([
    {
      image: "docker:28-dind",
      securityContext: { privileged: true },
      resources: { requests: { cpu: "100m", memory: "256Mi" }, limits: { cpu: "4000m", memory: "1Gi" } },
    },
  ]);
  expect(volumes).toContainEqual({ name: "docker-data", emptyDir: { sizeLimit: "3Gi" } });
});

test("networkPolicy is the agent's", () => {
  const { networkPolicy } = objectsOf({ networkPolicy: { dns: { cidrs: ["10.96.0.10/32"] } } });
  expect(networkPolicy).toMatchObject({ metadata: { name: "opencode-network-agent-1", namespace: "agents" } });
});

test("what no policy can be is told by its key", () => {
  expect(() => objectsOf({ networkPolicy: { dns: { cidrs: ["dns.example"] } } })).toThrow(
    /^networkPolicy\.dns\.cidrs\[0\] is "dns\.example"/,
  );
});

test("mcpServers are in OpenCode's configuration, and so in the Secret only", () => {
  const { job, secrets } = objectsOf({ mcpServers: { web: { url: "https://mcp.example/canary" } } });
  expect(JSON.stringify(job)).not.toContain("canary");
  const config = secrets.map(({ data }) => atob(data?.["opencode.json"] ?? "")).join("");
  expect(JSON.parse(config)).toMatchObject({ mcp: { web: { type: "remote", url: "https://mcp.example/canary" } } });
});
