import type { Batch } from "./events.ts";
import type { Stamp } from "./timestamp.ts";

/** A stream that had to wait for us for less than this is trusted: the kubelet looks for files to rotate every 10 s. */
const WAITED_MS = 1_000;
/** Less than the time between two rotations, and so than a file that is left out spans. */
const SKIP_SECONDS = 2;

/**
 * Behind a reader that had to wait, the kubelet goes on with the newest file, and leaves those between out without a word
 * (measured on 1.35.4: 127,000 lines after a pause of 9 s). In the stream, that is a line which is seconds later than the one
 * before it, as after any pause of the program. A stream that is opened again from the line before shows whether anything is
 * missing.
 */
export class SkipCheck {
  #checked: Stamp | null = null;

  /**
   * Where in the batch the stream cannot be trusted any more; -1 where it can. Each such place is named once: whoever opens
   * the stream again then has the proof. `waitedMs`: how long the stream had to wait; `last`: the line before the batch.
   */
  doubtIn({ events }: Batch, waitedMs: number, last: Stamp | null): number {
    if (waitedMs < WAITED_MS) return -1;
    let before = last;
    for (const [index, event] of events.entries()) {
      if (event.type === "gap") return -1;
      if (event.type !== "line") continue;
      if (before && event.stamp.seconds - before.seconds > SKIP_SECONDS && !this.#isChecked(before)) {
        this.#checked = before;
        return index;
      }
      before = event.stamp;
    }
    return -1;
  }

  #isChecked({ seconds, nanos }: Stamp): boolean {
    return this.#checked?.seconds === seconds && this.#checked.nanos === nanos;
  }
}
