import { Backoff } from "../time/backoff.ts";
import type { Clock } from "../time/clock.ts";
import type { Cluster } from "../cluster/cluster.ts";
import { DeadlineError } from "../time/deadline.ts";
import { errorOfConnection, KubernetesError } from "../errors/errors.ts";
import { collectionPath } from "../objects.ts";
import { LogCursor } from "./cursor.ts";
import { LogDecoder, type LogGap, type LogLine } from "./decoder.ts";
import { EndOfLog } from "./end-of-log.ts";
import { Patience } from "./patience.ts";

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
/** A read of a finished log is never silent for long: the file is there. */
const STALLED_MS = 15_000;
/** A stream that held this long was a good one: the next failure is the first again. */
const GOOD_STREAM_MS = 10_000;
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
  const patience = new Patience(clock);
  const ending = new EndOfLog(clock);
  const messages = new Set<string>();
  const left = new AbortController();
  const overdue = overdueAfter(container, clock, left.signal);
  let complete = true;
  try {
    while (container.state() !== "gone") {
      const running = container.state() === "running";
      const guard = running ? { idleMs: idleReopenMs, overdue } : { idleMs: STALLED_MS };
      const decoder = new LogDecoder(cursor, maxLineBytes);
      const openedAt = clock.monotonic();
      let delivered = 0;
      let failure: Error | null = null;
      try {
        const options = {
          follow: running,
          sinceTime: cursor.sinceTime,
          signal,
          guard,
          onOpen: () => patience.allowed(),
        };
        for await (const chunk of openLog(cluster, container, options)) {
          for (const { line, key, gap } of decoder.push(chunk)) {
            if (gap || !key) complete = false;
            if (gap) yield gap;
            if (key) {
              yield line;
              delivered += 1;
              cursor.commit(key);
            } else if (!messages.has(line.text)) {
              messages.add(line.text);
              yield { type: "message", text: line.text };
            }
          }
        }
      } catch (error) {
        signal.throwIfAborted();
        failure = error instanceof Error ? error : new Error(String(error));
      }
      if (delivered > 0 || (running && clock.monotonic() - openedAt >= GOOD_STREAM_MS)) {
        patience.restore();
        backoff.succeeded();
      }
      if (failure instanceof ReopenError && running) continue;
      if (failure) {
        ending.interrupted();
        if (!patience.lasts(failure, running)) break;
      } else if (!running) {
        const verdict = ending.judge(decoder, delivered, cursor.last !== null);
        if (verdict.kind === "more") continue;
        if (verdict.kind === "gone") {
          if (verdict.rest) yield { type: "message", text: verdict.rest.text };
          break;
        }
        if (verdict.kind === "over") {
          if (verdict.rest) yield verdict.rest;
          yield { type: "end", complete };
          return;
        }
      }
      await backoff.wait(signal, failure instanceof KubernetesError ? (failure.retryAfterMs ?? 0) : 0);
    }
    yield { type: "end", complete: false };
  } finally {
    left.abort();
  }
}

/** We closed a stream ourselves, to open another. */
class ReopenError extends Error {}

/** Aborts when the container is over and its stream should have ended. One timer for all streams of a follow. */
function overdueAfter({ ended }: FollowedContainer, clock: Clock, left: AbortSignal): AbortSignal {
  const overdue = new AbortController();
  ended
    .then(() => clock.sleep(END_OF_STREAM_MS, left))
    .then(
      () => overdue.abort(),
      () => undefined, // The follow is over.
    );
  return overdue.signal;
}

interface OpenOptions {
  readonly follow: boolean;
  readonly sinceTime: string | undefined;
  readonly signal: AbortSignal;
  readonly guard: StreamGuard;
  /** The server has answered with a log. */
  readonly onOpen: () => void;
}

interface StreamGuard {
  readonly idleMs: number;
  readonly overdue?: AbortSignal;
}

/** The chunks of one log request. @throws KubernetesError, DeadlineError, ReopenError; the signal's reason */
async function* openLog(
  cluster: Cluster,
  { namespace, pod, container }: FollowedContainer,
  { follow, sinceTime, signal, guard, onOpen }: OpenOptions,
): AsyncGenerator<Uint8Array> {
  const connection = new AbortController();
  const closed = new AbortController();
  const reopen = (): void => connection.abort(new ReopenError("the log stream is opened again"));
  const path = `${collectionPath.pods(namespace)}/${pod}/log`;
  guard.overdue?.addEventListener("abort", reopen, { once: true });
  try {
    const query = { container, timestamps: true, follow: follow || undefined, sinceTime };
    const response = await cluster.stream(path, { query, signal: AbortSignal.any([signal, connection.signal]) });
    onOpen();
    const reader: ReadableStreamDefaultReader<Uint8Array> | undefined = response.body?.getReader();
    if (!reader) return; // 204: the pod has no node yet.
    const silence = new Silence(cluster.clock, guard.idleMs);
    silence.passed(closed.signal).then(reopen, () => undefined);
    for (;;) {
      const { value, done } = await reader.read();
      if (done) return;
      silence.broken();
      yield value;
    }
  } catch (error) {
    if (connection.signal.aborted) throw connection.signal.reason;
    signal.throwIfAborted();
    if (error instanceof KubernetesError || error instanceof DeadlineError) throw error;
    throw errorOfConnection(error, { method: "GET", path }, cluster.server);
  } finally {
    guard.overdue?.removeEventListener("abort", reopen);
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
