import type { Clock } from "../time/clock.ts";
import type { LogDecoder } from "./decoder.ts";
import type { Batch } from "./events.ts";
import { GIVE_UP_ENDED_MS } from "./patience.ts";

/** A log of which nothing was ever read is believed to be empty after so many reads: there is no known line to reach. */
const EMPTY_READS = 3;

/**
 * What a read of a finished log came to.
 * - `over`: that was the end
 * - `more`: it brought lines, so there may be others
 * - `short`: it ended before the last line known, or in the middle of one: it was cut, cleanly
 * - `gone`: it has been short for so long that the log must be gone
 *
 * `rest` is what was left without a newline.
 */
export type EndOfLogVerdict =
  | { readonly kind: "over" | "gone"; readonly rest: Batch }
  | { readonly kind: "more" }
  | { readonly kind: "short" };

/** Decides whether a log whose container is over has been read to its end. One clean end of a stream proves nothing. */
export class EndOfLog {
  readonly #clock: Clock;
  #rest: string | null = null;
  #emptyReads = 0;
  #shortSince: number | null = null;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** A read that failed says nothing of the end. */
  interrupted(): void {
    this.#shortSince = null;
  }

  /** A read ended well. `delivered`: did it bring lines? `anything`: was any line of this log ever delivered? */
  judge(decoder: LogDecoder, delivered: boolean, anything: boolean): EndOfLogVerdict {
    const rest = decoder.end();
    const last = rest.events.at(-1);
    const text = last?.type === "line" ? last.text : null;
    this.#emptyReads = anything || last ? 0 : this.#emptyReads + 1;
    const again = last ? text !== null && text === this.#rest : anything || this.#emptyReads >= EMPTY_READS;
    this.#rest = text;
    if (delivered) {
      this.#shortSince = null;
      return { kind: "more" };
    }
    // What is left without a newline has to come twice; an empty log, too.
    if (decoder.caughtUp && again) return { kind: "over", rest };
    this.#shortSince ??= this.#clock.monotonic();
    const given = this.#clock.monotonic() - this.#shortSince >= GIVE_UP_ENDED_MS;
    return given ? { kind: "gone", rest } : { kind: "short" };
  }
}
