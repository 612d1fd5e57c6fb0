import type { Clock } from "@opencode-k8s/kube-sim";

/** Holds up the models, which think before they answer, for as long as a scenario needs. */
export class AnswerGate {
  #opened: PromiseWithResolvers<void> | null = null;

  /** A clock whose sleeps end only while nothing is held up. */
  behind(clock: Clock): Clock {
    return {
      now: () => clock.now(),
      monotonic: () => clock.monotonic(),
      sleep: async (ms, signal) => {
        await clock.sleep(ms, signal);
        await this.passed(signal);
      },
    };
  }

  /** Resolves while nothing is held up. @throws the signal's reason */
  async passed(signal?: AbortSignal): Promise<void> {
    const { promise: aborted, reject } = Promise.withResolvers<never>();
    const onAbort = (): void => reject(signal?.reason);
    signal?.addEventListener("abort", onAbort, { once: true });
    await Promise.race([this.#opened?.promise, aborted]).finally(() => signal?.removeEventListener("abort", onAbort));
    signal?.throwIfAborted();
  }

  /** Until what this returns is called. */
  hold(): () => void {
    const opened = (this.#opened ??= Promise.withResolvers());
    return () => {
      this.#opened = null;
      opened.resolve();
    };
  }
}
