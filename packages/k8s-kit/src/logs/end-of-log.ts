import type { Clock } from "../time/clock.ts";
import type { LogDecoder } from "./decoder.ts";
import type { Batch, LogLine } from "./events.ts";
import { GIVE_UP_ENDED_MS } from "./patience.ts";

/** A log of which nothing was ever read is believed to be empty after so many reads: there is no known line to reach. */
const EMPTY_READS = 3;
/** A log that the runtime does not have is given up after this; a containerd that restarts is away for 2 s (measured). */
const GIVE_UP_MISSING_MS = 5_000;

/**
 * What a read of a finished log came to.
 * - `over`: that was the end
 * - `more`: it brought lines, so there may be others
 * - `short`: it ended before the last line known, or in the middle of one: it was cut, cleanly
 * - `lost`: it has been short for so long that the last line known, and all that may have been behind it, must have been rotated away
 * - `gone`: it has been missing, or has ended elsewhere each time, for so long that nothing more can be known
 *
 * `rest` is what was left without a newline.
 */
export type EndOfLogVerdict =
  | { readonly kind: "over" | "lost" | "gone"; readonly rest: Batch }
  | { readonly kind: "more" }
  | { readonly kind: "short" };

/** Decides whether a log whose container is over has been read to its end. One clean end of a stream proves nothing. */
export class EndOfLog {
  readonly #clock: Clock;
  #rest: LogLine | null = null;
  /** Did the connection before this one end well, just behind the last line known? */
  #endedThere = false;
  #emptyReads = 0;
  #shortSince: number | null = null;
  #missingSince: number | null = null;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** A stream that followed the log is over. `well`: without a failure. */
  followed(decoder: LogDecoder, well: boolean): void {
    this.#endedThere = well && decoder.caughtUp;
  }

  /** A read that failed says nothing of the end. */
  interrupted(): void {
    this.#endedThere = false;
    this.#shortSince = null;
    this.#missingSince = null;
  }

  /** A read ended well. `delivered`: did it bring lines? `anything`: was any line of this log ever delivered? */
  judge(decoder: LogDecoder, delivered: boolean, anything: boolean): EndOfLogVerdict {
    const rest = decoder.end();
    const last = rest.events.at(-1);
    const line = last?.type === "line" ? last : null;
    this.#emptyReads = anything || last ? 0 : this.#emptyReads + 1;
    const endedThere = anything ? this.#endedThere : this.#emptyReads >= EMPTY_READS;
    const again = last ? line !== null && isSame(line, this.#rest) : endedThere;
    this.#endedThere = decoder.caughtUp && !last;
    this.#rest = line;
    if (delivered) {
      this.#shortSince = null;
      return { kind: "more" };
    }
    // What ends twice in the same place, cleanly, is the end.
    if (decoder.caughtUp && again) return { kind: "over", rest };
    const now = this.#clock.monotonic();
    this.#shortSince ??= now;
    this.#missingSince = decoder.missing ? (this.#missingSince ?? now) : null;
    const isMissing = this.#missingSince !== null && now - this.#missingSince >= GIVE_UP_MISSING_MS;
    const given = isMissing || now - this.#shortSince >= GIVE_UP_ENDED_MS;
    if (!given) return { kind: "short" };
    return { kind: decoder.caughtUp || decoder.missing ? "gone" : "lost", rest };
  }
}

/** The same text of the same length: a line that was cut over the cap has the same text wherever that was. */
function isSame(line: LogLine, other: LogLine | null): boolean {
  return line.text === other?.text && line.bytes === other.bytes;
}
