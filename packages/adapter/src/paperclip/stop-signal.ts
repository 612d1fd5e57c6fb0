import type { AdapterExecutionContext } from "@paperclipai/adapter-utils";
import { ClaimLostError, type Clock, systemClock } from "@opencode-k8s/k8s-kit";
import type { ServerProcess } from "../server-process.ts";
import { PaperclipApi } from "./paperclip-api.ts";

/** How often an older Paperclip is asked, milliseconds: the issue of a cancel that takes longer is asked about by people. */
const ASK_MS = 2_000;

/** Statuses of a run that another observer, or nobody, goes on with; none of them is a person's wish to stop it. */
const OVER_FOR_US = ["interrupted", "failed", "timed_out", "succeeded"];

/** The run is no longer this process's to observe. Its Job stays. */
class DetachError extends Error {
  override readonly name = "DetachError";
}

/** Paperclip's word that a run is to end, or to be left. Dispose it with the run. */
export interface StopSignal extends Disposable {
  readonly signal: AbortSignal;
}

interface StopOptions {
  readonly server: ServerProcess;
  readonly clock?: Clock;
}

/**
 * From 2026.916 on Paperclip has a signal, which fires within 25 ms of the request (seen). An older one says nothing: it is
 * asked every two seconds, and only its explicit `cancelled` is a cancel. An error, or an answer that is not clear, is none.
 */
export function stopSignal(
  { signal, runId, authToken }: Pick<AdapterExecutionContext, "signal" | "runId" | "authToken">,
  { server, clock = systemClock }: StopOptions,
): StopSignal {
  if (signal) return { signal, [Symbol.dispose]: () => undefined };
  const stop = new AbortController();
  const over = new AbortController();
  const api = PaperclipApi.of(server, authToken);
  if (api) void ask(api, runId, clock, stop, over.signal);
  return { signal: stop.signal, [Symbol.dispose]: () => over.abort() };
}

/** Never rejects. */
async function ask(
  api: PaperclipApi,
  runId: string,
  clock: Clock,
  stop: AbortController,
  over: AbortSignal,
): Promise<void> {
  while (!over.aborted && !stop.signal.aborted) {
    await clock.sleep(ASK_MS, over).catch(() => undefined);
    if (over.aborted) return;
    const status = await api.runStatus(runId, over);
    if (status === "cancelled") stop.abort(new Error("Cancelled in Paperclip"));
    else if (status !== null && OVER_FOR_US.includes(status))
      stop.abort(new DetachError(`Paperclip says that the run is ${status}`));
  }
}

/** Is it this process that has to leave the run, and not the run that is to end? The words are those of Paperclip 2026.916 (seen). */
export function isDetach(signal: AbortSignal): boolean {
  const reason: unknown = signal.reason;
  if (reason instanceof DetachError || reason instanceof ClaimLostError) return true;
  return /lease lost/i.test(reason instanceof Error ? reason.message : String(reason));
}
