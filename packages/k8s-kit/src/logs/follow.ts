import type { Cluster } from "../cluster/cluster.ts";
import { assertLabelName, assertObjectName } from "../errors/index.ts";
import { abortable } from "../time/deadline.ts";
import { type ContainerInstance, readableInstances } from "./container-state.ts";
import { LogCursor } from "./cursor.ts";
import { type Batch, type LogEvent, notice } from "./events.ts";
import type { FollowedContainer } from "./followed-container.ts";
import { InstanceReader, type ReaderOptions } from "./instance-reader.ts";

export interface FollowOptions {
  readonly signal: AbortSignal;
  /** Where to go on; a new cursor starts with the oldest container instance whose log can be read. */
  readonly cursor?: LogCursor;
  /** Longer lines (with their stamp) are cut, and marked. Bytes, at least 1,024; 16 MiB unless given. */
  readonly maxLineBytes?: number;
  /**
   * What is read ahead of the consumer, bytes; 8 MiB unless given. The kubelet loses what is rotated away behind a slow
   * reader, so the socket waits for the consumer only when this is full. Nothing is ever written to disk: a log may hold
   * secrets, and what a consumer that is slow for long cannot take is a `gap`, not a surprise.
   */
  readonly readAheadBytes?: number;
  /** A stream without a byte for this long is opened again, milliseconds; 120,000 unless given, Infinity: never. */
  readonly idleReopenMs?: number;
  /** A log that could not be read for this long is given up, milliseconds; 600,000 unless given, Infinity: never. */
  readonly giveUpMs?: number;
  /** Told when the log of a container that runs was opened again, after a stream of it ended, failed or was silent. Must not throw. */
  readonly onReopen?: () => void;
}

/** A longer line than any program should print; its memory is held once for each log that has one. */
const MAX_LINE_BYTES = 16 * 1024 * 1024;
/** Below this a stamp would be cut, too. */
const LEAST_LINE_BYTES = 1024;
/** Almost one file: by default the kubelet rotates at 10 MiB. Half of what a follow may cost over an idle process (32 MB). */
const READ_AHEAD_BYTES = 8 * 1024 * 1024;
/** Half-open sockets, stalled rotation and idle timeouts of load balancers are cured by opening the stream again. */
const IDLE_REOPEN_MS = 120_000;
/** Longer than an upgrade of a control plane takes. */
const GIVE_UP_MS = 600_000;

/**
 * Every line of a container's log, exactly once and in order, however often the connection is lost or the container is started
 * again. A line counts as delivered when the consumer asks for the next event; what cannot be delivered any more is a `gap`.
 *
 * Ends with an `end` event; leaving the loop, or the signal, closes the stream. Failures of any kind are waited out for
 * `giveUpMs`; of the log of a container that is over, answered with errors alone, for 30 s; one that the node no longer has, for 5 s.
 *
 * A stream that is silent is closed before the next one is opened: the file on the node keeps what is written meanwhile, so the
 * order costs nothing, and two streams at once would need two decoders that agree.
 * @throws KubernetesError when the log may not be read (401, 403), could not be for that long (both may be called again with the
 *   same cursor), or the pod has no such container (400, at once); DeadlineError when the server took each request for that
 *   long and answered none (may be called again, too); CursorError when the cursor is a place in another log;
 *   InvalidInputError for a name that none can have; RangeError for an option out of range; the signal's reason;
 *   at once an Error when this program closed the cluster
 */
export async function* followLog(
  cluster: Cluster,
  container: FollowedContainer,
  options: FollowOptions,
): AsyncGenerator<LogEvent, void, undefined> {
  const all = withDefaults(options);
  const { cursor } = all;
  for await (const batch of follow(cluster, container, all)) {
    const { events } = batch;
    for (let at = 0; at < events.length; at += 1) {
      cursor.offer(batch, at, at + 1);
      yield events[at] as LogEvent;
      cursor.accept();
    }
  }
}

/**
 * As {@link followLog}, with the events that one read of the socket brought as one array, never empty: for consumers that
 * store many lines at once. All of them count as delivered when the next batch is asked for.
 * @throws as {@link followLog}
 */
export async function* followLogBatches(
  cluster: Cluster,
  container: FollowedContainer,
  options: FollowOptions,
): AsyncGenerator<readonly LogEvent[], void, undefined> {
  const all = withDefaults(options);
  const { cursor } = all;
  for await (const batch of follow(cluster, container, all)) {
    cursor.offer(batch, 0, batch.events.length);
    yield batch.events;
    cursor.accept();
  }
}

function withDefaults({ signal, cursor, ...given }: FollowOptions): ReaderOptions {
  const options = {
    signal,
    cursor: cursor ?? new LogCursor(),
    maxLineBytes: given.maxLineBytes ?? MAX_LINE_BYTES,
    readAheadBytes: given.readAheadBytes ?? READ_AHEAD_BYTES,
    idleReopenMs: given.idleReopenMs ?? IDLE_REOPEN_MS,
    giveUpMs: given.giveUpMs ?? GIVE_UP_MS,
    onReopen: given.onReopen ?? (() => undefined),
  };
  const least = { maxLineBytes: LEAST_LINE_BYTES, readAheadBytes: 1, idleReopenMs: 1, giveUpMs: 1 };
  for (const field of ["maxLineBytes", "readAheadBytes", "idleReopenMs", "giveUpMs"] as const) {
    if (!(options[field] >= least[field]))
      throw new RangeError(`followLog: ${field} is ${options[field]}: at least ${least[field]} is needed`);
  }
  return options;
}

/** One container instance after the other. What a batch brings is accepted by the cursor before the next is asked for. */
async function* follow(
  cluster: Cluster,
  container: FollowedContainer,
  options: ReaderOptions,
): AsyncGenerator<Batch, void, undefined> {
  const { cursor, signal } = options;
  signal.throwIfAborted();
  assertLabelName("namespace", container.namespace);
  assertObjectName("pod", container.pod);
  assertLabelName("container", container.container);
  cursor.bind(container);
  const reader = new InstanceReader(cluster, container, options);
  const state = container.state();
  const [first] = state.kind === "gone" ? [] : readableInstances(state);
  if (!cursor.instance && first && first.index > 0) yield notice({ type: "gap", after: null, before: null });
  for (;;) {
    const became = yield* reader.read();
    const isLast = became === "gone" || became === "over";
    const next = isLast ? null : await nextInstance(container, cursor.instance, signal);
    const missed = next !== null && cursor.instance !== null && next.index > cursor.instance.index + 1;
    if (became === "lost" || missed) yield notice({ type: "gap", after: cursor.last, before: null });
    if (!next) {
      const isGone = became === "gone" || (became === "replaced" && container.state().kind === "gone");
      yield notice({ type: "end", complete: cursor.complete && !isGone });
      return;
    }
    yield notice({ type: "restart", containerId: next.id });
    cursor.begin(next);
  }
}

/** Waits for the next instance whose log can be read; `null` when there will be none. */
async function nextInstance(
  container: FollowedContainer,
  last: ContainerInstance | null,
  signal: AbortSignal,
): Promise<ContainerInstance | null> {
  for (;;) {
    const changed = container.changed(); // Asked for before the state, so that no change is missed.
    const state = container.state();
    if (state.kind === "gone") return null;
    const readable = readableInstances(state);
    const at = readable.findIndex(({ id }) => id === last?.id);
    const next = readable[at + 1];
    if (next) return next;
    if (!state.mayRestart) return null;
    await abortable(changed, signal);
  }
}
