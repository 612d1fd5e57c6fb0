import type { Clock } from "../time/clock.ts";
import { abortable, deadline } from "../time/deadline.ts";
import { errorOfStatus, type FailedRequest, KubernetesError } from "../errors/index.ts";
import type { AnyObject } from "../objects.ts";

/** One event of a watch, as the API server sends it, less its errors. */
export interface WatchEvent<T extends AnyObject> {
  readonly type: "ADDED" | "MODIFIED" | "DELETED" | "BOOKMARK";
  readonly object: T;
}

/** A line of a watch is no event: what it should have told is not known. */
export class BrokenWatchError extends KubernetesError {
  constructor(line: string, request: FailedRequest) {
    // The line itself may hold a secret.
    super(`${request.method} ${request.path}: a line of ${line.length} characters in the watch is no event`, {
      status: null,
      request,
    });
  }
}

const TYPES: ReadonlySet<unknown> = new Set<WatchEvent<AnyObject>["type"]>([
  "ADDED",
  "MODIFIED",
  "DELETED",
  "BOOKMARK",
]);

/**
 * The events of a watch response. Ends when the server ends it; a line that was cut by the end is not an event.
 * @throws KubernetesError for an `ERROR` event (410: list again); BrokenWatchError; DeadlineError after `silenceMs` without a byte; what the body threw
 */
export async function* watchEvents<T extends AnyObject>(
  body: ReadableStream<Uint8Array>,
  options: { clock: Clock; silenceMs: number; request: FailedRequest; signal: AbortSignal },
): AsyncGenerator<WatchEvent<T>> {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let rest = "";
  try {
    for (;;) {
      using silence = deadline(options.clock, options.silenceMs, "the next event of a watch", options.signal);
      const { value, done } = await abortable(reader.read(), silence.signal);
      if (done) return;
      const lines = (rest + decoder.decode(value, { stream: true })).split("\n");
      rest = lines.pop() ?? "";
      for (const line of lines) {
        if (line !== "") yield parseEvent<T>(line, options.request);
      }
    }
  } finally {
    await reader.cancel().catch(() => undefined); // A body that already failed cannot be cancelled; nothing is left open.
  }
}

function parseEvent<T extends AnyObject>(line: string, request: FailedRequest): WatchEvent<T> {
  const event = parseObject(line) as Partial<WatchEvent<T>> | { type: "ERROR"; object?: unknown } | null;
  if (event?.type === "ERROR") throw errorOfStatus(event.object, request);
  if (!isEvent<T>(event)) throw new BrokenWatchError(line, request);
  return event;
}

/** Without a version nothing can be resumed; without a uid nothing told apart: only a bookmark has none. */
function isEvent<T extends AnyObject>(event: Partial<WatchEvent<T>> | null): event is WatchEvent<T> {
  const { resourceVersion, uid } = event?.object?.metadata ?? {};
  return TYPES.has(event?.type) && Boolean(resourceVersion) && (event?.type === "BOOKMARK" || Boolean(uid));
}

function parseObject(line: string): object | null {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === "object" ? value : null;
  } catch {
    return null;
  }
}
