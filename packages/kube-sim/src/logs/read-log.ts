import type { Clock } from "../clock.ts";
import { nanoTimestamp } from "../time.ts";
import type { ContainerLog, LogFile, LogRecord } from "./container-log.ts";

/** What a request for a log asks for. */
export interface LogOptions {
  follow: boolean;
  timestamps: boolean;
  /** Nanoseconds since the epoch; older records are left out. */
  since?: bigint;
  /** Records, not lines: a long line counts once for each of its pieces. */
  tailLines?: number;
  limitBytes?: number;
  /** Minutes east of Greenwich in whose zone timestamps are written; 0 by default. */
  utcOffsetMinutes?: number;
}

/** How often the kubelet looks again at a log that it follows and that does not change (`logForceCheckPeriod`). */
const FORCE_CHECK_MS = 1000;

/** Records that are there already are joined to chunks of about this size. */
const CHUNK_BYTES = 32 * 1024;

/**
 * Reads a log as the kubelet does: a prefix only where the record before, of whatever stream, ended its line; a
 * filter by record; a new file only when the old one is read to its end, and then the newest, once for each rotation; and, when it follows, an end no sooner than
 * one look after the container is over.
 */
export async function* readLog(
  log: ContainerLog,
  options: LogOptions,
  clock: Clock,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array> {
  const writer = new RecordWriter(options);
  let file: LogFile = log.file;
  let next = options.tailLines === undefined ? 0 : Math.max(0, file.records.length - options.tailLines);
  if (options.tailLines === 0 && !options.follow) return;
  let isLastLook = false;
  let newsOfRotation = 0;
  for (;;) {
    const chunk: Uint8Array[] = [];
    let size = 0;
    while (next < file.records.length && size < CHUNK_BYTES && !writer.full) {
      const bytes = writer.render(file.records[next++] as LogRecord);
      chunk.push(bytes);
      size += bytes.length;
    }
    if (size > 0) yield Buffer.concat(chunk);
    if (writer.full) return;
    if (next < file.records.length) continue;
    if (!options.follow || isLastLook) return;
    if (file.next) newsOfRotation += rotationsAfter(file);
    if (newsOfRotation > 0) {
      // Each opens the newest file, from its beginning, also when it is open already.
      newsOfRotation -= 1;
      file = log.file;
      next = 0;
    } else if (!log.running) {
      isLastLook = true;
    } else {
      await waitForMore(log, clock, signal);
    }
  }
}

function rotationsAfter(file: LogFile): number {
  return file.next ? 1 + rotationsAfter(file.next) : 0;
}

/** A container that ends does not touch its log: that is only seen at the next forced look. */
async function waitForMore(log: ContainerLog, clock: Clock, signal: AbortSignal): Promise<void> {
  const { file } = log;
  const seen = file.records.length;
  const lookAt = clock.monotonic() + FORCE_CHECK_MS;
  while (log.file === file && file.records.length === seen) {
    const left = lookAt - clock.monotonic();
    if (left <= 0) return;
    await log.changed.wait(clock, signal, left);
  }
}

const NOTHING: Uint8Array = new Uint8Array();

/** Turns records into the bytes of the response. */
class RecordWriter {
  readonly #options: LogOptions;
  #remaining: number;
  #isNewLine = true;

  constructor(options: LogOptions) {
    this.#options = options;
    this.#remaining = options.limitBytes ?? Infinity;
  }

  /** True when `limitBytes` are used up. */
  get full(): boolean {
    return this.#remaining <= 0;
  }

  render(record: LogRecord): Uint8Array {
    const { since, timestamps, utcOffsetMinutes } = this.#options;
    const prefix = timestamps && this.#isNewLine ? `${nanoTimestamp(record.at, utcOffsetMinutes)} ` : "";
    this.#isNewLine = !record.partial;
    if (since !== undefined && record.at < since) return NOTHING;
    const whole = prefix ? Buffer.concat([Buffer.from(prefix), record.bytes]) : record.bytes;
    const bytes = whole.length > this.#remaining ? whole.subarray(0, this.#remaining) : whole;
    this.#remaining -= bytes.length;
    return bytes;
  }
}
