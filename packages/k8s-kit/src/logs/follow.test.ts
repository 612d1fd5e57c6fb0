import fc from "fast-check";
import type { ContainerIo } from "@opencode-k8s/kube-sim";
import { describe, expect, test } from "vitest";
import { followJob, followJobEvents } from "../../test/followed-pod.ts";
import { CONTAINER, NAMESPACE, simCluster, type SimCluster } from "../../test/sim-cluster.ts";
import type { LogEvent } from "./events.ts";

const texts = (events: readonly LogEvent[]): string[] =>
  events.flatMap((event) => (event.type === "line" ? [event.text] : []));
const numbered = (count: number): string[] => Array.from({ length: count }, (_, index) => `line ${index + 1}`);
const logRequests = ({ sim }: SimCluster): number =>
  sim.requests.filter(({ resource }) => resource === "pods/log").length;
const LOG = { resource: "pods/log" };

/** Prints `count` lines, one every `everyMs`. */
const ticking = (count: number, everyMs: number) => async (io: ContainerIo) => {
  for (const line of numbered(count)) {
    io.print(`${line}\n`);
    await io.sleep(everyMs);
  }
  return 0;
};

test("delivers each line as it is written, and ends complete when the container did", async () => {
  const world = simCluster(ticking(3, 1000));
  const events = await world.clock.run(followJob(world));
  expect(texts(events)).toEqual(numbered(3));
  expect(events.at(-1)).toEqual({ type: "end", complete: true });
});

test("a line is bytes as they were: length, empty lines, characters of any width, the last one without a newline", async () => {
  const world = simCluster(async (io) => {
    io.print("äöü 😀\n\n");
    io.print("no newline");
    return 0;
  });
  const events = await world.clock.run(followJob(world));
  expect(events.filter(({ type }) => type === "line")).toMatchObject([
    { text: "äöü 😀", bytes: 11 },
    { text: "", bytes: 0 },
    { text: "no newline", bytes: 10 },
  ]);
});

test("a line over the cap is cut and marked, and the next one is whole", async () => {
  const world = simCluster(async (io) => {
    io.print(`${"x".repeat(50_000)}\nshort\n`);
    return 0;
  });
  const events = await world.clock.run(followJob(world, { maxLineBytes: 20_000 }));
  expect(events.slice(0, 2)).toMatchObject([
    { bytes: 50_000, truncated: true },
    { text: "short", truncated: false },
  ]);
});

describe("nothing is lost and nothing doubled", () => {
  test("when the stream is cut at any byte, any number of times, with an error or without", async () => {
    // No two at the same byte: what ends twice in the same place, cleanly, is the end.
    const cuts = (how: "reset" | "eof", maxLength: number): fc.Arbitrary<{ afterBytes: number; how: typeof how }[]> =>
      fc
        .uniqueArray(fc.nat({ max: 900 }), { maxLength })
        .map((bytes) => bytes.map((afterBytes) => ({ afterBytes, how })));
    // A finished log that ends well, and too soon, for 30 s is given up: five such ends take at most 25 s.
    const anyCuts = fc.tuple(cuts("reset", 20), cuts("eof", 5)).chain(([resets, ends]) => {
      const all = [...resets, ...ends];
      return fc.shuffledSubarray(all, { minLength: all.length });
    });
    await fc.assert(
      fc.asyncProperty(anyCuts, fc.integer({ min: 0, max: 700 }), async (faults, everyMs) => {
        const world = simCluster(async (io) => {
          for (const line of numbered(40)) {
            io.print(`${line} ä😀\n`);
            await io.sleep(everyMs);
          }
          return 0;
        });
        for (const fault of faults) world.sim.faults.cut(LOG, fault);
        const events = await world.clock.run(followJob(world));
        expect(texts(events)).toEqual(numbered(40).map((line) => `${line} ä😀`));
        expect(events.at(-1)).toEqual({ type: "end", complete: true });
      }),
      { numRuns: 60 },
    );
  }, 60_000);

  test("when the API server is away for 8 s in the middle of it", async () => {
    const world = simCluster(ticking(40, 1000));
    const run = followJob(world);
    void world.clock.sleep(15_000).then(() => world.sim.faults.restart(8_000));
    expect(texts(await world.clock.run(run))).toEqual(numbered(40));
  });

  test("when ten thousand lines are the same", async () => {
    const world = simCluster(async (io) => {
      io.print("same\n".repeat(10_000));
      return 0;
    });
    world.sim.faults.cut(LOG, { afterBytes: 100_000 }, 3);
    expect(texts(await world.clock.run(followJob(world)))).toHaveLength(10_000);
  });
});

