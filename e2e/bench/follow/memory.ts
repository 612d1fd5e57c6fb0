import { fork } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import type { Figure } from "../figure.ts";
import { drain, follow } from "./readers.ts";
import { startLogServer } from "./server.ts";
import { countLines, type LinesOf } from "./text.ts";

const LINES: LinesOf = { kind: "length", bytes: 300 };
const SAME: LinesOf = { kind: "same" };
const SMALL_BYTES = 1_000_000;
const LARGE_BYTES = 1_000_000_000;
/** 50,000 identical lines, all within one second. */
const SAME_LINES = 50_000;
const SAME_BYTES = SAME_LINES * Buffer.byteLength("2026-11-22T00:00:00.000000000Z the same line over and over\n");
/** Over idle, MB. */
const ALLOWED_MB = 32;

/**
 * Peak memory of a process that follows a log of 1 GB, over that of one that did the same with 1 MB. V8 lets its young
 * generation grow to 48 MB in any program that makes many strings, and frees the socket's buffers when it likes: so it is
 * held to 4 MB here, and what Node takes by default is told beside it, for a loop that drops every byte, too.
 */
export async function logMemory(): Promise<Figure[]> {
  if (process.platform !== "linux") return [{ name: "log follow, memory", skipped: "needs Linux's /proc" }];
  using small = await startLogServer({ lines: LINES, bytes: SMALL_BYTES, onTheFly: true });
  using large = await startLogServer({ lines: LINES, bytes: LARGE_BYTES, onTheFly: true });
  using same = await startLogServer({ lines: SAME, bytes: SAME_BYTES });
  const smallLines = countLines(LINES, SMALL_BYTES);
  const largeLines = countLines(LINES, LARGE_BYTES);
  const over = async (reader: keyof typeof READERS, flags: string[]): Promise<number> => {
    const idle = await peakOf({ reader, flags, kubeconfig: small.kubeconfig, lines: smallLines });
    return (await peakOf({ reader, flags, kubeconfig: large.kubeconfig, lines: largeLines })) - idle;
  };
  const flags = ["--max-semi-space-size=4"];
  const held = await over("follow", flags);
  const idle = await peakOf({ reader: "follow", flags, kubeconfig: small.kubeconfig, lines: smallLines });
  const heldOfSame = (await peakOf({ reader: "follow", flags, kubeconfig: same.kubeconfig, lines: SAME_LINES })) - idle;
  const byDefault = await over("follow", []);
  const drained = await over("drain", []);
  return [
    {
      name: "log follow, peak memory for 1 GB over idle",
      baseline: `${ALLOWED_MB} MB`,
      ratio: held / ALLOWED_MB,
      wanted: "at most 1.0",
      ok: held <= ALLOWED_MB,
      note: `+${held.toFixed(0)} MB; by default +${byDefault.toFixed(0)} MB, and +${drained.toFixed(0)} MB where every byte is dropped`,
    },
    {
      name: "log follow, peak memory for 50,000 identical lines within one second, over idle",
      baseline: `${ALLOWED_MB} MB`,
      ratio: heldOfSame / ALLOWED_MB,
      wanted: "at most 1.0",
      ok: heldOfSame <= ALLOWED_MB,
      note: `+${heldOfSame.toFixed(0)} MB`,
    },
  ];
}

const READERS = { follow, drain };

interface Child {
  readonly reader: keyof typeof READERS;
  /** Node's own. */
  readonly flags: string[];
  readonly kubeconfig: string;
  readonly lines: number;
}

async function peakOf({ reader, flags, kubeconfig, lines }: Child): Promise<number> {
  const child = fork(import.meta.filename, [reader, kubeconfig, String(lines)], { execArgv: flags });
  const [peak] = (await once(child, "message")) as [number];
  return peak;
}

/** Megabytes. */
function highWaterMark(): number {
  return Number(/VmHWM:\s+(\d+) kB/.exec(readFileSync("/proc/self/status", "utf8"))?.[1]) / 1024;
}

const [, script, reader, kubeconfig, lines] = process.argv;
if (script === import.meta.filename && kubeconfig) {
  await READERS[reader as keyof typeof READERS](kubeconfig, Number(lines));
  process.send?.(highWaterMark());
  process.disconnect?.();
}
