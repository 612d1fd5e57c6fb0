import { Backoff } from "../backoff.ts";
import type { Clock } from "../clock.ts";
import type { Cluster } from "../cluster.ts";
import { isForbidden, isUnauthorized, KubernetesError } from "../errors.ts";
import { collectionPath } from "../objects.ts";
import { LogCursor } from "./cursor.ts";
import { LogDecoder, type LogGap, type LogLine } from "./decoder.ts";

/** What a follow has to know of its container. Only this decides whether a log is over: the end of a stream proves nothing. */
export interface FollowedContainer {
  readonly namespace: string;
  readonly pod: string;
  readonly container: string;
  /** `gone`: the pod does not exist any more, and its log with it. */
  state(): "running" | "terminated" | "gone";
  /** Resolves once the state is no longer `running`. */
  readonly ended: Promise<unknown>;
}

export interface FollowOptions {
  readonly signal: AbortSignal;
  /** Where to go on; a new cursor starts at the beginning of the log. */
  readonly cursor?: LogCursor;
  /** Longer lines are cut, and marked. Bytes; 16 MiB unless given. */
  readonly maxLineBytes?: number;
  /** A stream without a byte for this long is opened again, milliseconds; 120,000 unless given. */
  readonly idleReopenMs?: number;
}

/** A line without a stamp: a message of the kubelet's own, such as "unable to retrieve container logs". Said once. */
export interface LogMessage {
  readonly type: "message";
  readonly text: string;
}

/** The log is over. `complete: false`: the pod was gone before its log had been read to the end, or lines are missing. */
export interface LogEnd {
  readonly type: "end";
  readonly complete: boolean;
}

export type LogEvent = LogLine | LogGap | LogMessage | LogEnd;

/** A longer line than any agent should print; its memory is held once for each log that has one. */
const MAX_LINE_BYTES = 16 * 1024 * 1024;
/** Half-open sockets, stalled rotation and idle timeouts of load balancers are cured by opening the stream again. */
const IDLE_REOPEN_MS = 120_000;
/** The kubelet ends a follow about 1 s after the container ended (measured); after this it is cut, and the rest is read. */
const END_OF_STREAM_MS = 5_000;
/** A stream that held this long was a good one: the next failure is the first again. */
const GOOD_STREAM_MS = 10_000;
/** A log that cannot be read is given up after this: longer than an upgrade of a control plane takes. */
const GIVE_UP_MS = 600_000;
/**
 * The same where the container is over and the server answers, but not with the log: with errors, or with one that ends
 * before the last line known. Nothing else is waited for then.
 */
const GIVE_UP_ENDED_MS = 30_000;

/**
 * Every line of a container's log, exactly once and in order, however often the connection is lost. A line counts as
 * delivered when the consumer asks for the next event.
 *
 * Ends with an `end` event; leaving the loop, or the signal, closes the stream. Failures of any kind are waited out for 10
 * minutes; of the log of a container that is over, answered with errors alone, for 30 s.
 * @throws KubernetesError when the log may not be read (401, 403) or could not be for that long; the signal's reason
 */
