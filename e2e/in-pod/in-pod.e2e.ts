import { expect, test } from "vitest";
import { packAdapter } from "../paperclip/index.ts";
import { accountOf, expectCollected, expectWhole, openClusterWorld, settings } from "../world/index.ts";
import { World } from "../world/world.ts";
import { PaperclipPod } from "./paperclip-pod.ts";

/** A pod of a busy machine takes its time to start, milliseconds. */
const START_MS = 300_000;
const claimName = "paperclip-data";

test("in a Paperclip pod the packed adapter takes image and claim from the pod, and a session goes on by the claim", async () => {
  await using outside = await openClusterWorld(settings());
  const { namespace } = outside.parts;
  const [, , , serviceAccountName = ""] = outside.parts.user.split(":");
  const { image, kubeconfig, storageClass } = settings();
  using pod = new PaperclipPod({ kubeconfig, namespace, serviceAccountName, image, claimName, storageClass });
  const adapter = await packAdapter();
  try {
    await pod.create((isTrue) => outside.eventually(START_MS, "the Paperclip pod is ready", isTrue));
    await pod.serve(adapter.folder);
  } finally {
    await adapter.remove();
  }
  await using world = new World({ ...outside.parts, execute: pod.execute, close: () => Promise.resolve() });
  const inherited = { image: undefined, namespace: undefined, kubeconfig: undefined };
  const config = { ...inherited, agentDbMode: "workspace_subpath" };

  const first = world.heartbeat({ model: "tools", config });
  const result = await first.heartbeat.result;

  expect(result).toMatchObject({ exitCode: 0, summary: "Both commands ran.", sessionParams: { cwd: "/paperclip" } });
  expect(result.errorCode ?? null).toBeNull();
  expect(first.heartbeat.notes.join("\n")).toMatch(
    new RegExp(`From the Paperclip pod ${namespace}/\\S+: .*image ${image}.*dataClaim.claimName ${claimName}`),
  );
  const spec = (await first.witness.job())?.spec?.template.spec;
  expect(spec?.containers[0]).toMatchObject({ image });
  expect(spec?.volumes).toContainEqual(expect.objectContaining({ persistentVolumeClaim: { claimName } }));
  expect(await pod.run(["find", "/paperclip", "-name", "opencode*.db"])).not.toBe("");
  await expectWhole(first);
  await expectCollected(world, first);

  const second = world.heartbeat({ model: "tools", config, sessionParams: result.sessionParams ?? null });
  const resumed = await second.heartbeat.result;

  expect(resumed).toMatchObject({ exitCode: 0, sessionParams: result.sessionParams });
  expect(accountOf(resumed).receipt).not.toHaveProperty("freshSession", true);
  await expectWhole(second);
  await expectCollected(world, second);
});
