import { performance } from "node:perf_hooks";
import { setTimeout as delay } from "node:timers/promises";
import { expect } from "vitest";
import { type Clock, DeadlineError, KubernetesError } from "@opencode-k8s/k8s-kit";
import type { Fate } from "../../world/tls-proxy.ts";
import type { KitScenario } from "./scenario.ts";

/** Bounds of minutes pass in seconds; none of them is meant for a faster network than this machine's. */
const TIMES = 30;
const BOUND_MS = 60_000;

const quickClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now() * TIMES,
  sleep: async (ms, signal) => {
    await delay(ms / TIMES, undefined, signal ? { signal } : undefined).catch((error: unknown) => {
      throw signal?.aborted ? signal.reason : error;
    });
  },
};

/** The API server does not come back while the container runs. */
function unreachable(how: string, fate: Fate, expected: typeof KubernetesError | typeof DeadlineError): KitScenario {
  return {
    name: `the API server unreachable for longer than the bound (${how}): a typed error, no hang`,
    async play(world, report) {
      const proxy = await world.proxy();
      const cluster = await world.connect(proxy, { clock: quickClock });
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
      proxy.fate = () => fate;
      proxy.cutOpen();
      const error: unknown = await recording.complete.catch((thrown: unknown) => thrown);
      const minutes = ((performance.now() - since) * TIMES) / 60_000;
      report({ "minutes of its clock": minutes.toFixed(1), requests: proxy.requests.length });
      expect(error).toBeInstanceOf(expected);
      expect(String(error)).toContain(`/pods/${pod.metadata?.name}/log`);
      expect(performance.now() - since).toBeLessThan(BOUND_MS);
    },
  };
}

export const refused: KitScenario = unreachable("refuses", { kind: "refuse" }, KubernetesError);
export const silent: KitScenario = unreachable("takes requests and says nothing", { kind: "swallow" }, DeadlineError);
