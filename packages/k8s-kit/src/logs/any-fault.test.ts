import fc from "fast-check";
import type { ContainerIo } from "@opencode-k8s/kube-sim";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startPod } from "../../test/followed-pod.ts";
import { CONTAINER, NAMESPACE, simCluster, type SimCluster } from "../../test/sim-cluster.ts";
import { followLog, LogCursor, type LogEvent } from "./index.ts";

/** `FOLLOW_RUNS=5000` tries so many schedules of each property. */
const numRuns = Number(process.env.FOLLOW_RUNS ?? 60);
const timeout = 60_000 + numRuns * 200;

/** A step of a program that prints. */
type Step =
  | { readonly kind: "line"; readonly text: string; readonly stream: "stdout" | "stderr"; readonly times: number }
  /** Printed in two pieces, with a pause between them. */
  | { readonly kind: "halves"; readonly text: string }
  /** A line that says which instance it is of, and which of its lines; printed in two pieces, with a pause between them. */
  | { readonly kind: "numbered"; readonly pauseMs: number }
  | { readonly kind: "sleep"; readonly ms: number };

type Fault =
  | { readonly kind: "cut"; readonly how: "reset" | "eof" | "stall"; readonly afterBytes: number }
  | { readonly kind: "cut now"; readonly how: "reset" | "stall" }
  | { readonly kind: "answer"; readonly status: number; readonly times: number }
  | { readonly kind: "API server away"; readonly ms: number }
  | { readonly kind: "rotate" };

/** What befalls one follow. */
interface Schedule {
  /** One program for each container instance; all but the last one fail. */
  readonly programs: readonly (readonly Step[])[];
  readonly faults: readonly { readonly atMs: number; readonly fault: Fault }[];
  /** After so many events another process goes on. */
  readonly handovers: readonly number[];
  /** The consumer is slow at each so many events. */
  readonly slow: { readonly every: number; readonly ms: number };
  readonly utcOffsetMinutes: number;
}

const LOG = { resource: "pods/log" };

/** Repeated texts, texts of all widths of UTF-8, and lines of several records. */
const anyText = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom("a", "b", "ä€😀", "") },
  { weight: 1, arbitrary: fc.integer({ min: 16_000, max: 40_000 }).map((length) => "€".repeat(length / 3)) },
);
const anyStep: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      kind: fc.constant("line"),
      text: anyText,
      stream: fc.constantFrom("stdout", "stderr"),
      times: fc.integer({ min: 1, max: 5 }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("halves"), text: anyText }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant("sleep"), ms: fc.integer({ min: 1, max: 3000 }) }) },
);
const anyProgram = fc.array(anyStep, { maxLength: 30 });

const anyFault: fc.Arbitrary<Fault> = fc.oneof(
  fc.record({
    kind: fc.constant("cut"),
    how: fc.constant("reset"),
    afterBytes: fc.oneof(fc.nat({ max: 600 }), fc.nat({ max: 60_000 })),
  }),
  fc.record({ kind: fc.constant("cut now"), how: fc.constant("reset") }),
  fc.record({ kind: fc.constant("answer"), status: fc.constantFrom(401, 429, 500, 503), times: fc.constant(1) }),
  fc.record({ kind: fc.constant("API server away"), ms: fc.integer({ min: 1, max: 4_000 }) }),
);
/**
 * Of a finished log, ends that come too soon and stalls are given up after 30 s: so there are few of these. What ends twice at
 * the same byte, cleanly, is the end: so no two of them are at the same.
 */
const anyEofs: fc.Arbitrary<Schedule["faults"]> = fc
  .uniqueArray(fc.nat({ max: 600 }), { maxLength: 2 })
  .chain((bytes) =>
    fc.tuple(
      ...bytes.map((afterBytes) =>
        fc.nat({ max: 40_000 }).map((atMs) => ({ atMs, fault: { kind: "cut", how: "eof", afterBytes } as const })),
      ),
    ),
  );
const anyStall: fc.Arbitrary<Fault> = fc.oneof(
  fc.record({ kind: fc.constant("cut"), how: fc.constant("stall"), afterBytes: fc.nat({ max: 600 }) }),
  fc.record({ kind: fc.constant("cut now"), how: fc.constant("stall") }),
);
const timed = (fault: fc.Arbitrary<Fault>, maxLength: number): fc.Arbitrary<Schedule["faults"]> =>
  fc.array(fc.record({ atMs: fc.nat({ max: 40_000 }), fault }), { maxLength });

