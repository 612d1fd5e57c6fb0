import { randomBytes } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Cluster, type FollowedContainer, followLogBatches, type LogEvent, type LogLine } from "@opencode-k8s/k8s-kit";
import { Cleaner } from "../../packages/adapter/src/log/index.ts";
import { Delivery } from "../../packages/adapter/src/observe/index.ts";
import { RunTrace } from "../../packages/adapter/src/telemetry/index.ts";
import { type Figure, medianRatio } from "./figure.ts";

/** Bytes of one chunk: what a socket hands over at a time. */
const CHUNK_BYTES = 64 * 1024;
/** The corpus is repeated up to this size, so that one pass takes long enough to be measured. */
const LOG_BYTES = 48 * 1024 * 1024;

/** What a run has of secrets: two keys of providers, Paperclip's token, two passwords, a key of several lines. */
const SECRETS = [
  `sk-ant-api03-${randomBytes(70).toString("base64url")}`,
  `sk-${randomBytes(36).toString("base64url")}`,
  [36, 300, 32].map((size) => randomBytes(size).toString("base64url")).join("."),
  randomBytes(9).toString("base64url"),
  randomBytes(18).toString("base64url"),
  randomBytes(1200).toString("base64").replace(/.{64}/g, "$&\n"),
];

/**
 * The whole log path of the adapter (split, timestamp, dedup, decode, parse, mask, shorten, hand over to `onLog`) against a loop that
 * splits, decodes and does one `JSON.parse` a line, both from the same Buffers, with the lines of real OpenCode runs.
 */
export async function logPath(corpus: string): Promise<Figure[]> {
  if (!existsSync(corpus)) return [{ name: "log path", skipped: `no corpus at ${corpus}` }];
  const chunks = recordedLog(corpus);
  const bytes = chunks.reduce((sum, chunk) => sum + chunk.length, 0);
  const ratio = await medianRatio({
    runs: 9,
    ours: () => follow(chunks),
    baseline: async () => parseEveryLine(chunks),
  });
  const trace = new RunTrace({ runId: "bench", agent: AGENT });
  const traced = await medianRatio({
    runs: 9,
    ours: () => follow(chunks, (events) => trace.read(events)),
    baseline: () => follow(chunks),
  });
  return [
    {
      name: "log path, socket to onLog",
      baseline: "split, decode and one JSON.parse a line",
      ratio,
      wanted: "at least 2.0",
      ok: ratio >= 2,
      note: `${Math.round(bytes / 1e6)} MB of OpenCode's output`,
    },
    {
      name: "log path of a run that is traced, without an SDK",
      baseline: "the same without traces",
      ratio: traced,
      // The same against itself came to 1.06 on a busy machine.
      wanted: "at least 0.9",
      ok: traced >= 0.9,
    },
  ];
}

const AGENT = { id: "bench", companyId: "bench", name: "bench", adapterType: null, adapterConfig: {} };

async function follow(
  chunks: readonly Buffer[],
  see: (events: readonly LogEvent[]) => void = () => undefined,
): Promise<number> {
  const cluster = new Cluster({
    server: "http://bench",
    transport: {
      call: () => Promise.reject(new Error("not used")),
      stream: () => Promise.resolve(new Response(ReadableStream.from(chunks))),
      headers: () => Promise.resolve({}),
      close: () => Promise.resolve(),
    },
  });
  const container: FollowedContainer = {
    namespace: "bench",
    pod: "bench",
    podUid: "bench",
    container: "opencode",
    state: () => ({ kind: "running", containerId: "bench", previousId: null, restarts: 0, mayRestart: false }),
    changed: () => new Promise(() => undefined),
  };
  const delivery = new Delivery(async () => undefined, new Cleaner(SECRETS));
  const { signal } = new AbortController();
  for await (const events of followLogBatches(cluster, container, { signal })) {
    see(events);
    await delivery.lines(events.filter((event): event is LogLine => event.type === "line"));
    if (delivery.accepted.lines === expectedLines) break;
  }
  if (delivery.accepted.lines !== expectedLines)
    throw new Error(`delivered ${delivery.accepted.lines} of ${expectedLines} lines`);
  return delivery.reader.report().steps;
}

let expectedLines = 0;

function parseEveryLine(chunks: readonly Buffer[]): number {
  let events = 0;
  let rest: Buffer = Buffer.alloc(0);
  for (const chunk of chunks) {
    const bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    let start = 0;
    for (let end = bytes.indexOf(10); end !== -1; end = bytes.indexOf(10, start)) {
      const text = bytes.toString("utf8", bytes.indexOf(32, start) + 1, end);
      if (text.startsWith("{")) {
        try {
          JSON.parse(text);
          events += 1;
        } catch {
          // A line that an old version cut.
        }
      }
      start = end + 1;
    }
    rest = bytes.subarray(start);
  }
  return events;
}

/** The corpus as the API server sends a log with `timestamps=true`. */
function recordedLog(corpus: string): Buffer[] {
  const files = readdirSync(corpus, { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".jsonl"));
  const lines = files.flatMap((name) =>
    readFileSync(join(corpus, name), "utf8")
      .split("\n")
      .filter((line) => line !== ""),
  );
  const parts: string[] = [];
  let size = 0;
  expectedLines = 0;
  for (let micros = 0; size < LOG_BYTES;) {
    for (const line of lines) {
      micros += 50;
      const second = new Date(Date.UTC(2026, 10, 22) + Math.floor(micros / 1e6) * 1000).toISOString().slice(0, 19);
      const stamped = `${second}.${String((micros % 1e6) * 1000).padStart(9, "0")}Z ${line}\n`;
      parts.push(stamped);
      size += stamped.length;
      expectedLines += 1;
    }
  }
  const log = Buffer.from(parts.join(""));
  const chunks: Buffer[] = [];
  for (let at = 0; at < log.length; at += CHUNK_BYTES) chunks.push(log.subarray(at, at + CHUNK_BYTES));
  return chunks;
}
