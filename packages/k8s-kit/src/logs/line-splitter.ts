/**
 * Takes one line: `bytes` from `start` to `end`, its newline not counted. Valid during the call only. `cutFrom`: the length that
 * the line had, where it is longer than the cap and was cut to it; else 0.
 */
export type LineSink = (bytes: Buffer, start: number, end: number, cutFrom: number) => void;

const NEWLINE = 0x0a;

/**
 * Splits chunks of bytes at newlines. Whole lines only, so that no UTF-8 character is ever cut; a line over `maxBytes` keeps
 * its first `maxBytes`. Memory: one capped line.
 */
export class LineSplitter {
  readonly #maxBytes: number;
  readonly #sink: LineSink;
  #parts: Buffer[] = [];
  #kept = 0;
  #length = 0;

  constructor(maxBytes: number, sink: LineSink) {
    this.#maxBytes = maxBytes;
    this.#sink = sink;
  }

  /** Hands over the lines that end in this chunk. */
  push(chunk: Uint8Array): void {
    const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    let start = 0;
    for (let end = bytes.indexOf(NEWLINE); end !== -1; end = bytes.indexOf(NEWLINE, start)) {
      if (this.#length === 0 && end - start <= this.#maxBytes) {
        this.#sink(bytes, start, end, 0);
      } else {
        this.#keep(bytes.subarray(start, end));
        this.rest();
      }
      start = end + 1;
    }
    if (start < bytes.length) this.#keep(bytes.subarray(start));
  }

  /** Hands over what came after the last newline, if anything did; the splitter is then as new. */
  rest(): void {
    const length = this.#length;
    const line = this.#parts.length === 1 && this.#parts[0] ? this.#parts[0] : Buffer.concat(this.#parts);
    this.#parts = [];
    this.#kept = 0;
    this.#length = 0;
    if (length > 0) this.#sink(line, 0, line.length, length > line.length ? length : 0);
  }

  #keep(part: Buffer): void {
    const room = this.#maxBytes - this.#kept;
    if (room > 0) {
      // Copied: the chunk's memory is the transport's.
      this.#parts.push(Buffer.from(part.subarray(0, room)));
      this.#kept += Math.min(room, part.length);
    }
    this.#length += part.length;
  }
}
