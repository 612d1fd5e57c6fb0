import { mkdtemp, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect } from "vitest";
import {
  type Cluster,
  collectionPath,
  isUnauthorized,
  type Pod,
  type Secret,
  sharedWatch,
} from "@opencode-k8s/k8s-kit";
import type { KitWorld } from "../kit-world.ts";
import type { Recording } from "../recording.ts";
import { until } from "../until.ts";
import { endlessLines } from "../writers.ts";
import { expectExact, type KitScenario } from "./scenario.ts";

/** How long nobody has a token that is good for anything, milliseconds. */
const WITHOUT_MS = 5_000;
/** However slow the machine, milliseconds. */
const BOUND_MS = 600_000;

export const tokenRevoked: KitScenario = {
  name: "the token revoked, and another put into its file: the follow and the watch go on",
  async play(world, report) {
    const folder = await mkdtemp(join(tmpdir(), "e2e-kit-"));
    try {
      const file = join(folder, "token");
      const secret = await makeSecret(world);
      await writeFile(file, await world.token(secret));
      const proxy = await world.proxy();
      const byFile = { authProvider: { name: "tokenFile", config: { tokenFile: file } } };
      const cluster = await world.connect(proxy, { user: byFile });
      const pods = sharedWatch<Pod>(cluster, { path: collectionPath.pods(world.namespace) });
      using _ = pods.use();
      const signal = AbortSignal.timeout(BOUND_MS);
      await pods.synced(signal);
      const pod = await world.start({ main: endlessLines({ paced: false, burst: 50, pauseSeconds: 0.5, bytes: 100 }) });
      const { recording, measure } = await world.follow({ cluster, pod, container: "main", signal });

      await until(() => recording.lines > 0, signal);
      await world.admin.request("DELETE", `${collectionPath.secrets(world.namespace)}/${secret.name}`);
      await untilRefused(cluster, world.namespace, signal);
      proxy.cutOpen();
      const before = await standingCount(recording, signal);
      await until(() => isUnauthorized(pods.health().lost), signal);
      await sleep(WITHOUT_MS);
      expect(recording.lines).toBe(before);
      expect(isUnauthorized(pods.health().lost)).toBe(true);
      // As the kubelet replaces it: never half written.
      await writeFile(`${file}.new`, await world.token());
      await rename(`${file}.new`, file);

      await until(() => recording.lines > before && pods.health().lost === null, signal);
      await world.flag(pod, "stop");
      const measured = await measure();
      report({ ...measured, "watch restarts": pods.health().restarts });
      expectExact(measured);
    } finally {
      await rm(folder, { recursive: true });
    }
  },
};

async function makeSecret(world: KitWorld): Promise<{ name: string; uid: string }> {
  const path = collectionPath.secrets(world.namespace);
  const { metadata = {} } = await world.admin.request<Secret>("POST", path, {
    body: { metadata: { generateName: "binding-" } },
  });
  return { name: metadata.name ?? "", uid: metadata.uid ?? "" };
}

/** Looks in a row, 100 ms apart, that see no new line: more than the writer's pause, however late one look comes. */
const STANDING_LOOKS = 20;

/** What this process had received before the cut is delivered behind it; the count stands still when that has come. */
async function standingCount(recording: Recording, signal: AbortSignal): Promise<number> {
  let count = recording.lines;
  for (let looks = 0; looks < STANDING_LOOKS; looks += 1) {
    await sleep(100, undefined, { signal });
    if (recording.lines !== count) looks = 0;
    count = recording.lines;
  }
  return count;
}

/** The API server remembers for 10 s that a token was good (`authentication-token-webhook-cache`, its own success cache). */
async function untilRefused(cluster: Cluster, namespace: string, signal: AbortSignal): Promise<void> {
  for (;;) {
    const refused = await cluster.request("GET", collectionPath.pods(namespace), { signal }).then(
      () => false,
      (error: unknown) => isUnauthorized(error),
    );
    if (refused) return;
    await sleep(500, undefined, { signal });
  }
}
