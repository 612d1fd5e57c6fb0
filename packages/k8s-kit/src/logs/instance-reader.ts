import type { Cluster } from "../cluster/cluster.ts";
import { isNotFound, KubernetesError } from "../errors/index.ts";
import { collectionPath, type Pod } from "../objects.ts";
import { Backoff } from "../time/backoff.ts";
import { abortable, DeadlineError } from "../time/deadline.ts";
import { containerState, type LogPlace, placeOf, readableInstances } from "./container-state.ts";
import type { LogCursor } from "./cursor.ts";
import { LogDecoder } from "./decoder.ts";
import { EndOfLog } from "./end-of-log.ts";
import { type Batch, NO_LINE } from "./events.ts";
import type { FollowedContainer } from "./followed-container.ts";
import { SilenceError, streamLog } from "./log-stream.ts";
import { Patience } from "./patience.ts";
import { untilSilent } from "./silence.ts";
import { SkipCheck } from "./skip-check.ts";

export interface ReaderOptions {
  readonly signal: AbortSignal;
  readonly cursor: LogCursor;
  readonly maxLineBytes: number;
  readonly idleReopenMs: number;
  readonly readAheadBytes: number;
  readonly giveUpMs: number;
  readonly onReopen: () => void;
}

/**
 * What became of the log of one container instance.
 * - `over`: read to its end, and there will be no other
 * - `replaced`: read to its end; another instance may follow
 * - `lost`: the rest of it cannot be read any more: it was rotated away, or another instance has taken its place, or may
 * - `gone`: nothing of this container can be read any more
 */
export type InstanceEnd = "over" | "replaced" | "lost" | "gone";

/** A read of a finished log is never silent for long: the file is there. */
const STALLED_MS = 15_000;
/** A stream that held this long was a good one: the next failure is the first again. */
const GOOD_STREAM_MS = 10_000;
/** A new instance's log can be read a moment before the API server knows of it. */
const STATUS_LAG_MS = 2_000;

/** The log that was opened may be that of another instance, of which the container's state does not know yet. */
class ReplacedError extends Error {}

/** The kubelet may have left out files, or repeated one. */
class SkippedError extends Error {}

/** How one connection went. */
interface Connection {
  readonly decoder: LogDecoder;
  readonly delivered: boolean;
  /** Since the server answered, milliseconds; below 0 where it did not. */
  readonly heldMs: number;
  readonly failure: Error | null;
}

interface Target {
  readonly place: LogPlace;
  /** The instance may still write. */
  readonly live: boolean;
  /** Could this be the log of an instance that we do not know of? Of another pod of the same name it may always be. */
  readonly doubtful: boolean;
  /** Not the first connection to this log, be it that of another process. */
  readonly again: boolean;
}

/** Reads the log of one container instance after the other, each over as many connections as it takes. */
export class InstanceReader {
  readonly #cluster: Cluster;
  readonly #container: FollowedContainer;
  readonly #options: ReaderOptions;
  readonly #backoff: Backoff;
  readonly #patience: Patience;
  readonly #messages = new Set<string>();
  readonly #skips = new SkipCheck();

  constructor(cluster: Cluster, container: FollowedContainer, options: ReaderOptions) {
    this.#cluster = cluster;
    this.#container = container;
    this.#options = options;
    this.#backoff = new Backoff(cluster.clock, cluster.random);
    this.#patience = new Patience(cluster.clock, options.giveUpMs);
  }

