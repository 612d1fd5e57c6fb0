import { execFileSync } from "node:child_process";
import { BatchV1Api, CoreV1Api, KubeConfig } from "@kubernetes/client-node";
import { expect, onTestFinished, test } from "vitest";
import { grantAdapterAccess, ordinaryUser } from "./index.ts";

test("the ServiceAccount's kubeconfig opens its namespace to Paperclip's user, and nothing else", async () => {
  const admin = new KubeConfig();
  admin.loadFromFile(process.env.E2E_KUBECONFIG ?? process.env.KUBECONFIG ?? "");
  const core = admin.makeApiClient(CoreV1Api);
  const { metadata } = await core.createNamespace({ body: { metadata: { generateName: "e2e-access-" } } });
  const namespace = metadata?.name ?? "";
  onTestFinished(() => core.deleteNamespace({ name: namespace }).then(() => undefined));

  const access = await grantAdapterAccess(admin, namespace);
  onTestFinished(access.remove);

  const text = execFileSync("cat", [access.kubeconfig], { encoding: "utf8", ...ordinaryUser() });
  const config = new KubeConfig();
  config.loadFromString(text);
  expect((await config.makeApiClient(BatchV1Api).listNamespacedJob({ namespace })).items).toEqual([]);
  await expect(config.makeApiClient(CoreV1Api).listNode()).rejects.toMatchObject({ code: 403 });
  await expect(config.makeApiClient(BatchV1Api).listNamespacedJob({ namespace: "default" })).rejects.toThrow(
    access.user,
  );
});