export async function* followLog(
  cluster: Cluster,
  container: FollowedContainer,
  { signal, cursor = new LogCursor(), maxLineBytes = MAX_LINE_BYTES, idleReopenMs = IDLE_REOPEN_MS }: FollowOptions,
): AsyncGenerator<LogEvent> {
  const { clock } = cluster;
  const backoff = new Backoff(clock, cluster.random);
  const messages = new Set<string>();
  let complete = true;
  let rest: string | null = null;
  let emptyReads = 0;
  let inconclusiveSince: number | null = null;
  let readOnce = false;
  let failingSince: number | null = null;
  while (container.state() !== "gone") {
    const follow = container.state() === "running";
    const decoder = new LogDecoder(cursor, maxLineBytes);
    const guard = follow ? { idleMs: idleReopenMs, ended: container.ended } : { idleMs: idleReopenMs };
    const openedAt = clock.monotonic();
    let delivered = 0;
    let failure: Error | null = null;
    try {
      for await (const chunk of openLog(cluster, container, { follow, sinceTime: cursor.sinceTime, signal, guard })) {
        readOnce = true;
        failingSince = null;
        for (const { line, key, gap } of decoder.push(chunk)) {
          if (!key) {
            complete = false;
            if (messages.has(line.text)) continue;
            messages.add(line.text);
            yield { type: "message", text: line.text };
            continue;
          }
          if (gap) {
            complete = false;
            yield gap;
          }
          yield line;
          delivered += 1;
          cursor.commit(key);
        }
      }
    } catch (error) {
      signal.throwIfAborted();
      failure = error instanceof Error ? error : new Error(String(error));
    }
    if (failure instanceof ReopenError) continue;
    if (failure !== null || follow) {
      if (failure !== null) {
        inconclusiveSince = null;
        // A right that was never there will not come; one that is lost on the way may.
        if (!readOnce && (isForbidden(failure) || isUnauthorized(failure))) throw failure;
        failingSince ??= clock.monotonic();
        const failing = clock.monotonic() - failingSince;
        if (follow && failing >= GIVE_UP_MS) throw failure;
        const answered = failure instanceof KubernetesError && failure.status !== null;
        if (!follow && failing >= (answered ? GIVE_UP_ENDED_MS : GIVE_UP_MS)) break;
      }
      if (delivered > 0 || clock.monotonic() - openedAt >= GOOD_STREAM_MS) backoff.succeeded();
      await backoff.wait(signal, failure instanceof KubernetesError ? (failure.retryAfterMs ?? 0) : 0);
      continue;
    }
    // The container is over: read on until nothing comes, and what is left without a newline comes twice.
    const end = decoder.end();
    emptyReads = cursor.last === null && end === null ? emptyReads + 1 : 0;
    const settled =
      end === null ? emptyReads === 0 || emptyReads >= EMPTY_READS : end.key !== null && end.line.text === rest;
    if (delivered === 0 && decoder.caughtUp && settled) {
      if (end) yield end.line;
      yield { type: "end", complete };
      return;
    }
    rest = end?.line.text ?? null;
    if (delivered > 0) {
      inconclusiveSince = null;
      continue;
    }
    inconclusiveSince ??= clock.monotonic();
    if (clock.monotonic() - inconclusiveSince >= GIVE_UP_ENDED_MS) break;
    await backoff.wait(signal);
  }
  yield { type: "end", complete: false };
}

/** A log of which nothing was ever read is believed to be empty after so many reads: there is no known line to reach. */
const EMPTY_READS = 3;

/** We closed a stream ourselves, to open another. */
class ReopenError extends Error {}

interface OpenOptions {
  readonly follow: boolean;
  readonly sinceTime: string | undefined;
  readonly signal: AbortSignal;
  readonly guard: StreamGuard;
}

interface StreamGuard {
  readonly idleMs: number;
  readonly ended?: Promise<unknown>;
}

/** The chunks of one log request. */
async function* openLog(
  cluster: Cluster,
  { namespace, pod, container }: FollowedContainer,
  { follow, sinceTime, signal, guard }: OpenOptions,
): AsyncGenerator<Uint8Array> {
  const connection = new AbortController();
  const closed = new AbortController();
  const both = AbortSignal.any([signal, connection.signal]);
  try {
    const query = { container, timestamps: true, follow: follow || undefined, sinceTime };
    const response = await cluster.stream(`${collectionPath.pods(namespace)}/${pod}/log`, { query, signal: both });
    const reader: ReadableStreamDefaultReader<Uint8Array> | undefined = response.body?.getReader();
    if (!reader) return; // 204: the pod has no node yet.
    const silence = new Silence(cluster.clock, guard.idleMs);
    const reopen = (): void => connection.abort(new ReopenError("the log stream is opened again"));
    silence.passed(closed.signal).then(reopen, () => undefined);
    void guard.ended?.then(() => cluster.clock.sleep(END_OF_STREAM_MS, closed.signal)).then(reopen, () => undefined);
    for (;;) {
      const { value, done } = await reader.read();
      if (done) return;
      silence.broken();
      yield value;
    }
  } catch (error) {
    throw connection.signal.aborted ? connection.signal.reason : error;
  } finally {
    closed.abort();
    connection.abort();
  }
}

/** Tells when nothing happened for a while. One timer at a time, however often it is broken. */
class Silence {
  readonly #clock: Clock;
  readonly #ms: number;
  #brokenAt: number;

  constructor(clock: Clock, ms: number) {
    this.#clock = clock;
    this.#ms = ms;
    this.#brokenAt = clock.monotonic();
  }

  broken(): void {
    this.#brokenAt = this.#clock.monotonic();
  }

  /** Resolves when the silence has lasted long enough; rejects with the signal's reason. */
  async passed(signal: AbortSignal): Promise<void> {
    for (;;) {
      const left = this.#brokenAt + this.#ms - this.#clock.monotonic();
      if (left <= 0) return;
      await this.#clock.sleep(left, signal);
    }
  }
}
