import type { V1Container, V1Job, V1PodSpec } from "@kubernetes/client-node";
import { expect } from "vitest";
import { accountOf, expectCollected } from "../world/index.ts";
import type { ExecutionResult } from "../world/heartbeat.ts";
import type { World } from "../world/index.ts";
import type { HeartbeatOptions, Run } from "../world/world.ts";
import { wayThroughProxy } from "./through-proxy.ts";
import type { Scenario } from "./scenario.ts";

type Amend = (pod: V1PodSpec, container: V1Container) => void;

interface PoorDisk {
  readonly name: string;
  readonly expected: string;
  readonly amend: Amend;
  readonly model?: string;
  readonly result: Partial<ExecutionResult>;
  readonly message: RegExp;
  /** What the run says besides. */
  readonly note?: RegExp;
  /** Has all that OpenCode printed come? */
  readonly isWhole: boolean;
}

/** Less than OpenCode's database begins with, and than an answer of 3 MB. */
const SMALL = "128Ki";

/** The volume is a file system of its own that takes no more than {@link SMALL}: the kubelet evicts only who fills the node's. */
function small(name: string): Amend {
  return ({ volumes = [] }) => {
    for (const volume of volumes) if (volume.name === name) volume.emptyDir = { medium: "Memory", sizeLimit: SMALL };
  };
}

const readOnly =
  (name: string): Amend =>
  (_, { volumeMounts = [] }) => {
    for (const mount of volumeMounts) if (mount.name === name) mount.readOnly = true;
  };

/** A run whose pod is amended between the adapter and the cluster, as an admission webhook could. */
async function amended(world: World, amend: Amend, given: HeartbeatOptions): Promise<Run> {
  const { proxy, kubeconfig } = await wayThroughProxy(world);
  proxy.amend = (path, object) => {
    const pod = /\/jobs(\?|$)/.test(path) ? (object as V1Job).spec?.template.spec : undefined;
    const container = pod?.containers[0];
    if (pod && container) amend(pod, container);
    return object;
  };
  return world.heartbeat({ ...given, config: { kubeconfig } });
}

function poorDisk({ name, expected, amend, model, message, note, isWhole, ...wanted }: PoorDisk): Scenario {
  return {
    name,
    fault: { group: "The node and its parts", expected },
    only: "cluster",
    async play(world) {
      const run = await amended(world, amend, model === undefined ? {} : { model });

      const result = await run.heartbeat.result;
      expect(result).toMatchObject(wanted.result);
      expect(result.errorMessage).toMatch(message);
      expect(accountOf(result).log.complete).toBe(isWhole);
      if (note) expect(run.heartbeat.notes).toContainEqual(expect.stringMatching(note));
      await expectCollected(world, run);
    },
  };
}

export const poorDisks: readonly Scenario[] = [
  poorDisk({
    name: "a HOME that is read-only",
    expected: "`opencode_missing`, which names the folder; OpenCode is not started",
    amend: readOnly("home"),
    result: { exitCode: 78, errorCode: "opencode_missing" },
    // A user's name in a home is masked.
    message: /\/home\/\S+ cannot be written by user 1000/,
    isWhole: true,
  }),
  poorDisk({
    name: "a full disk under OpenCode's events",
    expected: "`log_incomplete`, which names the disk: what OpenCode could not write nobody has",
    amend: small("run"),
    model: "big-3mb",
    result: { exitCode: 1, errorCode: "log_incomplete" },
    message: /the disk was full\. Raise `scratch\.run`/,
    note: /disk under OpenCode's output was full/,
    isWhole: false,
  }),
  poorDisk({
    name: "a full disk under OpenCode's sessions",
    expected: "`opencode_failed`, in OpenCode's words, and the run says that the disk was full",
    amend: small("database"),
    result: { exitCode: 1, errorCode: "opencode_failed" },
    message: /Failed to execute statement/,
    note: /disk under OpenCode's sessions was full/,
    isWhole: true,
  }),
];
