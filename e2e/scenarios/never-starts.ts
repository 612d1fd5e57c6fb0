import { expect } from "vitest";
import { collectionPath } from "@opencode-k8s/k8s-kit";
import { accountOf, expectCollected, settings } from "../world/index.ts";
import type { World } from "../world/index.ts";
import { startSilentRegistry } from "../world/silent-registry.ts";
import type { HeartbeatOptions } from "../world/world.ts";
import type { Scenario } from "./scenario.ts";

/** How long a pod may take to start, in these scenarios. */
const WINDOW_SEC = 10;

/** What keeps a pod from starting. */
interface Obstacle {
  readonly config?: HeartbeatOptions["config"];
  /** What the run ends with, and the cluster's words in its message. */
  readonly errorCode: string;
  readonly words: RegExp;
  /** Was a Job made for it all the same? Default: yes. */
  readonly hasJob?: boolean;
}

/** A pod that never starts: the run ends within its window, says why, and leaves nothing behind. */
function neverStarts(
  name: string,
  expected: string,
  obstacleIn: (world: World, made: AsyncDisposableStack) => Promise<Obstacle>,
): Scenario {
  return {
    name,
    fault: { group: "Images, nodes and claims", expected },
    only: "cluster",
    async play(world) {
      await using made = new AsyncDisposableStack();
      const { config, errorCode, words, hasJob = true } = await obstacleIn(world, made);
      const run = world.heartbeat(config ? { config } : {});

      const result = await run.heartbeat.result;

      expect(result).toMatchObject({ exitCode: 1, timedOut: false, errorCode });
      expect(result.errorMessage).toMatch(words);
      expect(run.heartbeat.events).toEqual([]);
      if (!hasJob) return expect((await world.objects()).jobs).toEqual([]);
      expect(accountOf(result).diagnosis).toMatchObject({ startedUserCode: false });
      await expectCollected(world, run);
    },
  };
}

async function slowImage(_: World, made: AsyncDisposableStack): Promise<Obstacle> {
  const registry = made.use(await startSilentRegistry(settings().hostIp));
  return {
    config: { image: `${registry.host}/agent:1`, imagePullTimeoutSec: WINDOW_SEC },
    errorCode: "k8s_image_pull_failed",
    words: /pull/i,
  };
}

function noNode(): Promise<Obstacle> {
  return Promise.resolve({
    config: { nodeSelector: { "example.com/none": "such" }, scheduleTimeoutSec: WINDOW_SEC },
    errorCode: "k8s_pod_schedule_failed",
    words: /didn't match Pod's node affinity\/selector/,
  });
}

/** The volume of an agent's database is deleted between two of its heartbeats. */
async function claimLost(world: World): Promise<Obstacle> {
  const { admin, namespace } = world.parts;
  const config = { agentDbMode: "dedicated_pvc", scheduleTimeoutSec: WINDOW_SEC };
  const first = world.heartbeat({ config });
  expect(await first.heartbeat.result).toMatchObject({ exitCode: 0 });
  await expectCollected(world, first);

  const claims = collectionPath.claims(namespace);
  const { items } = await admin.request<Claims>("GET", claims);
  const volume = `/api/v1/persistentvolumes/${items[0]?.spec.volumeName ?? ""}`;
  await admin.request("DELETE", volume);
  // Nobody waits until it is not used any more.
  await admin.patch(volume, { strategy: "merge", body: { metadata: { finalizers: null } } });
  await world.eventually(60_000, "the claim is lost", async () => {
    const now = await admin.request<Claims>("GET", claims);
    return now.items[0]?.status?.phase === "Lost";
  });
  return { config, errorCode: "configuration_incomplete", words: /volume that it was bound to is gone/, hasJob: false };
}

interface Claims {
  readonly items: readonly {
    readonly spec: { readonly volumeName?: string };
    readonly status?: { readonly phase?: string };
  }[];
}

async function makeQuota({ parts: { admin, namespace } }: World, hard: Record<string, string>): Promise<void> {
  const quotas = `/api/v1/namespaces/${namespace}/resourcequotas`;
  await admin.request("POST", quotas, { body: { metadata: { name: "full" }, spec: { hard } } });
}

async function noPods(world: World): Promise<Obstacle> {
  await makeQuota(world, { pods: "0" });
  return { errorCode: "k8s_pod_rejected", words: /exceeded quota: full/ };
}

async function noSecrets(world: World): Promise<Obstacle> {
  await makeQuota(world, { secrets: "0" });
  return { errorCode: "k8s_job_create_failed", words: /exceeded quota: full/, hasJob: false };
}

export const neverStarted: readonly Scenario[] = [
  neverStarts("an image whose registry says nothing", "`k8s_image_pull_failed` when the window is over", slowImage),
  neverStarts("a pod that no node takes", "`k8s_pod_schedule_failed`, in the scheduler's words", noNode),
  neverStarts(
    "the volume of an agent's database is gone",
    "`configuration_incomplete`, which names the claim",
    claimLost,
  ),
  neverStarts("a quota that takes no more pods", "`k8s_pod_rejected`, in the quota's words", noPods),
  neverStarts(
    "a quota that takes no more Secrets",
    "`k8s_job_create_failed`, in the quota's words; the Job is taken back",
    noSecrets,
  ),
];