const anyFaults = (rotations: number): fc.Arbitrary<Schedule["faults"]> =>
  fc
    .tuple(timed(anyFault, 4), anyEofs, timed(anyStall, 1), timed(fc.constant({ kind: "rotate" }), rotations))
    .map((all) => all.flat());

const anyOfTheConsumer = {
  handovers: fc.array(fc.integer({ min: 1, max: 30 }), { maxLength: 3 }),
  slow: fc.record({ every: fc.integer({ min: 1, max: 20 }), ms: fc.constantFrom(0, 0, 100, 3_000) }),
  utcOffsetMinutes: fc.constantFrom(0, 0, 120, -330),
};

/** Runs a schedule: what was delivered, and what was written, instance by instance. */
async function run(schedule: Schedule): Promise<{ events: LogEvent[]; written: string[][] }> {
  const written: string[][] = [];
  const world = simCluster(
    async (io) => {
      const lines: string[] = [];
      written.push(lines);
      const number = written.length;
      for (const step of schedule.programs[number - 1] ?? []) await take(step, io, lines, number - 1);
      // The log before can be read until this instance is over.
      if (number > 1) await io.sleep(schedule.slow.ms > 1000 ? 600_000 : 60_000);
      return number < schedule.programs.length ? 1 : 0;
    },
    { utcOffsetMinutes: schedule.utcOffsetMinutes },
  );
  for (const { atMs, fault } of schedule.faults) {
    void world.clock.sleep(atMs).then(() => inflict(world, fault));
  }
  return { events: await world.clock.run(follow(world, schedule)), written };
}

async function take(step: Step, io: ContainerIo, lines: string[], instance: number): Promise<void> {
  if (step.kind === "sleep") return io.sleep(step.ms);
  if (step.kind === "numbered") {
    const rest = `>${instance}:${lines.length}`;
    io.print("whole ");
    if (step.pauseMs > 0) await io.sleep(step.pauseMs);
    lines.push(`whole ${rest}`);
    return io.print(`${rest}\n`);
  }
  if (step.kind === "line") {
    for (let time = 0; time < step.times; time += 1) {
      lines.push(step.text);
      io.print(`${step.text}\n`, step.stream);
    }
    return;
  }
  const bytes = Buffer.from(`${step.text}\n`);
  const middle = Math.floor(bytes.length / 2);
  io.print(bytes.subarray(0, middle));
  await io.sleep(10);
  lines.push(step.text);
  io.print(bytes.subarray(middle));
}

function inflict({ sim }: SimCluster, fault: Fault): void {
  switch (fault.kind) {
    case "cut":
      return sim.faults.cut(LOG, fault);
    case "cut now":
      return void sim.faults.cutOpen(LOG, fault.how);
    case "answer":
      return sim.faults.answer(LOG, { status: fault.status }, fault.times);
    case "API server away":
      return sim.faults.restart(fault.ms);
    case "rotate":
      try {
        sim.rotateLog(NAMESPACE, "pod", CONTAINER);
      } catch {
        // There is no pod yet.
      }
  }
}

async function follow(world: SimCluster, { handovers, slow, programs }: Schedule): Promise<LogEvent[]> {
  const { cluster, clock, signal } = world;
  using pod = await startPod(world, programs.length > 1 ? "OnFailure" : "Never");
  const events: LogEvent[] = [];
  let cursor = new LogCursor();
  for (const until of [...handovers, Number.POSITIVE_INFINITY]) {
    let stored: string | null = null;
    let count = 0;
    for await (const event of followLog(cluster, pod.container, { signal, cursor })) {
      events.push(event);
      count += 1;
      if (slow.ms > 0 && count % slow.every === 0) await clock.sleep(slow.ms);
      if (count < until || event.type === "end") continue;
      cursor.accept();
      stored = JSON.stringify(cursor);
      break;
    }
    if (stored === null) break;
    cursor = LogCursor.parse(stored);
  }
  return events;
}

/** The texts of each instance's lines. A handover in mid-restart may tell of the restart twice. */
function byInstance(events: readonly LogEvent[]): string[][] {
  const instances: string[][] = [[]];
  let restarted: string | null = null;
  for (const event of events) {
    if (event.type === "line") instances.at(-1)?.push(event.text);
    if (event.type !== "restart" || event.containerId === restarted) continue;
    restarted = event.containerId;
    instances.push([]);
  }
  return instances;
}

