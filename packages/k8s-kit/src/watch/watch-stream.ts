import type { Clock } from "../time/clock.ts";
import { abortable, deadline } from "../time/deadline.ts";
import { errorOfStatus, type FailedRequest } from "../errors/index.ts";
import type { AnyObject } from "../objects.ts";

/** One event of a watch, as the API server sends it, less its errors. */
export interface WatchEvent<T extends AnyObject> {
  readonly type: "ADDED" | "MODIFIED" | "DELETED" | "BOOKMARK";
  readonly object: T;
}

/**
 * The events of a watch response. Ends when the server ends it; a line that was cut by the end is not an event.
 * @throws KubernetesError for an `ERROR` event (410: list again); DeadlineError after `silenceMs` without a byte; what the body threw
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
  const event = JSON.parse(line) as WatchEvent<T> | { type: "ERROR"; object: object };
  if (event.type === "ERROR") throw errorOfStatus(event.object, request);
  return event;
}
