import { execFile } from "node:child_process";
import { readFileSync, readSync, writeSync } from "node:fs";
import { promisify } from "node:util";
import { createRunReader } from "@opencode-k8s/opencode-parse";
import { longRun } from "../../packages/opencode-parse/bench/long-run.ts";
import type { Figure } from "./figure.ts";

const SMALL_BYTES = 1_000_000;
const LARGE_BYTES = 1_000_000_000;
/** Over a process that read 1 MB, MB. */
const ALLOWED_MB = 16;
/** What a pipe hands over at a time. */
const CHUNK_BYTES = 65_536;

/**
 * Peak memory of a process that reads 1 GB from a pipe, over that of one that read 1 MB. Another process makes it, no
 * line like another. V8 lets its young generation grow to 48 MB in any program that makes many strings: it is held to
 * 4 MB, and what Node takes by default is told, too.
 */
export async function parseMemory(): Promise<Figure[]> {
  if (process.platform !== "linux") return [{ name: "parse, memory", skipped: "needs Linux's /proc" }];
  const over = async (flag: string): Promise<number> =>
    (await peakOf(LARGE_BYTES, flag)) - (await peakOf(SMALL_BYTES, flag));
  const held = await over("--max-semi-space-size=4");
  const byDefault = await over("--no-warnings");
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

/** The pipe is the shell's: one that Node makes does not block, and a reader that polls measures Node's streams. */
async function peakOf(bytes: number, flag: string): Promise<number> {
  const pipe = '"$0" "$1" write "$2" | "$0" "$3" "$1" read';
  const args = ["-c", pipe, process.execPath, import.meta.filename, String(bytes), flag];
  const { stdout } = await promisify(execFile)("sh", args);
  return Number(stdout);
}

function write(bytes: number): void {
  for (const chunk of longRun(bytes)) {
    for (let start = 0; start < chunk.length;) start += writeSync(1, chunk, start);
  }
}

function read(): void {
  const reader = createRunReader();
  const chunk = new Uint8Array(CHUNK_BYTES);
  for (let length = -1; length !== 0;) {
    length = readSync(0, chunk);
    reader.write(chunk.subarray(0, length));
    reader.report();
  }
  const { steps, oversizedLines } = reader.end();
  if (steps === 0 || oversizedLines > 0) throw new Error("the output was not read");
  writeSync(1, String(highWaterMark()));
}

/** Megabytes. */
function highWaterMark(): number {
  return Number(/VmHWM:\s+(\d+) kB/.exec(readFileSync("/proc/self/status", "utf8"))?.[1]) / 1024;
}

const [, script, role, bytes] = process.argv;
if (script === import.meta.filename && role === "write") write(Number(bytes));
if (script === import.meta.filename && role === "read") read();
