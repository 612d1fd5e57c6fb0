import { setTimeout as sleep } from "node:timers/promises";
import { CoreV1Api, KubeConfig, type V1PersistentVolumeClaim } from "@kubernetes/client-node";
import { buildRunObjects, type ClaimProblem, claimProblems, type RunInput } from "@opencode-k8s/job-manifest";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type ModelServer, startModelServer } from "../../packages/kube-sim/src/model-server/index.ts";
import { settings } from "../world/index.ts";
import { type Ran, RunNamespace } from "./run-namespace.ts";
import { openCodeRun } from "./small-run.ts";

const { kubeconfig, hostIp, storageClass } = settings();

/** Where the agent image has it, for scripts that are OpenCode to a run. */
const OPENCODE = "/usr/local/bin/opencode";

let namespace: RunNamespace;
let models: ModelServer;
let core: CoreV1Api;
beforeAll(async () => {
  models = await startModelServer({ host: hostIp });
  namespace = await RunNamespace.open(kubeconfig);
  await namespace.createClaim("shared", storageClass);
  const config = new KubeConfig();
  config.loadFromFile(kubeconfig);
  core = config.makeApiClient(CoreV1Api);
});
afterAll(async () => {
  await namespace[Symbol.asyncDispose]();
  await models.close();
});

/** A run of the real OpenCode for a task, whose sessions are on the shared claim. */
function input(taskId: string, change: Partial<RunInput> = {}): RunInput {
  return openCodeRun(models, "text", {
    namespace: namespace.name,
    taskId,
    dataClaim: { claimName: "shared", mountPath: "/paperclip" },
    database: { mode: "workspace_subpath" },
    ...change,
  });
}

/** What the program says of the database. */
function warnings({ receipt }: Pick<Ran, "receipt">): string[] {
  return (receipt.warnings ?? []).filter((code) => code.startsWith("database_"));
}

const run = (taskId: string, change?: Partial<RunInput>): Promise<Ran> =>
  namespace.run(input(taskId, change), undefined);

/** Does something to the database of a task, in a pod as its runs have it. Questions are answered as by OpenCode. */
async function tamper(taskId: string, script: string): Promise<void> {
  const ran = await namespace.run(input(taskId), `[ "$1" != db ] || exec ${OPENCODE} "$@"\n${script}`);
  expect([ran.exitCode, ran.message]).toEqual([0, ""]);
}

function session({ output }: Pick<Ran, "output">): string {
  return /"sessionID":"(ses_\w+)"/.exec(output)?.[1] ?? "";
}

describe("the database of a task", () => {
  test("is made once by pods that start together, and all of them have their session in it", async () => {
    const first = await Promise.all([1, 2, 3, 4].map(() => run("parallel")));
    expect(first.map(({ exitCode, message }) => [exitCode, message])).toEqual(first.map(() => [0, ""]));
    expect(first.map(warnings)).toEqual(first.map(() => []));
    const resumed = await Promise.all(first.map((ran) => run("parallel", { sessionId: session(ran) })));
    expect(resumed.map((ran) => [session(ran), ran.receipt.freshSession])).toEqual(
      first.map((ran) => [session(ran), false]),
    );
  });

  test.concurrent.each([
    [
      "has garbage in its middle",
      `dd if=/dev/zero of="$OPENCODE_DB" bs=4096 seek=3 count=40 conv=notrunc`,
      "unreadable",
    ],
    ["has garbage for a header", `printf garbage | dd of="$OPENCODE_DB" conv=notrunc`, "unreadable"],
    ["was cut", `truncate -s 20000 "$OPENCODE_DB"`, "unreadable"],
    [
      "was migrated by a newer OpenCode",
      `${OPENCODE} db "INSERT INTO migration VALUES ('99990101000000_later', 1)"`,
      "newer",
    ],
    ["has passed its limit", `truncate -s 600M "$OPENCODE_DB"`, "over_limit"],
  ])("that %s is renewed, and the run goes on", async (what, script, warning) => {
    const task = what.replaceAll(" ", "-");
    const before = await run(task);
    expect([before.exitCode, warnings(before)]).toEqual([0, []]);
    // What is still in the log of writes would mend what is done to the file.
    const checkpoint = `${OPENCODE} db "PRAGMA wal_checkpoint(TRUNCATE)" >/dev/null`;
    await tamper(task, `{ ${checkpoint} && ${script}; } >/dev/null 2>&1`);
    const after = await run(task, { sessionId: session(before) });
    expect([after.exitCode, warnings(after), after.receipt.freshSession]).toEqual([0, [`database_${warning}`], true]);
    expect(after.message).toMatch(/^opencode-k8s: \/paperclip\/.*\/opencode\.db /);
    const last = await run(task, { sessionId: session(after) });
    expect([last.exitCode, warnings(last), session(last)]).toEqual([0, [], session(after)]);
  });
});

