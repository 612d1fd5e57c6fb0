import type { ContainerIo } from "@opencode-k8s/kube-sim";
import { expect, test } from "vitest";
import { startPod } from "../../test/followed-pod.ts";
import { onJob } from "../../test/observed-job.ts";
import { NAMESPACE, simCluster, type SimCluster } from "../../test/sim-cluster.ts";
import { type LogEvent, LogCursor, followLog } from "./index.ts";

/** A container whose n-th instance does what the n-th script says; the last one ends well. */
function world(...instances: ((io: ContainerIo) => Promise<number>)[]): SimCluster {
  let started = 0;
  return simCluster((io) => (instances[started++] ?? (() => Promise.resolve(0)))(io));
}

/** Prints these lines, one each second, and ends with this exit code. */
const prints =
  (exitCode: number, ...lines: string[]) =>
  async (io: ContainerIo) => {
    for (const line of lines) {
      io.print(line);
      await io.sleep(1000);
    }
    return exitCode;
  };

const lasting = (count: number): string[] => Array.from({ length: count }, (_, index) => `${index}\n`);
const lines = (texts: readonly string[]): string[] => texts.map((text) => text.trimEnd());

/** What is delivered, in short; `onEvent` is called with each before the next is asked for. */
async function follow(
  { cluster, clock, signal, ...sim }: SimCluster,
  onEvent: (event: LogEvent) => void = () => undefined,
): Promise<string[]> {
  return clock.run(
    (async () => {
      using pod = await startPod({ cluster, clock, signal, ...sim }, "OnFailure");
      const said: string[] = [];
      for await (const event of followLog(cluster, pod.container, { signal })) {
        said.push(inShort(event));
        onEvent(event);
      }
      return said;
    })(),
  );
}

function inShort(event: LogEvent): string {
  if (event.type === "line") return event.text;
  if (event.type === "message") return `message ${event.text}`;
  return event.type === "end" ? `end, ${event.complete ? "complete" : "incomplete"}` : event.type;
}

test("each instance's log is delivered to its end, and a restart told between them", async () => {
  const sim = world(prints(1, "a\n", "b\n"), prints(1, "a\n", "b, unfinished"), prints(0, "a\n"));
  const expected = ["a", "b", "restart", "a", "b, unfinished", "restart", "a", "end, complete"];
  expect(await follow(sim)).toEqual(expected);
});

test("a restart names the instance whose log follows", async () => {
  const ids: string[] = [];
  await follow(world(prints(1, "a\n"), prints(0, "a\n")), (event) => {
    if (event.type === "restart") ids.push(event.containerId);
  });
  expect(ids).toEqual([expect.stringMatching(/^containerd:\/\/[0-9a-f]{64}$/)]);
});

test("what an instance wrote while the connection was away is read from its log before", async () => {
  const sim = world(prints(1, "a\n", "b\n", "c\n", "d\n"), prints(0, ...lasting(20)));
  const said = await follow(sim, (event) => {
    if (inShort(event) === "b") sim.sim.faults.restart(6_000);
  });
  expect(said).toEqual(["a", "b", "c", "d", "restart", ...lines(lasting(20)), "end, complete"]);
});

test("instances whose logs do not exist any more are a gap", async () => {
  const sim = world(prints(1, "a\n", "b\n"), prints(1, "lost\n"), prints(1, "c\n"), prints(0, ...lasting(20)));
  const said = await follow(sim, (event) => {
    if (inShort(event) === "a") sim.sim.faults.restart(40_000);
  });
  expect(said).toEqual(["a", "gap", "restart", "c", "restart", ...lines(lasting(20)), "end, incomplete"]);
});

test("a follow that comes late begins with the instance before, and tells that there were others", async () => {
  const sim = world(prints(1, "lost\n"), prints(1, "b\n"), prints(0, ...lasting(60)));
  const said = await sim.clock.run(
    (async () => {
      using pod = await startPod(sim, "OnFailure");
      await sim.clock.sleep(60_000);
      const events: string[] = [];
      for await (const event of followLog(sim.cluster, pod.container, { signal: sim.signal }))
        events.push(inShort(event));
      return events;
    })(),
  );
  expect(said).toEqual(["gap", "b", "restart", ...lines(lasting(60)), "end, incomplete"]);
});

test("a stream that is opened again is not taken for the old instance's, also while the watch does not know better", async () => {
  const sim = world(prints(1, "a\n", "b\n"), prints(0, ...lasting(30)));
  const said = await follow(sim, (event) => {
    if (inShort(event) !== "a") return;
    // The log can be read again before the watch can.
    sim.sim.faults.restart(5_000);
    sim.sim.faults.answer({ resource: "pods", verb: "watch" }, { status: 503 }, 3);
    sim.sim.faults.answer({ resource: "pods", verb: "list" }, { status: 503 }, 3);
  });
  expect(said.slice(0, 4)).toEqual(["a", "b", "restart", "0"]);
  expect(said).toHaveLength(34);
  expect(said.at(-1)).toBe("end, complete");
});