  /** The rest of the log of the cursor's instance. @throws as `followLog` */
  async *read(): AsyncGenerator<Batch, InstanceEnd> {
    const { clock } = this.#cluster;
    const { cursor, signal } = this.#options;
    const ending = new EndOfLog(clock);
    this.#patience.restore(); // What another instance's log came to says nothing of this one.
    let again = cursor.last !== null;
    for (;;) {
      const changed = this.#container.changed(); // Asked for before the state, so that no change is missed.
      const state = this.#container.state();
      const [first] = state.kind === "gone" ? [] : readableInstances(state);
      if (!cursor.instance && first) cursor.adopt(first);
      const place = placeOf(cursor.instance?.id ?? null, state);
      if (state.kind === "gone" || place === "gone" || place === "lost") return place === "lost" ? "lost" : "gone";
      const live = place === "current" && state.kind === "running";
      const unreadable = place === "previous" || state.mayRestart ? "lost" : "gone";
      const isWaiting = live && cursor.instance === null;
      const target = { place, live, doubtful: state.mayRestart, again };
      const { decoder, delivered, heldMs, failure } = yield* this.#connect(target);
      again ||= !isWaiting;
      if (live) ending.followed(decoder, failure === null);
      if (delivered || (live && heldMs >= GOOD_STREAM_MS)) {
        this.#patience.restore();
        this.#backoff.succeeded();
      }
      if (failure instanceof SkippedError || (failure instanceof SilenceError && live)) continue;
      if (isWaiting && !delivered && heldMs < GOOD_STREAM_MS && isNotBegun(failure)) {
        await abortable(changed, signal);
        continue;
      }
      if (failure !== null) {
        ending.interrupted();
        if (isNoSuchContainer(failure) || !isWaitedOut(failure)) throw failure;
        if (place === "previous" && isNoSuchInstance(failure)) return "lost";
        if (!this.#patience.lasts(failure, live)) return unreadable;
      } else if (!live) {
        const verdict = ending.judge(decoder, delivered, cursor.last !== null);
        if (verdict.kind === "more") continue;
        if (verdict.kind !== "short") {
          if (verdict.rest.events.length > 0) yield verdict.rest;
          if (verdict.kind === "lost") return "lost";
          if (verdict.kind === "gone") return unreadable;
          return place === "previous" || state.mayRestart ? "replaced" : "over";
        }
      }
      await this.#backoff.wait(signal, failure instanceof KubernetesError ? (failure.retryAfterMs ?? 0) : 0);
    }
  }

  /** One connection, from where the cursor stands. */
  async *#connect({ place, live, doubtful, again }: Target): AsyncGenerator<Batch, Connection> {
    const { cursor, signal, maxLineBytes, idleReopenMs, readAheadBytes, onReopen } = this.#options;
    const { clock } = this.#cluster;
    const decoder = new LogDecoder(cursor, maxLineBytes, this.#messages);
    const bound = {
      idleMs: live ? idleReopenMs : STALLED_MS,
      over: () => live && !this.#isLive(),
      changed: () => this.#container.changed(),
    };
    let delivered = false;
    let openedAt = Infinity; // A server that takes requests and says nothing holds them longer than a stream has to.
    const heldMs = (): number => clock.monotonic() - openedAt;
    try {
      const request = { follow: live, previous: place === "previous", sinceTime: cursor.sinceTime };
      const options = {
        signal,
        readAheadBytes,
        silent: (stream: { quietSince: number }, closed: AbortSignal) => untilSilent(clock, stream, bound, closed),
        onOpen: (path: string) => {
          openedAt = clock.monotonic();
          if (live && again) onReopen();
          this.#skips.opened();
          this.#patience.allowed(path);
        },
      };
      for await (const chunk of streamLog(this.#cluster, this.#container, request, options)) {
        const batch = decoder.push(chunk.bytes);
        if (batch.events.length === 0) continue;
        const unproven = !delivered && (cursor.last === null || decoder.gapSaid);
        if (unproven && (doubtful || again)) await this.#confirm(place, doubtful && again);
        const doubt = this.#skips.doubtIn(batch, chunk, cursor);
        if (doubt > 0) yield { events: batch.events.slice(0, doubt), hashes: batch.hashes.slice(0, doubt) };
        if (doubt >= 0) throw new SkippedError("the log may have been rotated behind this stream");
        yield batch;
        delivered ||= batch.hashes.some((hash) => hash !== NO_LINE);
      }
      return { decoder, delivered, heldMs: heldMs(), failure: null };
    } catch (error) {
      signal.throwIfAborted();
      return {
        decoder,
        delivered,
        heldMs: heldMs(),
        failure: error instanceof Error ? error : new Error(String(error)),
      };
    }
  }

  /**
   * Asks the API server whether the instance is still where we read it: what the container's state says may be as old as
   * its watch, and a response does not tell whose log it is. `lags`: the API server itself may not know yet.
   * @throws ReplacedError when it is not
   */
  async #confirm(place: LogPlace, lags: boolean): Promise<void> {
    const { namespace, pod: name, podUid, container } = this.#container;
    const { signal, cursor } = this.#options;
    if (lags) await this.#cluster.clock.sleep(STATUS_LAG_MS, signal);
    const path = `${collectionPath.pods(namespace)}/${name}`;
    const pod = await this.#cluster.request<Pod>("GET", path, { signal });
    this.#patience.allowed(path);
    const there = pod.metadata?.uid === podUid && placeOf(cursor.instance?.id ?? null, containerState(pod, container));
    if (there !== place) throw new ReplacedError(`the log of ${name}/${container} is that of another instance`);
  }

  #isLive(): boolean {
    const state = this.#container.state();
    return state.kind === "running" && placeOf(this.#options.cursor.instance?.id ?? null, state) === "current";
  }
}

/** May it be otherwise at the next try? Not where this program closed the cluster, or has a bug. */
function isWaitedOut(failure: Error): boolean {
  return [KubernetesError, DeadlineError, SilenceError, ReplacedError].some((kind) => failure instanceof kind);
}

/** `container zz is not valid for pod …`: it will not be valid later, either. */
function isNoSuchContainer(failure: Error): boolean {
  return (
    failure instanceof KubernetesError && failure.status === 400 && failure.message.includes("is not valid for pod")
  );
}

/** "container … is waiting to start: …"; where the pod has no node, the answer is an empty one. */
function isNotBegun(failure: Error | null): boolean {
  return (
    failure === null || (failure instanceof KubernetesError && failure.status === 400 && !isNoSuchContainer(failure))
  );
}

/** "previous terminated container … not found". */
function isNoSuchInstance(failure: Error): boolean {
  return failure instanceof KubernetesError && (failure.status === 400 || isNotFound(failure));
}
