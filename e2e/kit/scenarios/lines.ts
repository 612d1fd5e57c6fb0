import type { LogEvent } from "@opencode-k8s/k8s-kit";
import { expect } from "vitest";
import type { Measured } from "../comparison.ts";
import type { KitWorld } from "../kit-world.ts";
import { numberedLines } from "../writers.ts";
import { expectExact, type KitScenario } from "./scenario.ts";

const LONG_BYTES = 5_000_000;
const MANY = 50_000;
/** Says only that something hangs, however slow the machine. */
const BOUND_MS = 600_000;

export const longLine: KitScenario = {
  name: "a line of 5 MB",
  async play(world, report) {
    const long = `echo before; head -c ${LONG_BYTES} /dev/zero | tr '\\0' x; echo; echo after`;
    const pod = await world.start({ main: long });
    const { recording, measure } = await world.follow({
      cluster: world.admin,
      pod,
      container: "main",
      signal: AbortSignal.timeout(BOUND_MS),
    });
    const measured = await measure();
    report({ ...measured, longest: recording.longest });
    expectExact(measured);
    expect(recording).toMatchObject({ longest: LONG_BYTES, truncated: false });
  },
};

export const sameLines: KitScenario = {
  name: "50,000 identical lines, and the stream cut in the middle of them",
  async play(world, report) {
    const proxy = await world.proxy();
    proxy.fate = (path) =>
      path.includes("/log?") && proxy.cuts < 5 ? { kind: "cut", afterBytes: 500_000 } : { kind: "pass" };
    const cluster = await world.connect(proxy);
    const pod = await world.start({ main: `yes 'the same line' | head -n ${MANY}; sleep 5` });
    const { measure } = await world.follow({
      cluster,
      pod,
      container: "main",
      signal: AbortSignal.timeout(BOUND_MS),
    });
    const measured = await measure();
    report({ ...measured, cuts: proxy.cuts });
    expectExact(measured);
    expect(measured.written).toBe(MANY);
    expect(proxy.cuts).toBeGreaterThan(0);
  },
};

export const twoContainers: KitScenario = {
  name: "two containers of one pod at once",
  async play(world, report) {
    const lines = { lines: 4000, burst: 200, pauseSeconds: 0.5, bytes: 100 };
    const pod = await world.start({ one: numberedLines(lines), two: numberedLines({ ...lines, bytes: 300 }) });
    const measured = await Promise.all(["one", "two"].map((container) => followed(world, pod, container)));
    for (const each of measured) {
      report({ ...each });
      expectExact(each);
      expect(each.written).toBe(4000);
    }
  },
};

/**
 * The kubelet keeps the log of the last instance only, and waits 10 s before it starts the second, 20 s before the third. So each
 * instance writes when it was told to, which is when the follower has come to it.
 */
export const restarted: KitScenario = {
  name: "a container that fails and is started again, twice",
  async play(world, report) {
    const write = numberedLines({ lines: 2000, burst: 500, pauseSeconds: 0.5, bytes: 100 });
    // The node's volume outlives the container.
    const count = "n=$(cat /state/n 2>/dev/null || echo 0); echo $((n+1)) >/state/n";
    const wait = "echo begin of $n; until [ -e /state/go$n ]; do sleep 0.1; done";
    const pod = await world.start({ main: `${count}; ${wait}; ${write}; echo end of $n; [ $n = 2 ]` }, "OnFailure");
    const signal = AbortSignal.timeout(BOUND_MS);
    const onEvent = async (event: LogEvent): Promise<void> => {
      const instance = event.type === "line" ? /^begin of (\d)$/.exec(event.text)?.[1] : undefined;
      if (instance !== undefined) await world.flag(pod, `go${instance}`);
    };
    const options = { cluster: world.admin, pod, container: "main", signal, onEvent };
    const { recording, measure } = await world.follow(options);
    const measured = await measure();
    report({ ...measured, restarts: recording.restarts });
    expectExact(measured);
    expect(recording.restarts).toBe(2);
    expect(measured.written).toBe(3 * 2002);
  },
};

async function followed(
  world: KitWorld,
  pod: Awaited<ReturnType<KitWorld["start"]>>,
  container: string,
): Promise<Measured> {
  const signal = AbortSignal.timeout(BOUND_MS);
  const { measure } = await world.follow({ cluster: world.admin, pod, container, signal });
  return measure();
}
