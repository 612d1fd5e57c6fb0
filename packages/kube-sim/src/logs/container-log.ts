import type { Clock } from "../clock.ts";
import { Wakeup } from "../streams/wakeup.ts";

/** One line of a CRI log file: a piece of output of one stream. */
export interface LogRecord {
  /** Nanoseconds since the epoch. */
  at: bigint;
  stream: "stdout" | "stderr";
  /** Tag `P`: the line goes on in the stream's next record. Tag `F`: `bytes` end with the newline. */
  partial: boolean;
  bytes: Uint8Array;
}

/** A log file, from one rotation to the next. */
export interface LogFile {
  records: LogRecord[];
  /** The file that took its place. */
  next?: LogFile;
}

/** containerd stores a longer line as several records (`max_container_log_line_size`). */
const MAX_RECORD_BYTES = 16 * 1024;

/** containerd reads a line that has no end yet in whole buffers of this size: what fills none is not seen yet (measured). */
const BUFFER_BYTES = 4096;

/** Bytes that timestamp, stream and tag of a record take in the file. */
const RECORD_OVERHEAD_BYTES = 46;

/** When kubelet rotates: `containerLogMaxSize`, looked at every `containerLogMonitorInterval`. */
export interface LogRotation {
  maxBytes: number;
  checkMs: number;
}

/** The kubelet's own defaults. */
export const DEFAULT_ROTATION: LogRotation = { maxBytes: 10 * 1024 * 1024, checkMs: 10_000 };

/** What one container has printed: split into records as containerd does, in files as kubelet rotates them. */
export class ContainerLog {
  /** Wakes at every record, at a rotation, and when the container is over. */
  readonly changed: Wakeup = new Wakeup();
  /** False once the container is over: nothing will be added. */
  running = true;
  readonly #clock: Clock;
  readonly #rotation: LogRotation;
  readonly #pending = { stdout: [] as Uint8Array[], stderr: [] as Uint8Array[] };
  #file: LogFile = { records: [] };
  #fileBytes = 0;
  #nextCheck: number;
  #last = 0n;

  constructor(clock: Clock, rotation: LogRotation = DEFAULT_ROTATION) {
    this.#clock = clock;
    this.#rotation = rotation;
    this.#nextCheck = clock.monotonic() + rotation.checkMs;
  }

  /** The file that a reader who opens the log now gets: older ones cannot be read through the API. */
  get file(): LogFile {
    return this.#file;
  }

  /** Takes output in pieces of any size. */
  write(stream: LogRecord["stream"], bytes: Uint8Array): void {
    this.#rotateWhenDue();
    let start = 0;
    while (start < bytes.length) {
      const newline = bytes.indexOf(10, start);
      const end = newline < 0 ? bytes.length : newline + 1;
      this.#pending[stream].push(new Uint8Array(bytes.subarray(start, end)));
      this.#cutRecords(stream, newline >= 0);
      start = end;
    }
    this.changed.wake();
  }

  /** The container is over. An unfinished line stays unfinished: containerd tags it `P`. */
  end(): void {
    this.#flush();
    this.running = false;
    this.changed.wake();
  }

  /**
   * Begins a new file. Only a reader who has the old one open can still read it. containerd closes the old one, and so puts
   * what it holds of an unfinished line there, tagged `P`: the line ends in the new file (measured on 1.35.4).
   */
  rotate(): void {
    this.#flush();
    const next: LogFile = { records: [] };
    this.#file.next = next;
    this.#file = next;
    this.#fileBytes = 0;
    this.changed.wake();
  }

  /** The last `count` lines of the current file as text, for `terminationMessagePolicy: FallbackToLogsOnError`. */
  tail(count: number, maxBytes: number): string {
    const lines = Buffer.concat(this.#file.records.map(({ bytes }) => bytes))
      .toString()
      .split(/(?<=\n)/);
    return Buffer.from(lines.slice(-count).join("")).subarray(-maxBytes).toString();
  }

  /** Writes down what containerd has seen of the stream's line; the rest of it stays pending. */
  #cutRecords(stream: LogRecord["stream"], isComplete: boolean): void {
    const length = this.#pending[stream].reduce((sum, piece) => sum + piece.length, 0);
    if (!isComplete && length < MAX_RECORD_BYTES + BUFFER_BYTES) return;
    const line = Buffer.concat(this.#pending[stream]);
    // The newline itself is not in the file's record and does not count.
    const seen = isComplete ? length - 1 : length - (length % BUFFER_BYTES);
    const rest = this.#appendPieces(stream, line, seen);
    if (isComplete) this.#append({ stream, partial: false, bytes: rest });
    this.#pending[stream] = isComplete ? [] : [rest];
  }

  /** Writes full pieces as long as more than one is left of `seen` bytes, and returns what is left of the line. */
  #appendPieces(stream: LogRecord["stream"], line: Uint8Array, seen: number): Uint8Array {
    let rest = line;
    for (let left = seen; left > MAX_RECORD_BYTES; left -= MAX_RECORD_BYTES) {
      this.#append({ stream, partial: true, bytes: rest.subarray(0, MAX_RECORD_BYTES) });
      rest = rest.subarray(MAX_RECORD_BYTES);
    }
    return rest;
  }

  /** Writes down what there is of unfinished lines. */
  #flush(): void {
    for (const stream of ["stdout", "stderr"] as const) {
      const line = Buffer.concat(this.#pending[stream]);
      const rest = this.#appendPieces(stream, line, line.length);
      if (rest.length > 0) this.#append({ stream, partial: true, bytes: rest });
      this.#pending[stream] = [];
    }
  }

  /** Time passes between two writes only. */
  #rotateWhenDue(): void {
    const now = this.#clock.monotonic();
    if (now < this.#nextCheck) return;
    this.#nextCheck = now + this.#rotation.checkMs;
    if (this.#fileBytes > this.#rotation.maxBytes) this.rotate();
  }

  #append(record: Omit<LogRecord, "at">): void {
    this.#file.records.push({ at: this.#stamp(), ...record });
    this.#fileBytes += record.bytes.length + RECORD_OVERHEAD_BYTES;
  }

  /** The clock has milliseconds; records of the same one are a microsecond apart. */
  #stamp(): bigint {
    const now = BigInt(Math.round(this.#clock.now())) * 1_000_000n;
    this.#last = now > this.#last || this.#last - now > 1_000_000n ? now : this.#last + 1_000n;
    return this.#last;
  }
}
