import { type Clock, type ContainerIo, KubeSim, type Pod, scriptedContainers } from "@opencode-k8s/kube-sim";
import { Random } from "../../../packages/kube-sim/src/random.ts";
import { lineOf, receiptOf } from "../scale/output.ts";

/** Lines of a container: at least so many, and up to so many more. */
const LINES = { least: 20, more: 180 };
/** Between two lines at most, milliseconds. */
const PAUSE_MS = 40;
/** Between two faults at most, milliseconds. */
const BETWEEN_MS = 3_000;

/** A simulated cluster in which things go wrong, one every second or two, by lot. */
export class TroubledCluster {
  readonly sim: KubeSim;
  /** What was done, oldest first. */
  readonly faults: string[] = [];
  /** Lines that the container of each run has written, by run. */
  readonly written: Record<string, number> = {};
  readonly #clock: Clock;
  readonly #random: Random;
  #calm: AbortController | null = null;

  constructor(clock: Clock, seed: number) {
    this.#clock = clock;
    this.#random = new Random(seed);
    this.sim = new KubeSim({
      clock,
      seed,
      allocatable: { pods: "1000", cpu: "2000", memory: "4000Gi" },
      runtime: scriptedContainers((io) => this.#print(io)),
    });
  }

  /** From now on things go wrong, until {@link calm}. */
  trouble(): void {
    this.#calm = new AbortController();
    void this.#inflict(this.#calm.signal);
  }

  calm(): void {
    this.#calm?.abort(new Error("calm"));
    this.sim.faults.clear();
  }

  /** Jobs, pods and Secrets that are there. */
  async objects(): Promise<number> {
    const lists = await Promise.all(
      ["apis/batch/v1/jobs", "api/v1/pods", "api/v1/secrets"].map((path) => this.#list(path)),
    );
    return lists.flat().length;
  }

  async #print(io: ContainerIo): Promise<number> {
    const run = io.pod.metadata.labels?.["paperclip.io/run-id"] ?? "";
    const lines = LINES.least + this.#random.integer(LINES.more);
    let bytes = 0;
    for (let line = 1; line <= lines; line += 1) {
      await io.clock.sleep(this.#random.integer(PAUSE_MS), io.stopped);
      const text = lineOf(line, lines);
      io.print(text);
      bytes += text.length;
      this.written[run] = line;
    }
    io.print(receiptOf({ lines, bytes, durationMs: 1 }));
    return 0;
  }

  async #inflict(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const name = FAULTS[this.#random.integer(FAULTS.length)] ?? FAULTS[0];
      if (await this.#play(name)) this.faults.push(name);
      await this.#clock.sleep(this.#random.integer(BETWEEN_MS), signal).catch(() => undefined);
    }
  }

  /** Was there anything to do it to? */
  async #play(name: Fault): Promise<boolean> {
    const { faults } = this.sim;
    const many = 1 + this.#random.integer(6);
    const some = { where: () => this.#random.next() < 0.3 };
    switch (name) {
      case "resets of open streams":
        return faults.cutOpen(some) > 0;
      case "clean ends of open streams":
        return faults.cutOpen(some, "eof") > 0;
      case "streams cut at a byte":
        faults.cut({ resource: "pods/log" }, { afterBytes: this.#random.integer(20_000) }, many);
        return true;
      case "bursts of 503":
        faults.answer({}, { status: 503 }, many);
        return true;
      case "bursts of 500":
        faults.answer({}, { status: 500 }, many);
        return true;
      case "bursts of 429":
        faults.answer({}, { status: 429, retryAfterSeconds: 1 }, many);
        return true;
      case "refused connections":
        faults.refuse({}, many);
        return true;
      case "410 for all watches":
        this.sim.compact({ openWatches: true });
        return true;
      case "outages of the API server":
        faults.restart(500 + this.#random.integer(6_000));
        return true;
      case "pods deleted":
        return this.#onPod((pod) => this.sim.deletePod(pod.metadata.namespace ?? "", pod.metadata.name ?? ""));
      case "pods evicted":
        return this.#onPod((pod) => this.sim.evictPod(pod.metadata.namespace ?? "", pod.metadata.name ?? ""));
      case "containers out of memory":
        return this.#onPod((pod) => this.sim.oomKill(pod.metadata.namespace ?? "", pod.metadata.name ?? ""));
    }
  }

  async #onPod(harm: (pod: Pod) => void): Promise<boolean> {
    const running = (await this.#list<Pod>("api/v1/pods")).filter(
      ({ metadata, status }) => status?.phase === "Running" && metadata.deletionTimestamp === undefined,
    );
    const pod = running[this.#random.integer(running.length)];
    if (pod) harm(pod);
    return pod !== undefined;
  }

  /** Asked again until it is answered: faults are for everybody. */
  async #list<T>(path: string): Promise<T[]> {
    for (;;) {
      const answer = await this.sim.fetch(`/${path}`).catch(() => null);
      if (answer?.ok) return ((await answer.json()) as { items: T[] }).items;
      await this.#clock.sleep(100);
    }
  }
}

const FAULTS = [
  "resets of open streams",
  "clean ends of open streams",
  "streams cut at a byte",
  "bursts of 503",
  "bursts of 500",
  "bursts of 429",
  "refused connections",
  "410 for all watches",
  "outages of the API server",
  "pods deleted",
  "pods evicted",
  "containers out of memory",
] as const;

type Fault = (typeof FAULTS)[number];
