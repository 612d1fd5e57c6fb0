import { expect } from "vitest";
import { serveSlowly } from "../world/archive-registry.ts";
import { expectCollected, expectWhole, SHELL_IMAGE } from "../world/index.ts";
import type { World } from "../world/index.ts";
import { shellOpenCode } from "../world/shell-opencode.ts";
import type { HeartbeatOptions } from "../world/world.ts";
import { ANSWERING } from "./script.ts";
import type { Scenario } from "./scenario.ts";

/** What a pod lacks to start, and how it comes after all. */
interface Obstacle {
  readonly config: NonNullable<HeartbeatOptions["config"]>;
  /** What the adapter says of it meanwhile. */
  readonly told: RegExp;
  /** @returns what takes away what was made for it */
  remedy(): Promise<() => Promise<void>>;
}

/** A pod that cannot start at first: the run says why, and begins as soon as it can. */
function lateStart(name: string, obstacleIn: (world: World) => Promise<Obstacle>): Scenario {
  return {
    name,
    fault: { group: "Images, nodes and claims", expected: "the run says what it waits for, then succeeds" },
    only: "cluster",
    async play(world) {
      const { config, told, remedy } = await obstacleIn(world);
      const run = world.heartbeat({ config });
      await run.heartbeat.untilNote(told);

      await using made = new AsyncDisposableStack();
      made.defer(await remedy());

      const result = await run.heartbeat.result;
      expect(result.errorMessage ?? null).toBeNull();
      expect(result).toMatchObject({ exitCode: 0 });
      await expectWhole(run);
      await expectCollected(world, run);
    },
  };
}

interface Listed {
  readonly items: readonly { readonly metadata: { readonly name: string } }[];
}

/** A label that one of the nodes is given. */
async function nodeLabel({ parts: { admin, namespace } }: World): Promise<Obstacle> {
  const label = `${namespace}.example.com/agents`;
  const { items } = await admin.request<Listed>("GET", "/api/v1/nodes");
  const node = `/api/v1/nodes/${items[0]?.metadata.name ?? ""}`;
  const put = async (value: string | null): Promise<void> => {
    await admin.patch(node, { strategy: "merge", body: { metadata: { labels: { [label]: value } } } });
  };
  return {
    config: { nodeSelector: { [label]: "yes" } },
    told: /didn't match Pod's node affinity\/selector/,
    remedy: async () => {
      await put("yes");
      return () => put(null);
    },
  };
}

const CLASSES = "/apis/storage.k8s.io/v1/storageclasses";

/** The class of the database's claim, which nobody has made yet: a copy of the cluster's own. */
async function storageClass({ parts: { admin, namespace, config } }: World): Promise<Obstacle> {
  const { agentDbStorageClass: known } = config("text");
  const { provisioner, parameters } = await admin.request<{ provisioner: string; parameters?: object }>(
    "GET",
    `${CLASSES}/${String(known)}`,
  );
  const name = `class-of-${namespace}`;
  return {
    config: { agentDbMode: "dedicated_pvc", agentDbStorageClass: name },
    told: /unbound immediate PersistentVolumeClaims/,
    remedy: async () => {
      const body = {
        metadata: { name },
        provisioner,
        ...(parameters && { parameters }),
        volumeBindingMode: "Immediate",
      };
      await admin.request("POST", CLASSES, { body });
      return async () => {
        await admin.request("DELETE", `${CLASSES}/${name}`);
      };
    },
  };
}

/** A registry that takes the node's question, and answers when the run has said that it waits for the image. */
async function slowRegistry(world: World): Promise<Obstacle> {
  const registry = await serveSlowly(archiveIn(world) ?? "");
  return {
    config: { ...(await shellOpenCode(world, ANSWERING)), image: registry.image },
    told: /pull/i,
    remedy: () => {
      registry.open();
      return Promise.resolve(async () => registry[Symbol.asyncDispose]());
    },
  };
}

function archiveIn({ parts }: World): string | undefined {
  return parts.driver?.archiveOf?.(SHELL_IMAGE);
}

export const lateStarts: readonly Scenario[] = [
  lateStart("a pod that no node takes, until one is given the label", nodeLabel),
  lateStart("a database's claim that stays unbound, until its storage class is made", storageClass),
  {
    ...lateStart("an image whose registry takes its time", slowRegistry),
    lacks: (world) => (archiveIn(world) ? null : "its nodes pull nothing from this machine"),
  },
];
