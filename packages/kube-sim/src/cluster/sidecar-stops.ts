/** Sidecars that run, in the order in which they were started: they are told to stop one after the other, last first. */
export class SidecarStops {
  readonly #running: { stop: AbortController; done: Promise<unknown> }[] = [];

  /** Runs a sidecar until the signal that it gets aborts. How it ends is of no interest to its pod. */
  start(run: (signal: AbortSignal) => Promise<unknown>): void {
    const stop = new AbortController();
    const done = run(stop.signal).catch((error: unknown) => {
      if (!stop.signal.aborted) throw error;
    });
    this.#running.push({ stop, done });
  }

  async stopAll(): Promise<void> {
    for (const { stop, done } of this.#running.reverse()) {
      stop.abort(new Error("the pod's containers are over"));
      await done;
    }
  }
}
