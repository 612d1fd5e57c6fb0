import type { LogCursor } from "./cursor.ts";
import { type Batch, type LogEvent, type LogLine, NO_LINE } from "./events.ts";
import { textHash } from "./line-key.ts";
import { LineSplitter } from "./line-splitter.ts";
import type { Replay } from "./replay.ts";
import { type Stamp, StampReader } from "./timestamp.ts";

/** With status 200 and without a newline, in place of a log (measured on 1.35.4, `GetContainerLogs` of the kubelet). */
const MISSING = "unable to retrieve container logs for ";

/** So many messages are known again. A kubelet has few; a server that gives no stamps has nothing else. */
const KNOWN_MESSAGES = 256;

/** A line, and by what it will be known again. */
interface HeldLine {
  readonly line: LogLine;
  readonly hash: number;
}

/**
 * Turns the bytes of one log connection into the lines that were not delivered before. Synchronous; holds one cut line.
 *
 * The kubelet joins the pieces of a long line by leaving out the stamp of the next record, of whichever stream that is. So a
 * record of stderr that the runtime wrote between two pieces of a long stdout line is glued to the first piece, and the rest
 * comes as a line of its own, with its own stamp (measured, and `isNewLine` in cri-client/pkg/logs/logs.go). Nothing in the
 * bytes tells where the glue is, so the two lines are delivered as they come: each once, and nothing lost.
 *
 * A rotation may cut a line in two: containerd puts what it holds of it into the old file, and the rest is the first record of
 * the new one (measured). Who reads on gets the whole line; a stream that is opened in the new file begins with the rest, as a
 * line with a stamp of its own. So the first line of a resumed stream that is not known is held back, where known ones may
 * follow: if the next one is known, the stream is connected, and all that stands before it was delivered. If not, there is a gap.
 * Where the line that was cut is the last one delivered, nothing known can follow its rest. A gap is then claimed although
 * nothing is missing: that the rest reads like the end of that line would be no proof (`}` is the end of many), and a gap that
 * is not said is worse than one too many.
 */
export class LogDecoder {
  readonly #splitter: LineSplitter;
  readonly #stamps = new StampReader();
  readonly #cursor: LogCursor;
  readonly #replay: Replay;
  readonly #said: Set<string>;
  #first = true;
  #gapSaid = false;
  #missing = false;
  /** What may be the rest of a line that was delivered whole. */
  #held: HeldLine | null = null;
  #events: LogEvent[] = [];
  #hashes: number[] = [];

  /** `said`: the messages that were delivered last; none of them is delivered twice. */
  constructor(cursor: LogCursor, maxLineBytes: number, said: Set<string> = new Set()) {
    this.#cursor = cursor;
    this.#said = said;
    this.#replay = cursor.replay();
    this.#splitter = new LineSplitter(maxLineBytes, (bytes, start, end, cutFrom) =>
      this.#take(bytes, start, end, cutFrom),
    );
  }

  /** What this chunk brings; may be nothing. */
  push(chunk: Uint8Array): Batch {
    this.#splitter.push(chunk);
    return this.#taken();
  }

  /**
   * What the end of the log left: without a newline, or held back. A cut connection leaves something, too: see whether it is
   * repeated.
   */
  end(): Batch {
    this.#splitter.rest();
    if (this.#held) this.#breakOff(this.#held.line.stamp);
    const rest = this.#taken();
    for (const event of rest.events) if (event.type === "message") this.#said.delete(event.text); // Not delivered yet.
    return rest;
  }

  /** Has this connection shown all that was known, or that it is gone? One that ends before was cut. */
  get caughtUp(): boolean {
    return this.#replay.caughtUp || this.#gapSaid;
  }

  /** Has this connection begun after the last line known? Its log was rotated, or it is another log. */
  get gapSaid(): boolean {
    return this.#gapSaid;
  }

  /** Has the kubelet said that the runtime has no such log? It says so also while the runtime itself is away. */
  get missing(): boolean {
    return this.#missing;
  }

  #taken(): Batch {
    const batch = { events: this.#events, hashes: this.#hashes };
    if (this.#events.length > 0) {
      this.#events = [];
      this.#hashes = [];
    }
    return batch;
  }

  #take(bytes: Buffer, start: number, end: number, cutFrom: number): void {
    const stamps = this.#stamps;
    const first = this.#first;
    this.#first = false;
    if (!stamps.read(bytes, start, end)) {
      const text = bytes.toString("utf8", start, end);
      this.#missing ||= text.startsWith(MISSING);
      // The since-filter works on records: a resume may begin with the tail of a long line that was delivered whole.
      if (!(first && this.#replay.resumed)) this.#say(text);
      return;
    }
    const { seconds, nanos, textAt } = stamps;
    const length = (cutFrom === 0 ? end : start + cutFrom) - textAt;
    const hash = textHash(bytes, textAt, end);
    // Behind a line that is held back, a stamp alone proves nothing.
    if (this.#held) this.#replay.forget();
    if (this.#replay.has(seconds, nanos, hash, length)) {
      this.#held = null;
      return;
    }
    const stamp = { seconds, nanos };
    const text = bytes.toString("utf8", textAt, end);
    const line: LogLine = { type: "line", text, bytes: length, stamp, truncated: cutFrom > 0 };
    if (!this.#replay.connected && !this.#gapSaid) {
      if (first && this.#replay.mayFollow(stamp)) {
        this.#held = { line, hash };
        return;
      }
      this.#breakOff(this.#held?.line.stamp ?? stamp);
    }
    this.#add(line, hash);
  }

  /** The stream goes on elsewhere than where the last one stopped. */
  #breakOff(before: Stamp): void {
    const held = this.#held;
    this.#held = null;
    this.#gapSaid = true;
    this.#replay.forget();
    this.#add({ type: "gap", after: this.#cursor.last, before });
    if (held) this.#add(held.line, held.hash);
  }

  #say(text: string): void {
    if (this.#said.has(text)) return;
    this.#said.add(text);
    const [oldest] = this.#said;
    if (this.#said.size > KNOWN_MESSAGES && oldest !== undefined) this.#said.delete(oldest);
    this.#add({ type: "message", text });
  }

  #add(event: LogEvent, hash: number = NO_LINE): void {
    this.#events.push(event);
    this.#hashes.push(hash);
  }
}
