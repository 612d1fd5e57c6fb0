import { parseReceipt } from "@opencode-k8s/job-manifest";
import { type ModelServer, providerConfig, startModelServer } from "../../packages/kube-sim/src/model-server/index.ts";
import { openClusterWorld, type World } from "../world/index.ts";
import type { Settings } from "../world/settings.ts";
import { benchRun, type Container, MODEL, shadowingOpenCode } from "./bench-run.ts";
import { type Figure, median } from "./figure.ts";
import { finishedLog } from "./finished-log.ts";
import { STAMP, stampOf } from "./stamp.ts";

/** Pairs that count; one more before them warms up. With 5 or 6, neighbours moved the ratio by a tenth (measured). */
const RUNS = 11;

/** Says when OpenCode is started, runs it, and says what processor time that took. */
const STAMPED = `#!/bin/sh
${STAMP}
PATH=\${PATH#*:}
opencode "$@" || exit
times
`;

/** A new session of one step. */
interface Start {
  /** From the start of OpenCode to the first request of the agent itself at the model, milliseconds. */
  readonly firstRequest: number;
  /** Of OpenCode and what it started, for the whole session, seconds. Neighbours that want the processor too change it least. */
  readonly processorTime: number;
  /** Of the container, page cache included, bytes. */
  readonly peakMemory: number;
  readonly modelRequests: number;
}

/**
 * What our configuration, environment and program make of OpenCode's start, against OpenCode as it comes, which is told of
 * its provider and nothing else. Same image, same resources, same volumes, by turns. The first request is seen by this
 * machine's clock, so the node must have the same.
 */
export async function start(settings: Settings): Promise<Figure[]> {
  await using world = await openClusterWorld(settings);
  const models = await startModelServer({ host: settings.hostIp });
  try {
    return figures(await pairs(world, models, settings.image));
  } finally {
    await models.close();
  }
}

interface PairOfStarts {
  readonly ours: Start;
  readonly plain: Start;
}

async function pairs(world: World, models: ModelServer, image: string): Promise<PairOfStarts[]> {
  const found: PairOfStarts[] = [];
  const measured = (change: (container: Container) => Container): Promise<Start> =>
    measure(world, models, image, change);
  for (let run = 0; run <= RUNS; run += 1) {
    const plain = (): Promise<Start> => measured((container) => plainOpenCode(container, models.url));
    const ours = (): Promise<Start> => measured((container) => shadowingOpenCode(container, STAMPED));
    // Each goes first in every other pair, so that a load that grows or fades favours neither.
    const pair =
      run % 2 === 0 ? { plain: await plain(), ours: await ours() } : { ours: await ours(), plain: await plain() };
    if (run > 0) found.push(pair);
  }
  return found;
}

async function measure(
  world: World,
  models: ModelServer,
  image: string,
  change: (container: Container) => Container,
): Promise<Start> {
  const before = models.requests.length;
  const run = benchRun(world, { image, models: models.url, change });
  const log = (await finishedLog(world, run)).map(({ text }) => text);
  const startedAt = log.map(stampOf).find((at) => at !== null);
  // OpenCode as it comes asks for the session's title as well, and often first: 45 to 1,900 ms before the agent itself asks
  // (measured). That request has no tools; the answer waits for the one that has.
  const first = models.requests.slice(before).find(({ tools }) => tools.length > 0);
  const last = log.at(-1) ?? "";
  const peakMemory = parseReceipt(last)?.peakMemoryBytes ?? Number(/^peak (\d+)$/.exec(last)?.[1]);
  const processorTime = log.map(secondsOf).findLast((time) => time !== null);
  if (startedAt === undefined || processorTime === undefined || !first || Number.isNaN(peakMemory))
    throw new Error(`a run that cannot be measured:\n${log.join("\n")}`);
  const modelRequests = models.requests.length - before;
  return { firstRequest: first.at - startedAt, processorTime, peakMemory, modelRequests };
}

/** User's and system's time of a line of the shell's `times`, of which the last is of its children. */
function secondsOf(line: string): number | null {
  const parts = /^(\d+)m([\d.]+)s (\d+)m([\d.]+)s$/.exec(line)?.slice(1).map(Number);
  if (parts?.length !== 4) return null;
  const [userMinutes = 0, user = 0, systemMinutes = 0, system = 0] = parts;
  return (userMinutes + systemMinutes) * 60 + user + system;
}

/** Waits for OpenCode, and says what the receipt would say. */
const PLAIN = `
mkdir -p "$HOME/.config/opencode"
printf %s "$BENCH_CONFIG" >"$HOME/.config/opencode/opencode.json"
opencode "$@" <"$BENCH_PROMPT" || exit
peak=/sys/fs/cgroup/memory.peak
[ -e "$peak" ] || peak=/sys/fs/cgroup/memory/memory.max_usage_in_bytes
sed 's/^/peak /' "$peak"
`;

/** OpenCode without anything of ours, but the room it is given. */
function plainOpenCode(container: Container, url: string): Container {
  const kept = (container.env ?? []).filter(({ name }) => name === "HOME" || name === "TMPDIR");
  const prompt = container.env?.find(({ name }) => name === "OPENCODE_K8S_PROMPT")?.value ?? "";
  const config = JSON.stringify({ provider: providerConfig(url, [MODEL]) });
  const env = [...kept, { name: "BENCH_CONFIG", value: config }, { name: "BENCH_PROMPT", value: prompt }];
  const command = ["/bin/sh", "-c", PLAIN, "plain"];
  const args = ["run", "--format", "json", `--model=demo/${MODEL}`];
  return shadowingOpenCode({ ...container, command, args, env }, STAMPED);
}

function figures(found: readonly PairOfStarts[]): Figure[] {
  const of = (pick: (start: Start) => number): { ratio: number; ours: number; plain: number; worst: number } => ({
    ratio: median(found.map(({ ours, plain }) => pick(ours) / pick(plain))),
    ours: median(found.map(({ ours }) => pick(ours))),
    plain: median(found.map(({ plain }) => pick(plain))),
    worst: Math.max(...found.map(({ ours }) => pick(ours))),
  });
  const time = of(({ firstRequest }) => firstRequest);
  const processor = of(({ processorTime }) => processorTime);
  const memory = of(({ peakMemory }) => peakMemory / 1e6);
  const asked = of(({ modelRequests }) => modelRequests);
  const baseline = "OpenCode that is told of its provider, and nothing else";
  return [
    {
      name: "start of OpenCode to its first request at the model",
      baseline,
      ratio: time.ratio,
      wanted: "at most 0.6",
      ok: time.ratio <= 0.6,
      note:
        `median of ${RUNS}: ${Math.round(time.ours)} ms against ${Math.round(time.plain)} ms; ` +
        `processor time of the session ${processor.ratio.toFixed(2)}: ${processor.ours.toFixed(1)} s against ${processor.plain.toFixed(1)} s`,
    },
    {
      name: "peak memory of a run's container",
      baseline,
      ratio: memory.ratio,
      wanted: "at most 0.65",
      ok: memory.ratio <= 0.65,
      note: `median of ${RUNS}: ${Math.round(memory.ours)} MB against ${Math.round(memory.plain)} MB`,
    },
    {
      name: "model requests of a new session of one step",
      baseline: "1",
      ratio: asked.worst,
      wanted: "1",
      ok: asked.worst === 1,
      note: `the most of ${RUNS}; OpenCode as it comes: ${asked.plain}`,
    },
  ];
}
