/** Many runs in one process, as in a Paperclip server's, which is measured. A {@link Part}. */
import { monitorEventLoopDelay, performance } from "node:perf_hooks";
import { setTimeout as sleep } from "node:timers/promises";
import { answerAs } from "./part.ts";
import { accountOf, NumberedRun } from "./run.ts";

/** Runs that are begun at once, each of an agent of its own. */
export interface Begin {
  readonly runs: number;
  /** Of the agents. */
  readonly config: Readonly<Record<string, unknown>>;
  /** All are there when each has printed so many. */
  readonly lines: number;
}

/** While all of them go on. */
export interface Held {
  /** Over what the process held before they began, after a collection of garbage, bytes. */
  readonly heapBytes: number;
  /** The whole process, with what is not JavaScript's, bytes. */
  readonly residentBytes: number;
}

export interface Ended {
  /** The most whose containers ran at the same moment. */
  readonly together: number;
  readonly lines: number;
  readonly lost: number;
  readonly doubled: number;
  /** Runs that did not succeed, by what they said. */
  readonly failures: readonly string[];
  /** From when a container wrote OpenCode's last line to the result, milliseconds. */
  readonly toResult: readonly number[];
  /** Of this process since they began, the collections for {@link Held} not counted, milliseconds. */
  readonly cpuMs: number;
  /** By how much timers were late, milliseconds. */
  readonly loopDelayP50: number;
  readonly loopDelayP99: number;
  readonly loopDelayMax: number;
  /** Part of the time in which the event loop worked. */
  readonly loopBusy: number;
}

/** Between two looks, milliseconds. */
const LOOK_MS = 200;
/** How often a timer is looked at, milliseconds; the histogram has it in each value. */
const RESOLUTION_MS = 10;
/** Until all of them print, milliseconds. */
const MOST_MS = 15 * 60_000;

let runs: NumberedRun[] = [];
let before = { heap: 0, cpu: process.cpuUsage(), loop: performance.eventLoopUtilization() };
let collectingMs = 0;
const delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS });

answerAs({
  begin: (value) => begin(value as Begin),
  end,
});

async function begin({ runs: count, config, lines }: Begin): Promise<Held> {
  const { heap } = held();
  collectingMs = 0;
  before = { heap, cpu: process.cpuUsage(), loop: performance.eventLoopUtilization() };
  delay.reset();
  delay.enable();
  runs = Array.from({ length: count }, () => new NumberedRun(config));
  const until = performance.now() + MOST_MS;
  while (runs.some(({ last, endedAt }) => last < lines && endedAt === null)) {
    if (performance.now() > until) throw new Error(`not all of ${count} runs print after ${MOST_MS / 1000} s`);
    await sleep(LOOK_MS);
  }
  const early = runs.filter(({ last, endedAt }) => last < lines && endedAt !== null);
  const [first] = await Promise.all(early.map(({ result }) => result));
  if (first) throw new Error(`${early.length} of ${count} runs ended before they printed: ${JSON.stringify(first)}`);
  delay.disable();
  const now = held();
  delay.enable();
  return { heapBytes: now.heap - before.heap, residentBytes: now.resident };
}

/** Called when nothing of the runs is left in the cluster. */
async function end(): Promise<Ended> {
  const results = await Promise.all(runs.map(({ result }) => result));
  delay.disable();
  const { user, system } = process.cpuUsage(before.cpu);
  const { utilization } = performance.eventLoopUtilization(before.loop);
  const written = results.map((result) => accountOf(result).receipt?.lines ?? Number.NaN);
  const sum = (of: (run: NumberedRun, index: number) => number): number =>
    runs.reduce((all, run, index) => all + of(run, index), 0);
  const goesOn =
    (at: number) =>
    ({ runningAt, endedAt }: NumberedRun) =>
      runningAt !== null && endedAt !== null && runningAt <= at && at < endedAt;
  return {
    together: Math.max(
      ...runs.map(({ runningAt }) => (runningAt === null ? 0 : runs.filter(goesOn(runningAt)).length)),
    ),
    lines: sum((_, index) => written[index] ?? Number.NaN),
    lost: sum(({ delivered, doubled }, index) => (written[index] ?? Number.NaN) - (delivered - doubled)),
    doubled: sum(({ doubled }) => doubled),
    failures: results.flatMap(({ errorCode, errorMessage, resultJson }) =>
      errorCode ? [`${errorCode}: ${errorMessage ?? ""} ${JSON.stringify(resultJson)}`] : [],
    ),
    toResult: runs.map(({ endedAt, lastWrittenAt }) => (endedAt ?? Number.NaN) - (lastWrittenAt ?? Number.NaN)),
    cpuMs: (user + system) / 1000 - collectingMs,
    loopDelayP50: delay.percentile(50) / 1e6 - RESOLUTION_MS,
    loopDelayP99: delay.percentile(99) / 1e6 - RESOLUTION_MS,
    loopDelayMax: delay.max / 1e6 - RESOLUTION_MS,
    loopBusy: utilization,
  };
}

/** After a collection of garbage, whose processor time is not the runs'. */
function held(): { heap: number; resident: number } {
  const cpu = process.cpuUsage();
  globalThis.gc?.();
  globalThis.gc?.();
  const { user, system } = process.cpuUsage(cpu);
  collectingMs += (user + system) / 1000;
  const { heapUsed, external, rss } = process.memoryUsage();
  return { heap: heapUsed + external, resident: rss };
}
