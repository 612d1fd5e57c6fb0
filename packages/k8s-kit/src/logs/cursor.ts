import { CursorError, type CursorJson, parseCursor } from "./cursor-json.ts";
import type { ContainerInstance } from "./container-state.ts";
import { DeliveredWindow } from "./delivered-window.ts";
import { type Batch, NO_LINE } from "./events.ts";
import { Replay } from "./replay.ts";
import type { Stamp } from "./timestamp.ts";

/** `sinceTime` has whole-second effect and two writers may be stamped out of order by microseconds: one second before is safe. */
const OVERLAP_SECONDS = 1;

/** Whose log a cursor is a place in. */
export interface LogOwner {
  readonly podUid: string;
  readonly container: string;
}

/**
 * What was delivered of one container's log, as far as a resume needs it: which instance of the container, and the lines that a
 * resume asks for again. A line is accepted when its consumer asks for the next, so a crash in between repeats, never loses.
 *
 * `JSON.stringify(cursor)` and {@link LogCursor.parse} carry it into another process. Stored together with the output, the two
 * are exactly once: in the loop's body, {@link accept}, then store both in one transaction. At most 4,096 different lines are
 * in it: 164 KB of JSON (measured), whatever the log; 50,000 identical lines of one moment are one entry.
 * A restart that was the last event accepted is told again.
 */
export class LogCursor {
  #owner: LogOwner | null = null;
  #instance: ContainerInstance | null = null;
  #complete = true;
  #window = new DeliveredWindow();
  #offered: Batch | null = null;
  #from = 0;
  #to = 0;

  /** A cursor from the JSON of another one, as text or parsed. @throws CursorError naming the field */
  static parse(json: unknown): LogCursor {
    const { podUid, container, containerId, restarts, complete, forgotten, lines } = parseCursor(json);
    const cursor = new LogCursor();
    if (podUid !== null && container !== null) cursor.#owner = { podUid, container };
    if (containerId !== null) cursor.#instance = { id: containerId, index: restarts };
    cursor.#complete = complete;
    cursor.#window = new DeliveredWindow(forgotten && { seconds: forgotten[0], nanos: forgotten[1] });
    for (const line of lines) cursor.#window.add(...line);
    return cursor;
  }

  /** Called by `JSON.stringify`. */
  toJSON(): CursorJson {
    const { lines, forgotten } = this.#remembered();
    return {
      version: 1,
      podUid: this.#owner?.podUid ?? null,
      container: this.#owner?.container ?? null,
      containerId: this.#instance?.id ?? null,
      restarts: this.#instance?.index ?? 0,
      complete: this.#complete,
      forgotten: forgotten && [forgotten.seconds, forgotten.nanos],
      lines: lines.map(({ seconds, nanos, hash, length, count }) => [seconds, nanos, hash, length, count]),
    };
  }

  /** What was handed out last is accepted now, not only when the next is asked for. */
  accept(): void {
    const batch = this.#offered;
    if (!batch) return;
    this.#offered = null;
    for (let index = this.#from; index < this.#to; index += 1) {
      const event = batch.events[index];
      const hash = batch.hashes[index] ?? NO_LINE;
      if (event?.type === "gap" || event?.type === "message") this.#complete = false;
      if (event?.type !== "line" || hash === NO_LINE) continue;
      this.#window.add(event.stamp.seconds, event.stamp.nanos, hash, event.bytes);
    }
  }

  /** Stamp of the last line delivered; `null` before the first of this container instance. */
  get last(): Stamp | null {
    const last = this.#window.newest;
    return last && { seconds: last.seconds, nanos: last.nanos };
  }

  /** Was a line handed out and accepted that has this stamp, hash and length, or one so old that it is not remembered? */
  knows(stamp: Stamp, hash: number, length: number): boolean {
    return this.#window.has(stamp, hash, length);
  }

  /** The container instance that it is in; `null` where none was known. */
  get instance(): ContainerInstance | null {
    return this.#instance;
  }

  /** Has nothing been lost so far? */
  get complete(): boolean {
    return this.#complete;
  }

  /** The cursor is used for this log from now on. @throws CursorError when it is a place in another one */
  bind(owner: LogOwner): void {
    for (const field of ["podUid", "container"] as const) {
      if (this.#owner && this.#owner[field] !== owner[field])
        throw new CursorError(
          field,
          this.#owner[field],
          `the log to follow is that of ${JSON.stringify(owner[field])}`,
        );
    }
    this.#owner = owner;
  }

  /** What was delivered so far, if anything, is known to be of this instance. */
  adopt(instance: ContainerInstance): void {
    this.#instance = instance;
  }

  /** The log of another instance begins. */
  begin(instance: ContainerInstance): void {
    this.#instance = instance;
    this.#window = new DeliveredWindow();
  }

  /** These events of the batch are about to be handed out. */
  offer(batch: Batch, from: number, to: number): void {
    this.#offered = batch;
    this.#from = from;
    this.#to = to;
  }

  /** `sinceTime` of a resume, RFC 3339; `undefined` before the first line: from the start. */
  get sinceTime(): string | undefined {
    const last = this.#window.newest;
    return last ? new Date((last.seconds - OVERLAP_SECONDS) * 1000).toISOString().replace(/\.\d+Z$/, "Z") : undefined;
  }

  /** The lines that a stream opened now will repeat. One per connection: a cut in mid-replay then costs nothing. */
  replay(): Replay {
    const { lines, forgotten } = this.#remembered();
    return new Replay(lines, forgotten);
  }

  #remembered(): ReturnType<DeliveredWindow["since"]> {
    return this.#window.since((this.#window.newest?.seconds ?? 0) - OVERLAP_SECONDS);
  }
}
