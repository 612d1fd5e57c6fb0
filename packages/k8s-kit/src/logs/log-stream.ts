import type { Cluster } from "../cluster/cluster.ts";
import { errorOfConnection } from "../errors/index.ts";
import { collectionPath } from "../objects.ts";
import { type Chunk, ReadAhead } from "./read-ahead.ts";
import type { Quiet } from "./silence.ts";
import type { FollowedContainer } from "./followed-container.ts";

/** We closed a stream ourselves, because it was silent for too long. */
export class SilenceError extends Error {
  override readonly name = "SilenceError";
}

export interface LogRequest {
  readonly follow: boolean;
  readonly previous: boolean;
  readonly sinceTime: string | undefined;
}

export interface StreamOptions {
  readonly signal: AbortSignal;
  /** Bytes that are read ahead of the consumer. */
  readonly readAheadBytes: number;
  /** Resolves when the stream has been silent for too long; rejects with the signal's reason. */
  readonly silent: (stream: Quiet, signal: AbortSignal) => Promise<void>;
  /** The server has answered with a log, to a request for this path. */
  readonly onOpen: (path: string) => void;
}

/**
 * The chunks of one log request.
 * @throws KubernetesError, DeadlineError, SilenceError, what a closed cluster throws, each after all that came before it; the
 *   signal's reason, at once
 */
export async function* streamLog(
  cluster: Cluster,
  { namespace, pod, container }: FollowedContainer,
  { follow, previous, sinceTime }: LogRequest,
  { signal, readAheadBytes, silent, onOpen }: StreamOptions,
): AsyncGenerator<Chunk> {
  const connection = new AbortController();
  const closed = new AbortController();
  const path = `${collectionPath.pods(namespace)}/${pod}/log`;
  let ahead: ReadAhead | null = null;
  try {
    const query = {
      container,
      timestamps: true,
      follow: follow || undefined,
      previous: previous || undefined,
      sinceTime,
    };
    const response = await cluster.stream(path, { query, signal: AbortSignal.any([signal, connection.signal]) });
    onOpen(path);
    const reader: ReadableStreamDefaultReader<Uint8Array> | undefined = response.body?.getReader();
    if (!reader) return; // 204: the pod has no node yet.
    ahead = new ReadAhead(reader, cluster.clock, readAheadBytes);
    const giveUp = (): void => connection.abort(new SilenceError("the log stream was silent"));
    silent(ahead, closed.signal).then(giveUp, () => undefined); // Rejects when the stream is closed.
    for (;;) {
      const chunk = await ahead.next();
      signal.throwIfAborted();
      if (!chunk) return;
      yield chunk;
    }
  } catch (error) {
    signal.throwIfAborted();
    if (connection.signal.aborted) throw connection.signal.reason;
    if (!ahead) throw error; // The cluster knows what kind of failure it is.
    throw errorOfConnection(error, { method: "GET", path }, cluster.server);
  } finally {
    closed.abort();
    connection.abort();
    ahead?.discard();
  }
}