test("a clean end of the stream proves nothing while the container runs", async () => {
  const world = simCluster(ticking(5, 1000));
  world.sim.faults.cut(LOG, { afterBytes: 0, how: "eof" }, 2);
  expect(texts(await world.clock.run(followJob(world)))).toEqual(numbered(5));
});

test("a stream that is silent for two minutes is opened again, and a lively one never", async () => {
  const quiet = simCluster(async (io) => {
    io.print("begin\n");
    await io.sleep(7 * 60_000);
    io.print("end\n");
    return 0;
  });
  expect(texts(await quiet.clock.run(followJob(quiet)))).toEqual(["begin", "end"]);
  const lively = simCluster(ticking(60, 10_000));
  await lively.clock.run(followJob(lively));
  // The follow and the drains at the end, and for the quiet one a reopen every two minutes.
  expect(logRequests(quiet) - logRequests(lively)).toBe(3);
});

test("a stream that stalls is given up for a new one", async () => {
  const world = simCluster(ticking(5, 1000));
  world.sim.faults.cut(LOG, { afterBytes: 20, how: "stall" });
  expect(texts(await world.clock.run(followJob(world)))).toEqual(numbered(5));
});

test("lines that rotation destroyed are a gap with its bound, never silence", async () => {
  const world = simCluster(ticking(20, 1000));
  const events: LogEvent[] = [];
  await world.clock.run(
    (async () => {
      for await (const event of followJobEvents(world)) {
        events.push(event);
        if (texts(events).length !== 5 || event.type !== "line") continue;
        world.sim.faults.restart(4_000);
        void world.clock.sleep(3_500).then(() => {
          const [pod] = world.sim.requests.flatMap(({ resource, name }) =>
            resource === "pods/log" && name ? [name] : [],
          );
          world.sim.rotateLog(NAMESPACE, pod ?? "", CONTAINER);
        });
      }
    })(),
  );
  const at = events.findIndex(({ type }) => type === "gap");
  expect(texts(events.slice(0, at))).toEqual(numbered(5));
  expect(texts(events.slice(at)).at(-1)).toBe("line 20");
  expect(events.at(-1)).toEqual({ type: "end", complete: false });
});

test("a pod that is deleted ends the log, incomplete", async () => {
  const world = simCluster(ticking(1000, 1000));
  const events: LogEvent[] = [];
  await world.clock.run(
    (async () => {
      for await (const event of followJobEvents(world)) {
        events.push(event);
        const pod = world.sim.requests.find(({ resource }) => resource === "pods/log")?.name;
        if (texts(events).length === 3 && event.type === "line" && pod)
          world.sim.deletePod(NAMESPACE, pod, { gracePeriodSeconds: 0 });
      }
    })(),
  );
  expect(texts(events).slice(0, 3)).toEqual(numbered(3));
  expect(events.at(-1)).toEqual({ type: "end", complete: false });
});

test("the signal ends it at once, with its reason", async () => {
  const world = simCluster(ticking(1000, 1000));
  const abort = new AbortController();
  const run = followJob(world, { signal: abort.signal });
  const reason = new Error("enough");
  void world.clock.sleep(10_000).then(() => abort.abort(reason));
  await expect(world.clock.run(run)).rejects.toBe(reason);
  expect(world.sim.faults.openStreams.filter(({ resource }) => resource === "pods/log")).toEqual([]);
});

