import { expect, test } from "vitest";
import { readRunConfig } from "../index.ts";

const read = (config: Record<string, unknown>) =>
  readRunConfig({ model: "stub/m", namespace: "agents", image: "opencode:1", ...config }, "company-1");

test("networkPolicy and mcpServers are YAML, JSON or data", () => {
  const networkPolicy = {
    dns: { namespace: "kube-system", podLabels: { "k8s-app": "kube-dns" } },
    paperclip: { cidrs: ["10.0.0.1/32"], port: 3100 },
    egress: [{ cidrs: ["203.0.113.0/24"], ports: [443] }],
  };
  const mcpServers = { files: { command: "server" } };
  for (const form of [(value: unknown) => value, (value: unknown) => JSON.stringify(value)])
    expect(read({ networkPolicy: form(networkPolicy), mcpServers: form(mcpServers) })).toMatchObject({
      networkPolicy,
      mcpServers,
    });
  expect(read({ networkPolicy: "dns:\n  cidrs: [10.96.0.10/32]\n" }).networkPolicy).toEqual({
    dns: { cidrs: ["10.96.0.10/32"] },
  });
});

test.each([
  [{ networkPolicy: "10.0.0.0/8" }, /networkPolicy: give an object with dns/],
  [{ networkPolicy: {} }, /networkPolicy: dns: /],
  [{ networkPolicy: { dns: { names: ["a"] } } }, /networkPolicy: dns: give cidrs.*or namespace/],
  [{ networkPolicy: { dns: { cidrs: [] }, egress: { cidrs: [] } } }, /networkPolicy: egress: give a list/],
  [{ networkPolicy: { dns: { cidrs: [] }, ingress: [] } }, /networkPolicy: give an object with dns/],
  [{ mcpServers: ["sk-secret"] }, /mcpServers: give an object of servers/],
  [{ mcpServers: "{ a: [" }, /mcpServers: give YAML or JSON/],
  [{ "dind.image": "docker dind" }, /dind\.image: name a container image/],
  [{ "dind.storage": "much" }, /dind\.storage: give a Kubernetes quantity/],
])("%j is told by its key", (config, message) => {
  expect(() => read(config)).toThrow(message);
  expect(() => read(config)).not.toThrow(/sk-secret/);
});
