import { CONTAINER_NAME, ownedBy, type RunObjects } from "@opencode-k8s/job-manifest";
import { collectionPath, createOnce, deleteJob, podsOf, refOf } from "@opencode-k8s/k8s-kit";
import type { World } from "../world/index.ts";

/** A line of a container's log. */
export interface LogLine {
  /** When the container runtime read it, milliseconds since the epoch. */
  readonly at: number;
  readonly text: string;
}

/** What a run may take, milliseconds. */
const RUN_MS = 180_000;

/** Creates a run, waits for its end, and removes it. @returns what its container wrote @throws when it fails or takes too long */
export async function finishedLog(world: World, run: RunObjects): Promise<LogLine[]> {
  const { admin } = world.parts;
  const signal = AbortSignal.timeout(RUN_MS);
  const { namespace = "" } = run.job.metadata ?? {};
  const created = await createOnce(admin, collectionPath.jobs(namespace), run.job, signal);
  for (const secret of run.secrets)
    await createOnce(admin, collectionPath.secrets(namespace), ownedBy(secret, created), signal);
  const job = refOf(created);
  let pod = "";
  await world.eventually(RUN_MS, `the end of Job ${job.name}`, async () => {
    const [found] = await podsOf(admin, job, signal);
    const phase = found?.status?.phase;
    if (phase === "Failed") throw new Error(`the pod of Job ${job.name} failed: ${JSON.stringify(found?.status)}`);
    pod = found?.metadata?.name ?? "";
    return phase === "Succeeded";
  });
  const query = { container: CONTAINER_NAME, timestamps: true };
  const log = await admin.stream(`${collectionPath.pods(job.namespace)}/${pod}/log`, { query, signal });
  const lines = (await log.text()).split("\n").filter((line) => line !== "");
  await deleteJob(admin, job, signal);
  return lines.map((line) => {
    const space = line.indexOf(" ");
    return { at: Date.parse(line.slice(0, space)), text: line.slice(space + 1) };
  });
}
