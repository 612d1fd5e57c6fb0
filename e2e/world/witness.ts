import { parseReceipt, CONTAINER_NAME } from "@opencode-k8s/job-manifest";
import { type Cluster, collectionPath, type Job, type Pod } from "@opencode-k8s/k8s-kit";
import type { Driver, HeldLog } from "./driver.ts";

/** What a cluster that does not answer may take, milliseconds: longer than any outage of a scenario. */
const PATIENCE_MS = 180_000;

/** Looks at a run's Job and pod while they exist, so that it can be said afterwards what they were. */
export class Witness {
  readonly #admin: Cluster;
  readonly #namespace: string;
  readonly #driver: Driver | undefined;
  #job: Promise<Job> | null = null;
  #pod = false;
  #log: Promise<HeldLog> | null = null;

  constructor(admin: Cluster, namespace: string, driver: Driver | undefined) {
    this.#admin = admin;
    this.#namespace = namespace;
    this.#driver = driver;
  }

  /** Told of each line in which the adapter says what it does. */
  readonly hear = (note: string): void => {
    const job = /^(?:Created|Going on with) Job (\S+)/.exec(note)?.[1];
    const pod = /^Running in pod (\S+)/.exec(note)?.[1];
    if (job) this.#job = settled(this.#get<Job>(collectionPath.jobs(this.#namespace), job));
    this.#pod ||= pod !== undefined;
    if (pod && this.#driver) this.#log = settled(this.#hold(this.#driver, pod));
  };

  /** The Job as it was created, or taken over; null when there was none. */
  async job(): Promise<Job | null> {
    return this.#job;
  }

  /** Was the pod seen to run? */
  get sawPod(): boolean {
    return this.#pod;
  }

  /**
   * OpenCode's lines as the node has them, without the receipt; null where nobody can look into a node.
   * @throws when the pod was not seen to run
   */
  async linesWritten(): Promise<readonly string[] | null> {
    if (!this.#driver) return null;
    if (!this.#log) throw new Error("no pod was seen to run");
    const lines = await (await this.#log).linesWritten();
    return lines.filter((line) => parseReceipt(line) === null);
  }

  /** Files that the log was written to so far: one, and one more for each rotation; 0 where nobody can look. */
  async files(): Promise<number> {
    return (await (await this.#log)?.files()) ?? 0;
  }

  async release(): Promise<void> {
    await (await this.#log?.catch(() => null))?.release();
  }

  async #hold(driver: Driver, name: string): Promise<HeldLog> {
    return driver.holdLog(await this.#get<Pod>(collectionPath.pods(this.#namespace), name), CONTAINER_NAME);
  }

  async #get<T>(collection: string, name: string): Promise<T> {
    return this.#admin.persist("GET", `${collection}/${name}`, { signal: AbortSignal.timeout(PATIENCE_MS) });
  }
}

/** The same promise, which may reject before anybody waits for it. */
function settled<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => undefined);
  return promise;
}