describe("the claim of an agent", () => {
  const wanted = (
    agentId: string,
    change: { storageClass?: string; capacity?: string } = {},
  ): V1PersistentVolumeClaim => {
    const database = { mode: "dedicated_pvc", storageClass, capacity: "1Gi", ...change } as const;
    const { claim } = buildRunObjects(input("task", { agentId, database }));
    if (!claim) throw new Error("no claim");
    return claim;
  };
  const create = (body: V1PersistentVolumeClaim): Promise<V1PersistentVolumeClaim> =>
    core.createNamespacedPersistentVolumeClaim({ namespace: namespace.name, body });
  const read = (name: string = ""): Promise<V1PersistentVolumeClaim> =>
    core.readNamespacedPersistentVolumeClaim({ namespace: namespace.name, name });
  /** What is otherwise than wanted, in the claim of that name as the API server has it. */
  const problems = async (claim: V1PersistentVolumeClaim): Promise<ClaimProblem[]> =>
    claimProblems(await read(claim.metadata?.name), claim);

  test("is as it was wanted once it is made, also while it waits for its first pod", async () => {
    const made = wanted("new");
    expect(claimProblems(await create(made), made)).toEqual([]);
    expect(await problems(made)).toEqual([]);
    const waiting = wanted("waiting", { storageClass: `${storageClass}-wffc` });
    expect(claimProblems(await create(waiting), waiting)).toEqual([]);
    expect(await problems(waiting)).toEqual([]);
    const { metadata, status } = await read(waiting.metadata?.name);
    expect([status?.phase, metadata?.labels?.["paperclip.io/pvc-type"]]).toEqual(["Pending", "agent-db"]);
  });

  test("that is there with another class, less room and no right to write is told apart", async () => {
    const there = wanted("other");
    await create({ ...there, spec: { ...there.spec, accessModes: ["ReadOnlyMany"] } });
    expect(await problems(wanted("other", { storageClass: `${storageClass}-wffc`, capacity: "2Gi" }))).toEqual([
      { kind: "class", message: `its StorageClass is "${storageClass}", not "${storageClass}-wffc"` },
      { kind: "capacity", message: "it has 1Gi, not 2Gi" },
      { kind: "access", message: "it cannot be written: its access modes are ReadOnlyMany" },
    ]);
  });

  test("whose volume is gone is lost", async () => {
    const claim = wanted("lost");
    // A volume of our own is bound at once on every cluster.
    const persistentVolume = { name: `${namespace.name}-lost` };
    const { accessModes = [] } = claim.spec ?? {};
    const claimRef = { namespace: namespace.name, name: claim.metadata?.name ?? "" };
    const hostPath = { path: "/nonexistent" };
    const volume = { accessModes, capacity: { storage: "1Gi" }, storageClassName: storageClass, hostPath, claimRef };
    await core.createPersistentVolume({ body: { metadata: persistentVolume, spec: volume } });
    await create({ ...claim, spec: { ...claim.spec, volumeName: persistentVolume.name } });
    await eventually(claim, ({ status }) => status?.phase === "Bound");
    await core.deletePersistentVolume(persistentVolume);
    // The cluster keeps a volume that is bound: this is what somebody in a hurry does.
    const released = { op: "remove", path: "/metadata/finalizers" };
    await core.patchPersistentVolume({ ...persistentVolume, body: [released] });
    await eventually(claim, ({ status }) => status?.phase === "Lost");
    expect(await problems(claim)).toEqual([{ kind: "lost", message: "the volume that it was bound to is gone" }]);
  });

  async function eventually(
    { metadata }: V1PersistentVolumeClaim,
    is: (claim: V1PersistentVolumeClaim) => boolean,
  ): Promise<V1PersistentVolumeClaim> {
    const signal = AbortSignal.timeout(120_000);
    for (;;) {
      const claim = await read(metadata?.name);
      if (is(claim)) return claim;
      await sleep(200, undefined, { signal });
    }
  }
});
