import type { KubeSim, VirtualClock } from "@opencode-k8s/kube-sim";
import { type Clock, Cluster, type Fetch } from "../src/index.ts";

/** What befalls a process at one of its requests. */
export interface Mishap {
  /** At which of its requests, counted from 0: of all, or of those to `to`. */
  readonly at: number;
  /** Method and resource, as `PATCH jobs`; `null` for all. */
  readonly to: string | null;
  /**
   * - `pause`: the process stands still, before the request goes out or before it sees the answer
   * - `lose`: the connection fails, before the request arrives or after it had its effect
   * - `late`: the connection fails, and the request has its effect later all the same
   * - `crash`: the process is gone, before or after the effect
   */
  readonly kind: "pause" | "lose" | "late" | "crash";
  readonly after: boolean;
  readonly ms: number;
}

/** How wrong a process's clocks are. */
export interface ClockError {
  /** Of the wall clock, milliseconds. */
  readonly skewMs: number;
  /** Of both clocks: 2 goes twice as fast as time. */
  readonly rate: number;
}

/** A process that talks to the simulated API server and may be paused, cut off or crash at any request. */
export interface UnreliableProcess {
  readonly cluster: Cluster;
  /** Aborts at a crash. */
  readonly signal: AbortSignal;
}

export function unreliableProcess(
  { sim, clock, random }: { sim: KubeSim; clock: VirtualClock; random: () => number },
  mishaps: readonly Mishap[],
  error: ClockError,
): UnreliableProcess {
  const crash = new AbortController();
  const sent = new Map<string | null, number>();
  const count = (to: string | null): number => {
    const before = sent.get(to) ?? 0;
    sent.set(to, before + 1);
    return before;
  };
  const fetch: Fetch = async (url, init) => {
    const target = `${init.method} ${/(?:namespaces\/[^/]+\/)(\w+)/.exec(url)?.[1]}`;
    const numbers = new Map<string | null, number>([
      [null, count(null)],
      [target, count(target)],
    ]);
    const mishap = mishaps.find(({ at, to }) => at === numbers.get(to));
    const effect = async (): Promise<Response> => {
      if (crash.signal.aborted) return never(init.signal);
      return sim.fetch(url, init);
    };
    if (!mishap) return effect();
    const { kind, after, ms } = mishap;
    switch (kind) {
      case "pause": {
        if (!after) await clock.sleep(ms);
        const response = await effect();
        if (after) await clock.sleep(ms);
        return response;
      }
      case "lose":
        if (after) await effect();
        throw new TypeError("fetch failed");
      case "late": {
        const { signal: _, ...rest } = init;
        void clock.sleep(ms).then(() => sim.fetch(url, rest));
        throw new TypeError("fetch failed");
      }
      case "crash":
        if (after) await effect();
        crash.abort(new Error("crashed"));
        return never(init.signal);
    }
  };
  const transport = {
    call: fetch,
    stream: fetch,
    headers: () => Promise.resolve({}),
    close: () => Promise.resolve(),
  };
  const cluster = new Cluster({ server: "https://sim", transport, clock: wrongClock(clock, error), random });
  return { cluster, signal: crash.signal };
}

function wrongClock(clock: VirtualClock, { skewMs, rate }: ClockError): Clock {
  return {
    now: () => clock.now() + skewMs,
    monotonic: () => clock.monotonic() * rate + 1e9,
    sleep: (ms, signal) => clock.sleep(ms / rate, signal),
  };
}

/** As a request that nobody answers: ends with its signal. */
function never<T>(signal: AbortSignal | null | undefined): Promise<T> {
  return new Promise((_, reject) => {
    const end = (): void => reject(signal?.reason as Error);
    if (signal?.aborted) end();
    else signal?.addEventListener("abort", end, { once: true });
  });
}
