import type { Clock } from "@opencode-k8s/kube-sim";
import { Random } from "../../../packages/kube-sim/src/random.ts";
import { accountOf, NumberedRun, type RunOptions } from "../scale/run.ts";
import type { Tally } from "./counts.ts";

interface Churn {
  readonly clock: Clock;
  readonly seed: number;
  /** New runs begin for so long, milliseconds. */
  readonly ms: number;
  /** Agents, each with one run after the other. */
  readonly atOnce: number;
  readonly config: Readonly<Record<string, unknown>>;
  /** The adapter's `execute()`, against a cluster of the test's. */
  readonly run?: RunOptions["run"];
}

/** Of the runs, those that are cancelled, and within which time, milliseconds. */
const CANCELLED = 0.1;
const CANCEL_MS = 6_000;

/** Runs begin and end, and some are cancelled; resolves when each that has begun has its result. */
export async function churn({ clock, seed, ms, atOnce, config, run }: Churn): Promise<Tally[]> {
  const end = clock.monotonic() + ms;
  const tallies: Tally[] = [];
  const agent = async (name: string, random: Random): Promise<void> => {
    while (clock.monotonic() < end) {
      const one = new NumberedRun(config, { agent: name, ...(run ? { run } : {}) });
      const over = new AbortController();
      const { signal } = over;
      if (random.next() < CANCELLED)
        void clock.sleep(random.integer(CANCEL_MS), signal).then(
          () => one.cancel(),
          () => undefined, // It has ended before.
        );
      tallies.push(await tallyOf(one));
      over.abort(new Error("over"));
    }
  };
  await Promise.all(Array.from({ length: atOnce }, (_, index) => agent(`agent-${index}`, new Random(seed + index))));
  return tallies;
}

async function tallyOf(run: NumberedRun): Promise<Tally> {
  const result = await run.result;
  const { log } = accountOf(result);
  return {
    run: run.id,
    code: result.errorCode ?? "success",
    delivered: run.delivered,
    doubled: run.doubled,
    saysWhole: log ? log.complete : !result.errorCode,
  };
}
