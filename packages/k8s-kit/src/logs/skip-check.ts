import type { LogCursor } from "./cursor.ts";
import type { Batch, LogLine } from "./events.ts";
import type { Chunk } from "./read-ahead.ts";
import type { Stamp } from "./timestamp.ts";

/**
 * Less than the time between two rotations, and so than a file that is left out spans: the kubelet looks for files to rotate
 * every 10 s, and no more often than every 3 s (`containerLogMonitorInterval`).
 */
const ROTATION_MS = 2_000;
/** A log is not rotated before it has this size (`containerLogMaxSize`, 10 MiB unless configured). */
const LEAST_FILE_BYTES = 1024 * 1024;
/** A stream that had to wait for us for this long may have been overtaken. */
const WAITED_MS = 1_000;
/** The same place is doubted no more often: each time costs a request. */
const MOST_DOUBTS = 3;

/**
 * Finds where a stream may have left out, or repeated, part of the log. Behind a rotation the kubelet opens the newest file, once
 * for each rotation that it learns of, each time from its beginning (`waitLogs` in cri-client/pkg/logs/logs.go). A reader that
 * was two rotations behind, or that had come to the end of a file before it learned of rotations at all, so gets a stream that
 * leaves whole files out, and then repeats the newest, without a word (measured on 1.35.4).
 *
 * What is left out looks like a pause of the program. A stream that is opened again from the line before is the proof: it brings
 * that line again, or the log was rotated away. So a doubt costs a request. That stream may leave out files behind the same
 * line itself: where it gives reason to, the place is doubted again, up to three times. A pause is not doubted in a log that is
 * too small to be rotated; a line that was handed out already is, however little lies between: the newest file may have had but
 * one line when it was read for the first time. A file that begins with the rest of a line that rotation cut in two begins with
 * a line that nobody has seen: the one behind it gives the repetition away.
 *
 * Not found: where a file ends with the head of a line and the next one is left out, the kubelet joins that head with the first
 * line of the newest (its `isNewLine` outlives the file). Nothing in the bytes tells (seen, 1.35.4).
 */
export class SkipCheck {
  #doubted: Stamp | null = null;
  /** How often. */
  #doubts = 0;
  #bytes = 0;
  #leastLag = Number.POSITIVE_INFINITY;
  #lag = Number.POSITIVE_INFINITY;
  /** The line before stepped back in time, and nobody had seen it. */
  #steppedBack = false;
  /** The node's clock gives several lines one stamp: the same line of the same moment is no sign of anything. */
  #isCoarse = false;

  /** A new connection begins: what it repeats is known from the cursor. */
  opened(): void {
    this.#steppedBack = false;
    this.#bytes = 0;
    this.#leastLag = Number.POSITIVE_INFINITY;
    this.#lag = Number.POSITIVE_INFINITY;
  }

  /** Where in the batch, that came with this chunk, the stream cannot be trusted any more; -1 where it can. */
  doubtIn(batch: Batch, { bytes, arrivedAt, waitedMs }: Chunk, cursor: LogCursor): number {
    const suspicious = waitedMs >= WAITED_MS || this.#bytes >= LEAST_FILE_BYTES;
    let before = cursor.last;
    /** The place before the line that stepped back: the newest file begins there anew, if the next line is a repeated one. */
    let back: { readonly index: number; readonly before: Stamp } | null = null;
    for (const [index, event] of batch.events.entries()) {
      if (event.type === "gap") before = null;
      if (event.type !== "line") continue;
      const step = before === null ? 0 : milliseconds(event.stamp, before);
      const isDoubtful =
        (step > ROTATION_MS && (suspicious || this.#lag - this.#leastLag > ROTATION_MS)) ||
        (before !== null &&
          (step <= 0 || this.#steppedBack) &&
          !(step === 0 && this.#isCoarse) &&
          isRepeated(event, batch, index, cursor));
      if (isDoubtful && before) {
        const place = back ?? { index, before };
        if (this.#isDoubtedOnceMore(place.before, step === 0 ? 1 : MOST_DOUBTS)) return place.index;
        this.#isCoarse ||= step === 0;
      }
      back = before && step < 0 && !isDoubtful ? { index, before } : null;
      this.#steppedBack = back !== null;
      before = event.stamp;
      // How far behind the program the stream is, on top of what the two clocks differ.
      this.#lag = arrivedAt - before.seconds * 1000 - before.nanos / 1e6;
      if (this.#lag < this.#leastLag) this.#leastLag = this.#lag;
    }
    this.#bytes += bytes.length;
    return -1;
  }

  /** Counts the doubts of this place. */
  #isDoubtedOnceMore(place: Stamp, most: number): boolean {
    const isSame = this.#doubted?.seconds === place.seconds && this.#doubted.nanos === place.nanos;
    if (isSame && this.#doubts >= most) return false;
    this.#doubts = isSame ? this.#doubts + 1 : 1;
    this.#doubted = place;
    return true;
  }
}

/** From one moment to another. */
function milliseconds(to: Stamp, from: Stamp): number {
  return (to.seconds - from.seconds) * 1000 + (to.nanos - from.nanos) / 1e6;
}

/** Was this line, which is older than the one before it, handed out already? */
function isRepeated({ stamp, bytes }: LogLine, { events, hashes }: Batch, index: number, cursor: LogCursor): boolean {
  const hash = hashes[index] ?? 0;
  if (cursor.knows(stamp, hash, bytes)) return true;
  return events.some(
    (event, at) =>
      at < index &&
      hashes[at] === hash &&
      event.type === "line" &&
      event.bytes === bytes &&
      event.stamp.seconds === stamp.seconds &&
      event.stamp.nanos === stamp.nanos,
  );
}
