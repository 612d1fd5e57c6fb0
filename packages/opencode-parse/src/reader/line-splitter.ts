const LINE_FEED = 0x0a;

/** So much is decoded at once: enough that the calls do not count, and few enough not to be a large object for V8. */
const BLOCK_BYTES = 65_536;

/** A buffer up to this size is kept from one line to the next. */
const KEPT_BUFFER_BYTES = 1_048_576;

/** A byte order mark is not removed: it would be in a string, too. */
const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

export interface LineSink {
  /** A line, without its line feed. */
  line(text: string): void;
  /** A line that was longer than allowed. */
  oversized(): void;
}

/** Makes lines of bytes, however these are cut into chunks. What is no UTF-8 becomes U+FFFD. Keeps one unfinished line. */
export class LineSplitter {
  readonly #sink: LineSink;
  readonly #maxLineBytes: number;
  #buffer = new Uint8Array(0);
  /** Bytes of the unfinished line; more than `#maxLineBytes` where it is too long, and then not kept. */
  #pending = 0;

  constructor(sink: LineSink, maxLineBytes: number) {
    this.#sink = sink;
    this.#maxLineBytes = maxLineBytes;
  }

  write(chunk: Uint8Array): void {
    let start = 0;
    if (this.#pending > 0) {
      const end = chunk.indexOf(LINE_FEED);
      this.#keep(end < 0 ? chunk : chunk.subarray(0, end));
      if (end < 0) return;
      this.end();
      start = end + 1;
    }
    const end = chunk.lastIndexOf(LINE_FEED) + 1;
    while (start < end) start = this.#readBlock(chunk, start, end);
    this.#keep(chunk.subarray(start));
  }

  /** Takes what came after the last line feed as a line. */
  end(): void {
    if (this.#pending > this.#maxLineBytes) this.#sink.oversized();
    else if (this.#pending > 0) this.#sink.line(decoder.decode(this.#buffer.subarray(0, this.#pending)));
    this.#pending = 0;
    if (this.#buffer.length > KEPT_BUFFER_BYTES) this.#buffer = new Uint8Array(0);
  }

  /** Reads as many lines as fit into a block, at least one; says where the next one begins. */
  #readBlock(chunk: Uint8Array, start: number, end: number): number {
    // No line in a block of more than one is too long.
    const wanted = start + Math.min(BLOCK_BYTES, this.#maxLineBytes);
    const last = wanted >= end ? end - 1 : chunk.lastIndexOf(LINE_FEED, wanted - 1);
    const stop = (last >= start ? last : chunk.indexOf(LINE_FEED, wanted)) + 1;
    if (last < start && stop - 1 - start > this.#maxLineBytes) this.#sink.oversized();
    else this.#readLines(decoder.decode(chunk.subarray(start, stop)));
    return stop;
  }

  #readLines(text: string): void {
    let start = 0;
    for (let end = text.indexOf("\n"); end >= 0; end = text.indexOf("\n", start)) {
      this.#sink.line(text.slice(start, end));
      start = end + 1;
    }
  }

  #keep(bytes: Uint8Array): void {
    const length = this.#pending + bytes.length;
    if (length > this.#maxLineBytes) this.#buffer = new Uint8Array(0);
    else if (bytes.length > 0) {
      if (length > this.#buffer.length) this.#grow(length);
      this.#buffer.set(bytes, this.#pending);
    }
    this.#pending = length;
  }

  /** By doubling: a line that comes byte by byte must not be copied with each. */
  #grow(length: number): void {
    const grown = new Uint8Array(Math.min(this.#maxLineBytes, Math.max(length, 2 * this.#buffer.length, 4096)));
    grown.set(this.#buffer.subarray(0, this.#pending));
    this.#buffer = grown;
  }
}
