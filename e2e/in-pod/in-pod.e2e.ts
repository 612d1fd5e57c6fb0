import { afterAll, beforeAll, expect, test } from "vitest";
import { accountOf, expectCollected, expectWhole, openClusterWorld, settings } from "../world/index.ts";
import { World } from "../world/world.ts";
import type { PaperclipPod } from "./paperclip-pod.ts";
import { CLAIM as claimName, servedFromPod, TAKEN_FROM_POD } from "./served-from-pod.ts";

const config = { ...TAKEN_FROM_POD, image: undefined, agentDbMode: "workspace_subpath" };

const made = new AsyncDisposableStack();
let pod: PaperclipPod;
let world: World;
beforeAll(async () => {
  const outside = made.use(await openClusterWorld(settings()));
  pod = made.use(await servedFromPod(outside));
  world = made.use(new World({ ...outside.parts, execute: pod.execute, close: () => Promise.resolve() }));
});
afterAll(() => made.disposeAsync());

test("in a Paperclip pod the packed adapter takes image and claim from the pod, and a session goes on by the claim", async () => {
  const { namespace } = world.parts;
  const { image } = settings();
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

/** Ends the program's own processes beside OpenCode, the one that copies its output to the log among them. */
const END_FOLLOWER =
  'for p in /proc/[0-9]*; do grep -qs "^PPid:.1$" $p/status && [ "$(cat $p/comm)" = "$(cat /proc/1/comm)" ] && kill -9 ${p#/proc/}; done; echo ended';

test("what a log lacks is read from the copy on the claim, and the copy removed", async () => {
  const task = ["echo before", END_FOLLOWER, "echo after"].map((command) => `$ ${command}`).join("\n");
  const { heartbeat } = world.heartbeat({ model: "commands", task, config });

  const result = await heartbeat.result;

  const { log, receipt } = accountOf(result);
  expect(result).toMatchObject({ exitCode: 0, summary: "Commands tried: 3." });
  expect(result.errorCode ?? null).toBeNull();
  expect(log).toEqual({ lines: receipt?.lines, bytes: receipt?.bytes, complete: true });
  expect(heartbeat.torn).toEqual([]);
  // The log had lines of the first two steps only, and no more was missing than came.
  expect(heartbeat.notes.join("\n")).toMatch(/Lines that the log lacks: [1-9]\d*\. They follow, from the copy/);
  const lines = heartbeat.events.map((line) => JSON.parse(line) as { type: string; timestamp: number });
  expect(lines.map(({ type }) => type).slice(-2)).toEqual(["text", "step_finish"]);
  expect(new Set(heartbeat.events).size).toBe(receipt?.lines);
  expect(lines.map(({ timestamp }) => timestamp)).toEqual(
    lines.map(({ timestamp }) => timestamp).toSorted((a, b) => a - b),
  );
  const left = await pod.run(["find", "/paperclip/.opencode-k8s/.runs", "-name", heartbeat.runId]);
  expect(left).toBe("");
});
