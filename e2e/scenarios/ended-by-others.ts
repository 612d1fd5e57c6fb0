import { expect } from "vitest";
import { collectionPath, type JobRef, refOf } from "@opencode-k8s/k8s-kit";
import { accountOf, expectBeginning, expectCollected } from "../world/index.ts";
import type { World } from "../world/index.ts";
import { SHELL_IMAGE } from "../world/settings.ts";
import { shellOpenCode } from "../world/shell-opencode.ts";
import type { HeartbeatOptions, Run } from "../world/world.ts";
import type { Scenario } from "./scenario.ts";
import { endlessOpenCode } from "./script.ts";

/** A few lines a second, for ever. */
const WORKING = endlessOpenCode({ lines: 2, bytes: 250, pauseSeconds: 0.5 });
const FEW_LINES = 6;

interface End {
  readonly name: string;
  readonly errorCode: string;
  /** What the message says of the cause. */
  readonly words: RegExp;
  /** What OpenCode does. Default: it works, and does not end by itself. */
  readonly script?: string;
  /** What is special about the run's configuration. Is called before the run begins. */
  prepare?(world: World, made: AsyncDisposableStack): Promise<NonNullable<HeartbeatOptions["config"]>>;
  /** What ends the run, once it works. */
  strike?(world: World, job: JobRef, made: AsyncDisposableStack): Promise<void>;
}

/** Something else ends the run: it is told what, with what was printed until then, and nothing is left. */
function endedByOthers({ name, errorCode, words, script = WORKING, prepare, strike }: End): Scenario {
  return {
    name,
    fault: {
      group: "Jobs, pods and namespaces",
      expected: `\`${errorCode}\`; what nobody could read is lost, and the result says so`,
    },
    only: "cluster",
    async play(world) {
      await using made = new AsyncDisposableStack();
      const config = { ...(await shellOpenCode(world, script)), graceSec: 5, ...(await prepare?.(world, made)) };
      const run = world.heartbeat({ config });
      if (strike) {
        await run.heartbeat.untilEvents(FEW_LINES);
        await strike(world, await jobOf(run), made);
      }

      const result = await run.heartbeat.result;

      expect(result).toMatchObject({ exitCode: expect.any(Number) as number, timedOut: false, errorCode });
      expect(result.exitCode).not.toBe(0);
      expect(result.errorMessage).toMatch(words);
      expect(accountOf(result).diagnosis).toMatchObject({ startedUserCode: true });
      await expectBeginning(run);
      await expectCollected(world, run);
    },
  };
}

async function jobOf({ witness }: Run): Promise<JobRef> {
  const job = await witness.job();
  if (!job) throw new Error("the run has no Job");
  return refOf(job);
}

async function deleteJob({ parts: { admin } }: World, { namespace, name }: JobRef): Promise<void> {
  const body = { apiVersion: "v1", kind: "DeleteOptions", propagationPolicy: "Background" };
  await admin.request("DELETE", `${collectionPath.jobs(namespace)}/${name}`, { body });
}

async function podOf(world: World, { uid }: JobRef): Promise<string> {
  const { pods } = await world.objects();
  const pod = pods.find(({ metadata }) => metadata?.ownerReferences?.some((owner) => owner.uid === uid));
  return `${collectionPath.pods(world.parts.namespace)}/${pod?.metadata?.name ?? ""}`;
}

/** Negative, so that nobody else's pods have to go: theirs have 0. */
const PRIORITIES = { low: -10, higher: -5 };
const CLASSES = "/apis/scheduling.k8s.io/v1/priorityclasses";

async function priorityClass(
  { parts: { admin, namespace } }: World,
  level: keyof typeof PRIORITIES,
  made: AsyncDisposableStack,
): Promise<string> {
  const name = `${level}-of-${namespace}`;
  await admin.request("POST", CLASSES, { body: { metadata: { name }, value: PRIORITIES[level] } });
  made.defer(async () => {
    await admin.request("DELETE", `${CLASSES}/${name}`);
  });
  return name;
}

interface Nodes {
  readonly items: readonly { readonly status: { readonly allocatable: { readonly cpu: string } } }[];
}

