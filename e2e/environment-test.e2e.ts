import { buildInstallation } from "@opencode-k8s/job-manifest";
import { createServerAdapter } from "paperclip-adapter-opencode-k8s";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openClusterWorld, settings, type World } from "./world/index.ts";

let world: World;
beforeAll(async () => {
  world = await openClusterWorld(settings());
});
afterAll(() => world[Symbol.asyncDispose]());

/** Paperclip's test of an agent's environment, with parts of its configuration replaced. */
async function tested(config: Record<string, unknown> = {}): Promise<{ status: string; rights: string[] }> {
  const result = await createServerAdapter().testEnvironment({
    adapterType: "opencode_k8s",
    companyId: "company",
    config: { ...world.parts.config("text"), ...config },
  });
  const rights = result.checks.filter(({ code }) => code === "k8s_right_missing");
  expect(result.checks.filter(({ level }) => level === "error")).toEqual(
    rights.filter(({ level }) => level === "error"),
  );
  return { status: result.status, rights: rights.map(({ level, hint = "" }) => `${level} ${hint}`) };
}

const rule = (group: string, resource: string, verb: string): string =>
  `Add to its Role: - { apiGroups: [${group || '""'}], resources: [${resource}], verbs: [${verb}] }`;

test("with the Role of an installation a run has what it needs; what would only help is named", async () => {
  expect(await tested()).toEqual({ status: "warn", rights: [`warn ${rule("", "pods", "delete")}`] });
});

test("with no right at all each rule of the Role is named, and those that would only help", async () => {
  const { status, rights } = await tested({ kubeconfig: await world.parts.kubeconfig("denied") });
  expect(status).toBe("fail");
  const { rights: least } = buildInstallation({ namespace: world.parts.namespace, features: {} });
  const wanted = least.map(
    ({ rule: { apiGroups: [group = ""] = [], resources = [], verbs } }) =>
      `error ${rule(group, resources.join(", "), verbs.join(", "))}`,
  );
  expect(rights.filter((right) => right.startsWith("error"))).toEqual(wanted);
  expect(rights.filter((right) => right.startsWith("warn"))).toEqual([
    `warn ${rule("", "events", "list")}`,
    `warn ${rule("", "pods", "delete")}`,
  ]);
});

test("leaves nothing behind", async () => {
  await tested();
  const { jobs, pods, secrets } = await world.objects();
  expect([jobs, pods, secrets]).toEqual([[], [], []]);
});
