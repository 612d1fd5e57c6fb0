import { type LineKey, lineKey, type LogCursor, type Replay } from "./cursor.ts";
import { LineSplitter, type RawLine } from "./line-splitter.ts";
import { type Stamp, StampReader } from "./timestamp.ts";

/** A line of a container's log that was not delivered before. */
export interface LogLine {
  readonly type: "line";
  /** The line without its newline; invalid UTF-8 is replaced by U+FFFD. */
  readonly text: string;
  /** Bytes that the line had in the log, its newline not counted. */
  readonly bytes: number;
  /** When the container runtime read it; `null` where the log carried no stamp. */
  readonly stamp: Stamp | null;
  /** The line was longer than the cap: `text` is its beginning. */
  readonly truncated: boolean;
}

/** Lines are missing: the log was rotated away between the last line delivered and the next. */
export interface LogGap {
  readonly type: "gap";
  /** Stamp of the last line delivered before the gap. */
  readonly after: Stamp | null;
}

/** A new line, and what it is known by. */
export interface Decoded {
  readonly line: LogLine;
  /** To be committed once the line was accepted; `null` for a message of the kubelet's own, which carries no stamp. */
  readonly key: LineKey | null;
  /** Lines are missing before this one. */
  readonly gap: LogGap | null;
}

/** Turns the bytes of one log connection into the lines that were not delivered before. Synchronous; holds one cut line. */
export class LogDecoder {
  readonly #splitter: LineSplitter;
  readonly #stamps = new StampReader();
  readonly #cursor: LogCursor;
  readonly #replay: Replay;
  #first = true;
  #gapSaid = false;

  constructor(cursor: LogCursor, maxLineBytes: number) {
    this.#cursor = cursor;
    this.#replay = cursor.replay();
    this.#splitter = new LineSplitter(maxLineBytes);
  }

  /** What this chunk brings. Commit each line's key before asking for the next. */
  *push(chunk: Uint8Array): Generator<Decoded> {
    for (const raw of this.#splitter.push(chunk)) {
      const decoded = this.#decode(raw);
      if (decoded) yield decoded;
    }
  }

  /** Has this connection shown all that was known, or that it is gone? One that ends before was cut. */
  get caughtUp(): boolean {
    return this.#replay.caughtUp || this.#gapSaid;
  }

  /** The line that the end of the log left without a newline. A cut connection leaves one, too: see whether it is repeated. */
  end(): Decoded | null {
    const rest = this.#splitter.rest();
    return rest.length > 0 ? this.#decode(rest) : null;
  }

  #decode({ bytes, length }: RawLine): Decoded | null {
    const stamp = this.#stamps.read(bytes);
    const first = this.#first;
    this.#first = false;
    if (!stamp) {
      // The since-filter works on records: a resume may begin with the tail of a long line that was delivered whole.
      return first && this.#replay.resumed ? null : { line: toLine(bytes, 0, length, null), key: null, gap: null };
    }
    const key = lineKey(stamp, bytes, length);
    if (this.#replay.has(key)) return null;
    return { line: toLine(bytes, stamp.textAt, length, stamp), key, gap: this.#gapBefore() };
  }

  #gapBefore(): LogGap | null {
    if (this.#replay.connected || this.#gapSaid) return null;
    this.#gapSaid = true;
    return { type: "gap", after: this.#cursor.last };
  }
}

function toLine(bytes: Buffer, textAt: number, length: number, stamp: Stamp | null): LogLine {
  const text = bytes.toString("utf8", textAt);
  return { type: "line", text, bytes: length - textAt, stamp, truncated: length > bytes.length };
}
