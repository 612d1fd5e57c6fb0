import { describe, expect, test } from "vitest";
import { buildRunObjects } from "../build-run-objects.ts";
import type { RunInput } from "../input/run-input.ts";
import { sampleInput } from "../sample-input.ts";

function containerOf(change: Partial<RunInput>): { env: object[]; envFrom: unknown } {
  const container = buildRunObjects({ ...sampleInput, ...change }).job.spec?.template.spec?.containers[0];
  return { env: container?.env ?? [], envFrom: container?.envFrom };
}

test("references stay references", () => {
  const token = { secretKeyRef: { name: "git", key: "token.txt" } };
  const node = { fieldRef: { fieldPath: "spec.nodeName" } };
  const envFrom = [{ prefix: "CI_", secretRef: { name: "ci" } }, { configMapRef: { name: "proxy", optional: true } }];
  const { env, envFrom: sources } = containerOf({ envValueFrom: { GIT_TOKEN: token, NODE: node }, envFrom });
  expect(env).toEqual(
    expect.arrayContaining([
      { name: "GIT_TOKEN", valueFrom: token },
      { name: "NODE", valueFrom: node },
    ]),
  );
  expect(sources).toEqual(envFrom);
});

test("a reference stands in the place of a default of ours", () => {
  const valueFrom = { configMapKeyRef: { name: "opencode", key: "fff" } };
  const { env } = containerOf({ envValueFrom: { OPENCODE_DISABLE_FFF: valueFrom } });
  expect(env.filter((variable) => "name" in variable && variable.name === "OPENCODE_DISABLE_FFF")).toEqual([
    { name: "OPENCODE_DISABLE_FFF", valueFrom },
  ]);
});

describe("refused by name", () => {
  const one = (source: object): Partial<RunInput> => ({ envValueFrom: { A: source } });
  test.each<[Partial<RunInput>, string]>([
    [{ envValueFrom: { "a-b": { fieldRef: { fieldPath: "metadata.name" } } } }, 'envValueFrom["a-b"]'],
    [{ envValueFrom: { HOME: { fieldRef: { fieldPath: "metadata.name" } } } }, "envValueFrom.HOME"],
    [{ env: { A: "1" }, ...one({ fieldRef: { fieldPath: "metadata.name" } }) }, "envValueFrom.A"],
    [one({}), "envValueFrom.A"],
    [one({ fileKeyRef: { path: "a" } }), "envValueFrom.A"],
    [one({ secretKeyRef: { name: "A", key: "k" } }), "envValueFrom.A.secretKeyRef.name"],
    [one({ configMapKeyRef: { name: "a", key: "../k" } }), "envValueFrom.A.configMapKeyRef.key"],
    [one({ fieldRef: { fieldPath: "spec.containers" } }), "envValueFrom.A.fieldRef.fieldPath"],
    [one({ resourceFieldRef: { resource: "limits.gpu" } }), "envValueFrom.A.resourceFieldRef.resource"],
    [{ envFrom: [{}] }, "envFrom[0]"],
    [{ envFrom: [{ secretRef: { name: "a" }, configMapRef: { name: "a" } }] }, "envFrom[0]"],
    [{ envFrom: [{ secretRef: { name: "a b" } }] }, "envFrom[0].secretRef.name"],
    [{ envFrom: [{ secretRef: { name: "a" }, prefix: "1=" }] }, "envFrom[0].prefix"],
  ])("%j", (change, field) => {
    expect(() => buildRunObjects({ ...sampleInput, ...change })).toThrow(
      expect.objectContaining({ name: "ManifestError", field }),
    );
  });
});
