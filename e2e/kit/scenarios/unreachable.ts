import { performance } from "node:perf_hooks";
import { setTimeout as delay } from "node:timers/promises";
import { expect } from "vitest";
import { type Clock, DeadlineError, KubernetesError } from "@opencode-k8s/k8s-kit";
import type { Fate } from "../../world/tls-proxy.ts";
import { until } from "../until.ts";
import type { KitScenario } from "./scenario.ts";

/** Longer than a log that cannot be read is waited for, milliseconds. */
const LONG_MS = 11 * 60_000;
/** Each takes 15 s where nothing is said. */
const TRIES = 3;
/** However slow the machine, milliseconds. */
const BOUND_MS = 300_000;

/** The machine's clock, on which minutes can pass at once. What sleeps sleeps on: an answer takes no more of its time than ever. */
class JumpingClock implements Clock {
  #ahead = 0;

  now(): number {
    return Date.now();
  }

  monotonic(): number {
    return performance.now() + this.#ahead;
  }

  async sleep(ms: number, signal?: AbortSignal): Promise<void> {
    await delay(ms, undefined, signal ? { signal } : undefined).catch((error: unknown) => {
      throw signal?.aborted ? signal.reason : error;
    });
  }

  jump(ms: number): void {
    this.#ahead += ms;
  }
}

/** The API server does not come back while the container runs. */
function unreachable(how: string, fate: Fate, expected: typeof KubernetesError | typeof DeadlineError): KitScenario {
  return {
    name: `the API server unreachable for longer than the bound (${how}): a typed error, no hang`,
    async play(world, report) {
      const proxy = await world.proxy();
      const clock = new JumpingClock();
      const cluster = await world.connect(proxy, { clock });
      const pod = await world.start({ main: "echo begun; sleep 600" });
      const first = Promise.withResolvers<void>();
      const { recording } = await world.follow({
        cluster,
        pod,
        container: "main",
        signal: AbortSignal.timeout(2 * BOUND_MS),
        onEvent: () => first.resolve(),
      });
      await first.promise;
      const since = performance.now();
      const isLog = (path: string): boolean => path.includes("/log?");
      const before = proxy.requests.filter(isLog).length;
      proxy.fate = () => fate;
      proxy.cutOpen();
      // It tries on; then as many minutes have passed as it has patience for.
      const signal = AbortSignal.timeout(BOUND_MS);
      await until(() => proxy.requests.filter(isLog).length >= before + TRIES, signal);
      clock.jump(LONG_MS);
      const error: unknown = await recording.complete.catch((thrown: unknown) => thrown);
      report({
        "seconds of the machine's": Math.round((performance.now() - since) / 1000),
        requests: proxy.requests.length,
      });
      expect(error).toBeInstanceOf(expected);
      expect(String(error)).toContain(`/pods/${pod.metadata?.name}/log`);
      expect(performance.now() - since).toBeLessThan(BOUND_MS);
    },
  };
}

export const refused: KitScenario = unreachable("refuses", { kind: "refuse" }, KubernetesError);
export const silent: KitScenario = unreachable("takes requests and says nothing", { kind: "swallow" }, DeadlineError);