test("leaving the loop closes the stream", async () => {
  const world = simCluster(ticking(1000, 1000));
  await world.clock.run(
    (async () => {
      for await (const event of followJobEvents(world)) if (event.type === "line") break;
    })(),
  );
  await world.clock.run(world.clock.sleep(1));
  expect(world.sim.faults.openStreams).toEqual([]);
});

test("a log that may not be read is an error, once the refusal has lasted", async () => {
  const world = simCluster(ticking(1000, 1000));
  world.sim.faults.answer(LOG, { status: 403, message: "pods/log is forbidden" }, 1000);
  await expect(world.clock.run(followJob(world))).rejects.toMatchObject({ status: 403 });
  expect(world.clock.monotonic()).toBeLessThan(60_000);
});

test("one refusal, by a server that has just started, is no verdict", async () => {
  const world = simCluster(ticking(10, 1000));
  world.sim.faults.answer(LOG, { status: 403, message: "pods/log is forbidden" });
  expect(texts(await world.clock.run(followJob(world)))).toEqual(numbered(10));
});

test("short cuts of a stream that never brought a byte do not add up", async () => {
  const world = simCluster(async (io) => {
    await io.sleep(30 * 60_000);
    io.print("late\n");
    return 0;
  });
  for (const minute of [1, 12, 23]) {
    void world.clock.sleep(minute * 60_000).then(() => world.sim.faults.restart(2_000));
  }
  expect(texts(await world.clock.run(followJob(world)))).toEqual(["late"]);
});

test.each(["stall", "reset"] as const)("reads of a finished log that only ever %s come to an end", async (how) => {
  const world = simCluster(async (io) => {
    io.print("known\nunread\n");
    await io.sleep(2_000);
    return 0;
  });
  world.sim.faults.cut(LOG, { afterBytes: 40, how }, 100_000);
  const events = await world.clock.run(followJob(world));
  expect(events.at(-1)).toEqual({ type: "end", complete: false });
  expect(world.clock.monotonic()).toBeLessThan(900_000);
});

test("a right to read that is lost on the way is waited for", async () => {
  const world = simCluster(ticking(20, 1000));
  world.sim.faults.cut(LOG, { afterBytes: 200 });
  const run = followJob(world);
  void world.clock.sleep(4_000).then(() => world.sim.faults.answer(LOG, { status: 401 }, 6));
  expect(texts(await world.clock.run(run))).toEqual(numbered(20));
});

test("a finished log that is answered with errors alone is given up after half a minute, incomplete", async () => {
  const world = simCluster(async (io) => {
    await io.sleep(1_000);
    return 0;
  });
  world.sim.faults.answer(LOG, { status: 500 }, 10_000);
  const events = await world.clock.run(followJob(world));
  expect(events).toEqual([{ type: "end", complete: false }]);
  expect(world.clock.monotonic()).toBeLessThan(60_000);
});

test("a log that cannot be read for ten minutes while its container runs is an error", async () => {
  const world = simCluster(ticking(100_000, 1000));
  world.sim.faults.answer(LOG, { status: 502 }, 100_000);
  await expect(world.clock.run(followJob(world))).rejects.toMatchObject({ status: 502 });
  expect(world.clock.monotonic()).toBeLessThan(700_000);
});

test("streams that end at once are opened again with growing waits, also when each repeats what is known", async () => {
  const world = simCluster(async (io) => {
    io.print("known\n");
    await io.sleep(60_000);
    return 0;
  });
  world.sim.faults.cut(LOG, { afterBytes: 60, how: "eof" }, 10_000);
  await world.clock.run(followJob(world));
  expect(logRequests(world)).toBeLessThan(40);
});
