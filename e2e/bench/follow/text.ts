import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** Which lines a benchmark's log has. */
export type LinesOf =
  | { readonly kind: "length"; readonly bytes: number }
  /** The lines of all `.jsonl` files in a folder. */
  | { readonly kind: "corpus"; readonly folder: string }
  /** All in one second. */
  | { readonly kind: "same" };

/** Between two lines of a log, microseconds: 20,000 lines a second. */
const STEP_MICROS = 50;
const BEGIN = Date.UTC(2026, 10, 22);

/** A log as the API server sends it with `timestamps=true`, in blocks of about 1 MB, until `bytes` are reached. */
export function* logText(lines: LinesOf, bytes: number): Generator<Buffer> {
  const texts = textsOf(lines);
  let block: string[] = [];
  let [size, sent, count] = [0, 0, 0];
  while (sent < bytes) {
    const text = texts[count % texts.length] ?? "";
    const line = `${stamp(lines.kind === "same" ? count : count * STEP_MICROS)} ${text}\n`;
    block.push(line);
    const length = Buffer.byteLength(line);
    size += length;
    sent += length;
    count += 1;
    if (size < 1 << 20 && sent < bytes) continue;
    yield Buffer.from(block.join(""));
    block = [];
    size = 0;
  }
}

export function countLines(lines: LinesOf, bytes: number): number {
  let count = 0;
  for (const block of logText(lines, bytes)) for (let at = -1; (at = block.indexOf(10, at + 1)) !== -1;) count += 1;
  return count;
}

function textsOf(lines: LinesOf): string[] {
  if (lines.kind === "same") return ["the same line over and over"];
  if (lines.kind === "length") return [`{"type":"text","part":"${"x".repeat(lines.bytes - 24)}"}`];
  const files = readdirSync(lines.folder, { recursive: true, encoding: "utf8" }).filter((name) =>
    name.endsWith(".jsonl"),
  );
  return files.flatMap((name) =>
    readFileSync(join(lines.folder, name), "utf8")
      .split("\n")
      .filter((line) => line !== ""),
  );
}

function stamp(micros: number): string {
  const second = new Date(BEGIN + Math.floor(micros / 1e6) * 1000).toISOString().slice(0, 19);
  return `${second}.${String((micros % 1e6) * 1000).padStart(9, "0")}Z`;
}
