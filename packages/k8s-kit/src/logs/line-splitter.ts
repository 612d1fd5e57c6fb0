/** One line of bytes, without its newline. */
export interface RawLine {
  /** Valid until the next call of the splitter: a view, not a copy, where the line lay in one chunk. */
  readonly bytes: Buffer;
  /** Bytes that the line had; more than `bytes.length` where it was cut to the cap. */
  readonly length: number;
}

const NEWLINE = 0x0a;

/**
 * Splits chunks of bytes at newlines. Whole lines only, so that no UTF-8 character is ever cut; a line over `maxBytes` keeps
 * its first `maxBytes`. Memory: one chunk and one capped line.
 */
export class LineSplitter {
  readonly #maxBytes: number;
  #parts: Buffer[] = [];
  #kept = 0;
  #length = 0;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** The lines that end in this chunk. */
  *push(chunk: Uint8Array): Generator<RawLine> {
    const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    let start = 0;
    for (let end = bytes.indexOf(NEWLINE); end !== -1; end = bytes.indexOf(NEWLINE, start)) {
      if (this.#length === 0 && end - start <= this.#maxBytes) {
        yield { bytes: bytes.subarray(start, end), length: end - start };
      } else {
        this.#keep(bytes.subarray(start, end));
        yield this.rest();
      }
      start = end + 1;
    }
    if (start < bytes.length) this.#keep(bytes.subarray(start));
  }

  /** What came after the last newline; the splitter is then as new. */
  rest(): RawLine {
    const line = { bytes: Buffer.concat(this.#parts), length: this.#length };
    this.#parts = [];
    this.#kept = 0;
    this.#length = 0;
    return line;
  }

  #keep(part: Buffer): void {
    this.#length += part.length;
    const room = this.#maxBytes - this.#kept;
    if (room <= 0) return;
    // Copied: the chunk's memory is the transport's.
    this.#parts.push(Buffer.from(part.subarray(0, room)));
    this.#kept += Math.min(room, part.length);
  }
}
