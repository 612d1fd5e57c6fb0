import { fork } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createRunReader } from "@opencode-k8s/opencode-parse";
import { writeLongRun } from "../../packages/opencode-parse/bench/long-run.ts";
import type { Figure } from "./figure.ts";

const SMALL_BYTES = 1_000_000;
const LARGE_BYTES = 1_000_000_000;
/** Over a process that read 1 MB, MB. */
const ALLOWED_MB = 16;

/**
 * Peak memory of a process that reads 1 GB made on the fly, over that of one that read 1 MB. V8 lets its young generation
 * grow to 48 MB in any program that makes many strings: it is held to 4 MB, and what Node takes by default is told, too.
 */
export async function parseMemory(): Promise<Figure[]> {
  if (process.platform !== "linux") return [{ name: "parse, memory", skipped: "needs Linux's /proc" }];
  const over = async (flags: string[]): Promise<number> =>
    (await peakOf(LARGE_BYTES, flags)) - (await peakOf(SMALL_BYTES, flags));
  const held = await over(["--max-semi-space-size=4"]);
  const byDefault = await over([]);
  return [
    {
      name: "parse, peak memory for an output of 1 GB over one of 1 MB",
      baseline: `${ALLOWED_MB} MB`,
      ratio: held / ALLOWED_MB,
      wanted: "at most 1.0",
      ok: held <= ALLOWED_MB,
      note: `+${held.toFixed(1)} MB; by default +${byDefault.toFixed(1)} MB`,
    },
  ];
}

async function peakOf(bytes: number, flags: string[]): Promise<number> {
  const child = fork(import.meta.filename, [String(bytes)], { execArgv: flags });
  const [peak] = (await once(child, "message")) as [number];
  return peak;
}

/** Megabytes. */
function highWaterMark(): number {
  return Number(/VmHWM:\s+(\d+) kB/.exec(readFileSync("/proc/self/status", "utf8"))?.[1]) / 1024;
}

const [, script, bytes] = process.argv;
if (script === import.meta.filename && bytes !== undefined) {
  const reader = createRunReader();
  writeLongRun(reader, Number(bytes));
  const { steps, oversizedLines } = reader.end();
  if (steps === 0 || oversizedLines > 0) throw new Error("the output was not read");
  process.send?.(highWaterMark());
  process.disconnect();
}
