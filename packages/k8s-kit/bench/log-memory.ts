import { fork } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import type { Figure } from "../../../e2e/bench/figure.ts";
import { follow } from "./log-readers.ts";
import { startLogServer } from "./log-server.ts";
import { countLines, type LinesOf } from "./log-text.ts";

const LINES: LinesOf = { kind: "length", bytes: 300 };
const SMALL_BYTES = 1_000_000;
const LARGE_BYTES = 1_000_000_000;
/** Over idle, MB. */
const ALLOWED_MB = 32;

/** Peak memory of a process that follows a log of 1 GB, over that of one that did the same with 1 MB. */
export async function logMemory(): Promise<Figure[]> {
  if (process.platform !== "linux") return [{ name: "log follow, memory", skipped: "needs Linux's /proc" }];
  const idle = await peakOf(SMALL_BYTES);
  const large = await peakOf(LARGE_BYTES);
  const over = large - idle;
  return [
    {
      name: "log follow, peak memory for 1 GB over idle",
      baseline: `${ALLOWED_MB} MB`,
      ratio: over / ALLOWED_MB,
      wanted: "at most 1.0",
      ok: over <= ALLOWED_MB,
      note: `idle ${idle.toFixed(0)} MB, peak ${large.toFixed(0)} MB`,
    },
  ];
}

async function peakOf(bytes: number): Promise<number> {
  using server = await startLogServer({ lines: LINES, bytes, onTheFly: true });
  const child = fork(import.meta.filename, [server.kubeconfig, String(countLines(LINES, bytes))]);
  const [peak] = (await once(child, "message")) as [number];
  return peak;
}

/** Megabytes. */
function highWaterMark(): number {
  return Number(/VmHWM:\s+(\d+) kB/.exec(readFileSync("/proc/self/status", "utf8"))?.[1]) / 1024;
}

const [, script, kubeconfig, lines] = process.argv;
if (script === import.meta.filename && kubeconfig) {
  await follow(kubeconfig, Number(lines));
  process.send?.(highWaterMark());
  process.disconnect?.();
}
