import type { Clock } from "./clock.ts";

interface Timer {
  at: number;
  fire(): void;
}

/** Event loop turns after which everything that can go on without time passing has gone on: all of it is microtasks. */
const SETTLE_TURNS = 2;

/** Granted to real I/O (a worker of the crypto or fs pool, on a busy machine) before "nothing left to run" is said; real milliseconds. */
const LAST_CHANCE_MS = 2_000;

/** Virtual time a run may take by default, milliseconds: a week, so that a heartbeat timer cannot keep a dead test alive. */
const LIMIT_MS = 7 * 24 * 3600_000;

/**
 * Time that passes only when nothing else can happen. `run` drives it; everything between two timers takes no time,
 * so a run of hours needs milliseconds, and the same run takes the same course each time.
 */
export class VirtualClock implements Clock {
  readonly #epoch: number;
  #elapsed = 0;
  /** Ordered by time; timers of the same time in the order they were set. */
  readonly #timers: Timer[] = [];

  /** `start` is the wall time at which the clock begins, milliseconds since the epoch. */
  constructor(start: number = Date.UTC(2026, 0, 1)) {
    this.#epoch = start;
  }

  now(): number {
    return this.#epoch + this.#elapsed;
  }

  monotonic(): number {
    return this.#elapsed;
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason);
      const timer: Timer = {
        at: this.#elapsed + Math.max(0, ms),
        fire: () => {
          signal?.removeEventListener("abort", onAbort);
          resolve();
        },
      };
      const onAbort = (): void => {
        this.#timers.splice(this.#timers.indexOf(timer), 1);
        reject(signal?.reason);
      };
      signal?.addEventListener("abort", onAbort, { once: true });
      this.#timers.splice(this.#placeOf(timer.at), 0, timer);
    });
  }

  /**
   * Lets time pass until `work` settles, and returns what it settled to. Await it before anything else that depends on
   * the time: a run in the background lets time pass on and on.
   * @throws what `work` rejects with; an Error when no timer is left and `work` still waits, or when `limitMs` have passed.
   */
  async run<T>(work: Promise<T>, { limitMs = LIMIT_MS }: { limitMs?: number } = {}): Promise<T> {
    let settled = false;
    const done = (): void => void (settled = true);
    work.then(done, done);
    const end = this.#elapsed + limitMs;
    for (;;) {
      await turns(SETTLE_TURNS, () => settled);
      if (settled) return work;
      if (this.#timers.length === 0) await lastChance(() => settled || this.#timers.length > 0);
      if (settled) return work;
      const next = this.#timers[0];
      if (!next) throw new Error("virtual time has nothing left to run, and the work still waits");
      if (next.at > end) throw new Error(`the work still waits after ${limitMs / 1000} s of virtual time`);
      this.#fireNext();
    }
  }

  /** Lets `ms` pass, with everything that falls into it. */
  async advance(ms: number): Promise<void> {
    await this.run(this.sleep(ms));
  }

  #fireNext(): void {
    const timer = this.#timers.shift();
    if (!timer) return;
    this.#elapsed = Math.max(this.#elapsed, timer.at);
    timer.fire();
  }

  /** The first place after all timers that are not later than `at`. */
  #placeOf(at: number): number {
    let low = 0;
    let high = this.#timers.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#timers[middle]?.at ?? Infinity) <= at) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

async function turns(count: number, until: () => boolean): Promise<void> {
  for (let turn = 0; turn < count && !until(); turn++) await new Promise((resolve) => setImmediate(resolve));
}

async function lastChance(until: () => boolean): Promise<void> {
  for (const end = performance.now() + LAST_CHANCE_MS; performance.now() < end && !until();) await turns(100, until);
}