/** A pod that only fits where the run's pod is. */
async function takePlace(world: World, _: JobRef, made: AsyncDisposableStack): Promise<void> {
  const { admin, namespace } = world.parts;
  const { items } = await admin.request<Nodes>("GET", "/api/v1/nodes");
  const largest = Math.max(...items.map(({ status }) => millicores(status.allocatable.cpu)));
  const cpu = `${largest - RUN_MILLICORES / 2}m`;
  const securityContext = { allowPrivilegeEscalation: false, capabilities: { drop: ["ALL"] } };
  const container = {
    name: "other",
    image: SHELL_IMAGE,
    command: ["sleep", "600"],
    resources: { requests: { cpu } },
    securityContext,
  };
  const spec = {
    priorityClassName: await priorityClass(world, "higher", made),
    securityContext: { runAsNonRoot: true, runAsUser: 1000, seccompProfile: { type: "RuntimeDefault" } },
    containers: [container],
    terminationGracePeriodSeconds: 0,
  };
  await admin.request("POST", collectionPath.pods(namespace), { body: { metadata: { name: "other" }, spec } });
}

/** Requested by the run whose place is taken. */
const RUN_MILLICORES = 400;

function millicores(cpu: string): number {
  return cpu.endsWith("m") ? Number(cpu.slice(0, -1)) : Number(cpu) * 1000;
}

export const endedByOther: readonly Scenario[] = [
  endedByOthers({
    name: "a Job that somebody deletes in the middle of its run",
    errorCode: "k8s_job_deleted",
    words: /deleted/,
    strike: deleteJob,
  }),
  endedByOthers({
    name: "a pod that somebody deletes in the middle of its run",
    errorCode: "k8s_job_deleted",
    words: /deleted/,
    strike: async (world, job) => {
      await world.parts.admin.request("DELETE", await podOf(world, job));
    },
  }),
  endedByOthers({
    name: "a pod that somebody deletes without any grace",
    errorCode: "k8s_job_deleted",
    words: /deleted/,
    strike: async (world, job) => {
      const body = { apiVersion: "v1", kind: "DeleteOptions", gracePeriodSeconds: 0 };
      await world.parts.admin.request("DELETE", await podOf(world, job), { body });
    },
  }),
  endedByOthers({
    name: "a namespace that somebody deletes in the middle of a run",
    errorCode: "k8s_job_deleted",
    words: /deleted/,
    strike: async ({ parts: { admin, namespace } }) => {
      await admin.request("DELETE", `/api/v1/namespaces/${namespace}`);
    },
  }),
  endedByOthers({
    name: "a pod that is drained from its node",
    errorCode: "k8s_pod_evicted",
    words: /evicted/,
    strike: async (world, job) => {
      const path = await podOf(world, job);
      const metadata = { name: path.split("/").at(-1) };
      await world.parts.admin.request("POST", `${path}/eviction`, {
        body: { apiVersion: "policy/v1", kind: "Eviction", metadata },
      });
    },
  }),
  endedByOthers({
    name: "a pod whose place is taken by one of higher priority",
    errorCode: "k8s_pod_preempted",
    words: /higher priority/,
    prepare: async (world, made) => ({
      priorityClassName: await priorityClass(world, "low", made),
      "resources.requests.cpu": `${RUN_MILLICORES}m`,
    }),
    strike: takePlace,
  }),
  endedByOthers({
    name: "an agent that takes more memory than it may",
    errorCode: "k8s_oom_killed",
    words: /memory/i,
    script: `echo '{"type":"step_start","timestamp":1,"sessionID":"ses_1","part":{"type":"step-start"}}'\nexec dd if=/dev/zero of=/dev/null bs=256M count=4\n`,
    prepare: () => Promise.resolve({ "resources.limits.memory": "64Mi" }),
  }),
  endedByOthers({
    name: "an agent that writes more to its node's disk than it may",
    errorCode: "k8s_pod_evicted",
    words: /ephemeral|storage|emptyDir|limit/i,
    script: `dd if=/dev/zero of="$TMPDIR/file" bs=1M count=40\n${WORKING}`,
    prepare: () => Promise.resolve({ "scratch.tmp": "8Mi" }),
  }),
];