const unhandled: unknown[] = [];
const onUnhandled = (error: unknown): void => void unhandled.push(error);
beforeAll(() => void process.on("unhandledRejection", onUnhandled).on("uncaughtException", onUnhandled));
afterAll(() => void process.off("unhandledRejection", onUnhandled).off("uncaughtException", onUnhandled));

test(
  "complaints 8, 9, 10: whatever is written and whatever befalls the connection, every line once, in order, and no gap",
  async () => {
    const anySchedule = fc.record({
      programs: fc.array(anyProgram, { minLength: 1, maxLength: 2 }),
      faults: anyFaults(0),
      ...anyOfTheConsumer,
    });
    await fc.assert(
      fc.asyncProperty(anySchedule, async (schedule) => {
        const { events, written } = await run(schedule);
        expect(byInstance(events)).toEqual(written);
        expect(events.filter(({ type }) => type === "gap")).toEqual([]);
        expect(events.at(-1)).toEqual({ type: "end", complete: true });
      }),
      { numRuns },
    );
  },
  timeout,
);

test(
  "complaint 1: where rotation or restarts destroyed lines, there is a gap in exactly that place, and the rest is there once, in order",
  async () => {
    const line = fc.record({ pauseMs: fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 3000 })), ms: fc.nat(3000) });
    const numbered = fc.array(line, { minLength: 1, maxLength: 40 }).map((lines) =>
      lines.flatMap(({ pauseMs, ms }): Step[] => [
        { kind: "numbered", pauseMs },
        { kind: "sleep", ms: ms + 1 },
      ]),
    );
    const anySchedule = fc.record({
      programs: fc.array(numbered, { minLength: 1, maxLength: 4 }),
      faults: anyFaults(6),
      ...anyOfTheConsumer,
    });
    await fc.assert(
      fc.asyncProperty(anySchedule, async (schedule) => {
        const { events, written } = await run(schedule);
        expectGapsWhereLinesAreMissing(events, written);
      }),
      { numRuns },
    );
  },
  timeout,
);

/**
 * What was rotated away before the first line of an instance was read leaves no trace; all else that is missing does. The rest of
 * a line that was cut in two comes only where its beginning was not delivered: directly behind a gap, or first of its
 * instance. Or where that line was the last one before a gap that is none.
 */
function expectGapsWhereLinesAreMissing(events: readonly LogEvent[], written: readonly string[][]): void {
  const last = { instance: 0, line: -1 };
  const restarts = new Set<string>();
  let gap = false;
  for (const event of events) {
    if (event.type === "gap") gap = true;
    if (event.type === "restart") restarts.add(event.containerId);
    if (event.type !== "line") continue;
    const [, whole, ...numbers] = /^(whole )?>(\d+):(\d+)$/.exec(event.text) ?? [];
    const [instance = -1, line = -1] = numbers.map(Number);
    const isRest = whole === undefined && (gap || last.line === -1 || instance !== last.instance);
    expect(whole !== undefined || isRest, `${event.text} is the rest of a line`).toBe(true);
    const goesOn = instance === last.instance && (line === last.line + 1 || last.line === -1);
    const readToItsEnd = last.line === -1 || last.line + 1 === written[last.instance]?.length;
    const begins = instance === restarts.size && readToItsEnd;
    const isLater = instance > last.instance || (instance === last.instance && line >= last.line + (isRest ? 0 : 1));
    expect(isLater, `${event.text} after ${last.instance}:${last.line}`).toBe(true);
    expect(gap || goesOn || begins, `nothing was said of what is missing before ${event.text}`).toBe(true);
    Object.assign(last, { instance, line });
    gap = false;
  }
  const end = events.at(-1);
  const isMissing = last.line !== -1 && last.line + 1 !== written[last.instance]?.length;
  if (isMissing) expect(gap, `nothing was said of what is missing behind ${last.instance}:${last.line}`).toBe(true);
  if (isMissing || events.some(({ type }) => type === "gap")) expect(end).toEqual({ type: "end", complete: false });
  expect(end?.type).toBe("end");
}

test("complaint 6: under all of these faults nothing was rejected or thrown behind the consumer's back", () => {
  expect(unhandled).toEqual([]);
});
