import type { LogEvent, Pod } from "@opencode-k8s/k8s-kit";
import type { KitWorld } from "./kit-world.ts";
import { until } from "./until.ts";

/**
 * Lets a paced writer write its next burst when the reader has come to where the writer waits. A kubelet that is slower than the
 * container leaves out whole files, whoever reads (`waitLogs`); with less than a file between the two it has no reason to, however
 * slow the machine.
 */
export class Pace {
  readonly #world: KitWorld;
  readonly #pod: Pod;
  /** The newest burst that the writer waits with. */
  #asked = -1;
  #stopped = false;

  constructor(world: KitWorld, pod: Pod) {
    this.#world = world;
    this.#pod = pod;
  }

  /** Told of each event of the log. What was written before a line that says "waiting" has arrived, or is lost. */
  readonly onEvent = (event: LogEvent): void => {
    const asked = event.type === "line" ? /^waiting (\d+) /.exec(event.text)?.[1] : undefined;
    if (asked !== undefined) this.#asked = Math.max(this.#asked, Number(asked));
  };

  /** Until {@link stop}. @throws the signal's reason */
  async keep(signal: AbortSignal): Promise<void> {
    for (let told = -1; !this.#stopped; told = this.#asked) {
      await until(() => this.#stopped || this.#asked > told, signal);
      await this.#world.flag(this.#pod, String(this.#asked));
    }
  }

  /** The writer waits for nobody while this goes on. */
  async freed(work: () => Promise<void>): Promise<void> {
    await this.#world.flag(this.#pod, "free");
    await work();
    await this.#world.flag(this.#pod, "free", false);
  }

  /** The writer ends. */
  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#world.flag(this.#pod, "stop");
  }
}
