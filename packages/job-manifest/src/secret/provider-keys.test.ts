import { describe, expect, test } from "vitest";
import { buildRunObjects } from "../build-run-objects.ts";
import type { RunInput } from "../input/run-input.ts";
import { sampleInput } from "../sample-input.ts";

function secretOf(change: Partial<RunInput>): Record<string, string> {
  const data = buildRunObjects({ ...sampleInput, ...change }).secrets[0]!.data!;
  return Object.fromEntries(Object.entries(data).map(([key, text]) => [key, Buffer.from(text, "base64").toString()]));
}

describe("keys of providers", () => {
  test("are files, and the configuration refers to them", () => {
    const data = secretOf({
      providerKeys: { anthropic: "sk-1" },
      openCodeConfig: { provider: { anthropic: { x: 1 } } },
    });
    expect(data["provider-key.anthropic"]).toBe("sk-1");
    expect(JSON.parse(data["opencode.json"]!)).toEqual({
      provider: {
        anthropic: { x: 1, options: { apiKey: "{file:/run/opencode-k8s-input/provider-key.anthropic}" } },
      },
    });
  });

  test("are mounted for the pod's group alone, and are in nobody's environment", () => {
    const { job } = buildRunObjects({ ...sampleInput, providerKeys: { anthropic: "sk-1" } });
    const { volumes, containers } = job.spec!.template.spec!;
    const { defaultMode, sources } = volumes!.find(({ name }) => name === "input")!.projected!;
    expect(defaultMode).toBe(0o440);
    expect(sources![0]!.secret!.items).toContainEqual({
      key: "provider-key.anthropic",
      path: "provider-key.anthropic",
    });
    const variables = containers[0]!.env!.map(({ valueFrom }) => valueFrom?.secretKeyRef?.key);
    expect(variables).not.toContain("provider-key.anthropic");
  });

  test("give way to a key that the configuration has itself", () => {
    const data = secretOf({ providerKeys: { example: "sk-1" } });
    expect(Object.keys(data)).not.toContain("provider-key.example");
    expect(JSON.parse(data["opencode.json"]!)).toEqual(sampleInput.openCodeConfig);
  });

  test("arrive whole where OpenCode would trim them", () => {
    const config = JSON.parse(secretOf({ providerKeys: { a: " k\n" } })["opencode.json"]!) as {
      provider: { a: { options: { apiKey: string } } };
    };
    expect(config.provider.a.options.apiKey).toBe(" {file:/run/opencode-k8s-input/provider-key.a}\n");
  });
});
