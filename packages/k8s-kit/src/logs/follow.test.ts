import fc from "fast-check";
import type { ContainerIo } from "@opencode-k8s/kube-sim";
import { describe, expect, test } from "vitest";
import { followJob, followJobEvents, startPod } from "../../test/followed-pod.ts";
import { LOG, logRequests, numbered, texts, ticking } from "../../test/numbered-lines.ts";
import { CONTAINER, NAMESPACE, simCluster, type SimCluster } from "../../test/sim-cluster.ts";
import { followLogBatches, type LogEvent } from "./index.ts";

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

test("batches bring the same events, as many at once as the socket did", async () => {
  const world = simCluster(async (io) => {
    io.print("a\nb\nc\n");
    await io.sleep(1000);
    io.print("d\n");
    return 0;
  });
  const batches: string[][] = [];
  await world.clock.run(
    (async () => {
      using pod = await startPod(world);
      const { cluster, signal } = world;
      for await (const batch of followLogBatches(cluster, pod.container, { signal })) batches.push(texts(batch));
    })(),
  );
  expect(batches).toEqual([["a", "b", "c"], ["d"], []]);
});

test("a line of 5 MB over connections that are cut in its middle is cut to the cap, once, and the next one is whole", async () => {
  const world = simCluster(async (io) => {
    io.print(`${"x".repeat(5_000_000)}\nshort\n`);
    return 0;
  });
  for (const afterBytes of [1_000_000, 4_999_999, 30, 5_000_031]) world.sim.faults.cut(LOG, { afterBytes });
  const events = await world.clock.run(followJob(world, { maxLineBytes: 1 << 20 }));
  expect(events).toMatchObject([
    { type: "line", bytes: 5_000_000, truncated: true },
    { type: "line", text: "short", truncated: false },
    { type: "end", complete: true },
  ]);
});

test("a line that is cut over the cap in two places is not taken for one that ends there", async () => {
  const world = simCluster(async (io) => {
    io.print(`${"x".repeat(50_000)}\nshort\n`);
    return 0;
  });
  for (let afterBytes = 20_000; afterBytes < 40_000; afterBytes += 2_500)
    world.sim.faults.cut(LOG, { afterBytes, how: "eof" });
  const events = await world.clock.run(followJob(world, { maxLineBytes: 10_000 }));
  expect(events).toMatchObject([
    { bytes: 50_000, truncated: true },
    { text: "short" },
    { type: "end", complete: true },
  ]);
});

test("a record of stderr amid a long line of stdout is delivered as the kubelet glues it, once, wherever the stream is cut", async () => {
  const script = async (io: ContainerIo): Promise<number> => {
    for (const line of ["one", "two", "three"]) {
      io.print(`${line}: ${"o".repeat(24_000)}`);
      io.print(`an error of ${line}\n`, "stderr");
      io.print(`${"p".repeat(20_000)}\n`);
      await io.sleep(700);
    }
    return 0;
  };
  const inShort = (text: string): string => text.replaceAll(/(\w)\1{99,}/g, "$1…");
  // The first piece, and glued to it the error; the rest of the line has a stamp of its own.
  const expected = ["one", "two", "three"].flatMap((line) => [`${line}: o…an error of ${line}`, "o…p…"]);
  await fc.assert(
    fc.asyncProperty(fc.array(fc.nat({ max: 140_000 }), { maxLength: 8 }), async (cuts) => {
      const world = simCluster(script);
      for (const afterBytes of cuts) world.sim.faults.cut(LOG, { afterBytes });
      expect(texts(await world.clock.run(followJob(world))).map(inShort)).toEqual(expected);
    }),
    { numRuns: 30 },
  );
});

describe("complaints 8 and 9: nothing is lost and nothing doubled", () => {
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

  test("when a read of the finished log ends cleanly, and too soon, just behind the last line known", async () => {
    const world = simCluster(async (io) => {
      for (const line of numbered(40)) io.print(`${line}\n`);
      return 0;
    });
    // A line is a stamp of 30 bytes, a space, "line n" and a newline: nine of 38 bytes are known when the container is over.
    world.sim.faults.cut(LOG, { afterBytes: 9 * 38 + 20 }, 4);
    world.sim.faults.cut(LOG, { afterBytes: 9 * 38, how: "eof" });
    expect(texts(await world.clock.run(followJob(world)))).toEqual(numbered(40));
  });

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
  }, 30_000);
});

test("complaint 10: a clean end of the stream proves nothing while the container runs", async () => {
  const world = simCluster(ticking(5, 1000));
  world.sim.faults.cut(LOG, { afterBytes: 0, how: "eof" }, 2);
  expect(texts(await world.clock.run(followJob(world)))).toEqual(numbered(5));
});

test("complaints 1 and 7: a stream that is silent for two minutes is opened again, and a lively one never", async () => {
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

test("complaint 1: lines that rotation destroyed are a gap with its bound, never silence", async () => {
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

test("complaint 1: a line that rotation cut in two comes whole and once, whenever the connection is lost behind it", async () => {
  const rotating = async (world: SimCluster, io: ContainerIo): Promise<number> => {
    io.print("before\nhead ");
    await io.sleep(100);
    world.sim.rotateLog(NAMESPACE, io.pod.metadata.name, CONTAINER);
    await io.sleep(100);
    io.print("tail\n");
    for (const line of numbered(10)) {
      await io.sleep(300);
      io.print(`${line}\n`);
    }
    return 0;
  };
  // From the first line on that follows the one that was cut: of that one alone, its rest tells nothing.
  for (let atMs = 600; atMs < 3_500; atMs += 100) {
    const world: SimCluster = simCluster((io) => {
      void io.sleep(atMs).then(() => world.sim.faults.cutOpen(LOG, "reset"));
      return rotating(world, io);
    });
    const events = await world.clock.run(followJob(world));
    expect(texts(events)).toEqual(["before", "head tail", ...numbered(10)]);
    expect(events.filter(({ type }) => type === "gap")).toEqual([]);
    expect(events.at(-1)).toEqual({ type: "end", complete: true });
  }
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

test("complaint 6: the signal ends it at once, with its reason", async () => {
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