test("another process goes on where this one stopped, also when the container was started again meanwhile", async () => {
  const sim = world(prints(1, "a\n", "b\n", "c\n"), prints(0, "d\n", "e\n"));
  const said: string[] = [];
  await sim.clock.run(
    (async () => {
      using pod = await startPod(sim, "OnFailure");
      const cursor = new LogCursor();
      let stored = "";
      for await (const event of followLog(sim.cluster, pod.container, { signal: sim.signal, cursor })) {
        said.push(inShort(event));
        cursor.accept();
        stored = JSON.stringify(cursor);
        if (said.length === 2) break;
      }
      await sim.clock.sleep(4_000);
      const later = { signal: sim.signal, cursor: LogCursor.parse(stored) };
      for await (const event of followLog(sim.cluster, pod.container, later)) said.push(inShort(event));
    })(),
  );
  expect(said).toEqual(["a", "b", "c", "restart", "d", "e", "end, complete"]);
});

test("a container in its back-off costs no request until it is started again", async () => {
  const sim = world(prints(1, "a\n"), prints(1, "b\n"), prints(1, "c\n"), prints(1, "d\n"), prints(0, "e\n"));
  expect(await follow(sim)).toEqual([
    "a",
    "restart",
    "b",
    "restart",
    "c",
    "restart",
    "d",
    "restart",
    "e",
    "end, complete",
  ]);
  // For each instance a follow, and reads until one adds nothing.
  expect(sim.sim.requests.filter(({ resource }) => resource === "pods/log").length).toBeLessThan(25);
});

test("a pod that is deleted while its container waits to be started again ends the log", async () => {
  const sim = world(prints(1, "a\n"), prints(1, "b\n"));
  const said = await follow(sim, (event) => {
    if (inShort(event) === "b")
      void sim.clock.sleep(8_000).then(() => sim.sim.deletePod(NAMESPACE, "pod", { gracePeriodSeconds: 0 }));
  });
  expect(said).toEqual(["a", "restart", "b", "end, incomplete"]);
});

/** Follows when all is over; `before`: so many events were taken from the first instance, while it ran. */
async function followLate(
  { cluster, clock, signal, ...sim }: SimCluster,
  before = 0,
): Promise<{ said: string[]; tookMs: number }> {
  return clock.run(
    (async () => {
      using pod = await startPod({ cluster, clock, signal, ...sim }, "OnFailure");
      const cursor = new LogCursor();
      const early = followLog(cluster, pod.container, { signal, cursor });
      for (let taken = 0; taken < before; taken += 1) await early.next();
      cursor.accept();
      await early.return();
      await clock.sleep(60_000);
      const began = clock.monotonic();
      const said: string[] = [];
      for await (const event of followLog(cluster, pod.container, { signal, cursor })) said.push(inShort(event));
      return { said, tookMs: clock.monotonic() - began };
    })(),
  );
}

test("a log that the pod's status names and the node no longer has is a gap, not an empty log, and soon", async () => {
  const { said, tookMs } = await followLate(world(prints(1, "lost\n"), prints(0, "a\n")));
  const missing = expect.stringMatching(/^message unable to retrieve container logs for containerd:/) as string;
  expect(said).toEqual([missing, "gap", "restart", "a", "end, incomplete"]);
  expect(tookMs).toBeLessThan(15_000);
});

test("the rest of such a log is a gap, too", async () => {
  const { said, tookMs } = await followLate(world(prints(1, "a\n", "lost\n"), prints(0, "b\n")), 1);
  expect(said).toEqual(["gap", "restart", "b", "end, incomplete"]);
  expect(tookMs).toBeLessThan(15_000);
});

test("a container that waits twenty minutes for its image is no failure, costs few requests, and its first line is not late", async () => {
  const sim = simCluster(prints(0, "a\n"));
  sim.sim.images.set("image:1", { kind: "remote", pullMs: 20 * 60_000 });
  const { cluster, clock, signal } = sim;
  const said: string[] = [];
  await onJob(sim, async (job) => {
    await job.until(() => job.pod !== null, { signal });
    const startedAt = job.until(() => job.started, { signal }).then(() => clock.monotonic());
    for await (const event of followLog(cluster, job.log(), { signal })) {
      said.push(inShort(event));
      if (event.type === "line") expect(clock.monotonic() - (await startedAt)).toBeLessThan(100);
    }
  });
  expect(clock.monotonic()).toBeGreaterThan(20 * 60_000);
  expect(said).toEqual(["a", "end, complete"]);
  expect(sim.sim.requests.filter(({ resource }) => resource === "pods/log").length).toBeLessThan(10);
});

test("an instance whose log cannot be read is a gap, and the next one is waited for, if there may be one", async () => {
  const sim = world(prints(1, "a\n"), prints(0, "b\n"));
  const { cluster, clock, signal } = sim;
  const said: string[] = [];
  await clock.run(
    (async () => {
      using pod = await startPod(sim, "OnFailure");
      const first = pod.container.state();
      const id = first.kind === "gone" ? null : first.containerId;
      // The kubelet is away for a minute, just after it said that the first instance is over.
      sim.sim.faults.answer({ resource: "pods/log" }, { status: 500 }, 1000);
      void clock.sleep(60_000).then(() => sim.sim.faults.clear());
      const over = { kind: "terminated", containerId: id, previousId: null, restarts: 0, mayRestart: true } as const;
      const container = {
        ...pod.container,
        state: () => (clock.monotonic() < 60_000 ? over : pod.container.state()),
        changed: () => clock.sleep(1_000),
      };
      for await (const event of followLog(cluster, container, { signal })) said.push(inShort(event));
    })(),
  );
  expect(said).toEqual(["gap", "restart", "b", "end, incomplete"]);
});
