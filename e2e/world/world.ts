import { randomBytes } from "node:crypto";
import { AGENT_JOB_SELECTOR } from "@opencode-k8s/job-manifest";
import { type Cluster, collectionPath, type Job, type Pod, type Secret } from "@opencode-k8s/k8s-kit";
import type { KubeSim } from "@opencode-k8s/kube-sim";
import { executionContext } from "./context.ts";
import type { Driver } from "./driver.ts";
import { type ExecutionContext, type ExecutionResult, Heartbeat } from "./heartbeat.ts";
import { type PaperclipServer, paperclipThatSays } from "./paperclip-server.ts";
import type { ProxiedAccess } from "./proxied-access.ts";
import { Witness } from "./witness.ts";

/** What a world is made of: a real cluster and real pods, or the simulated one in virtual time. */
export interface WorldParts {
  readonly kind: "cluster" | "sim";
  /** A namespace that nobody else uses. */
  readonly namespace: string;
  /** Sees and does everything, and is not counted. */
  readonly admin: Cluster;
  /** Absent where nobody can kill or freeze anything. */
  readonly driver: Driver | undefined;
  /** Whom the API server takes the adapter for. */
  readonly user: string;
  /** A configuration that works, for a model of the model server. */
  config(model: string): Record<string, unknown>;
  /** Path of a kubeconfig of this kind, for the configuration. */
  kubeconfig(kind: KubeconfigKind): Promise<string>;
  /** A way for the configuration on which everything can go wrong; absent where there is no network. `user`: see `proxiedAccess` */
  readonly throughProxy?: (user?: object) => Promise<ProxiedAccess>;
  /** The simulated cluster; absent in a world with a real one. */
  readonly sim?: KubeSim;
  /** The adapter's `execute()`. */
  execute(ctx: ExecutionContext, server?: PaperclipServer): Promise<ExecutionResult>;
  /** How often models were asked. */
  modelRequests(): number;
  /** From now on no model answers, until what this returns is called. */
  holdAnswers(): () => void;
  /** Removes all that the world has made. */
  close(): Promise<void>;
}

/**
 * - `admin`: may do everything in every namespace
 * - `refused`: leads to a port at which nobody listens
 * - `denied`: of an identity without any right
 */
export type KubeconfigKind = "admin" | "refused" | "denied";

export interface HeartbeatOptions {
  /** A model of the model server, such as `tools` or `pace-40s-1500ms`. */
  readonly model?: string;
  /** What the user asks for. */
  readonly task?: string;
  /** Overrides parts of the configuration; `undefined` removes a key. */
  readonly config?: Readonly<Record<string, unknown>>;
  /** From the result of an earlier heartbeat. */
  readonly sessionParams?: Record<string, unknown> | null;
  /** The run that Paperclip lost, and that this one replaces. */
  readonly retryOfRunId?: string;
  /** What Paperclip says of runs, by their ids, when it is asked; of others it says nothing. */
  readonly statuses?: Readonly<Record<string, string>>;
  /** Another task than that of most scenarios. */
  readonly taskId?: string;
  /** The adapter in another process than this one. */
  readonly execute?: WorldParts["execute"];
}

/** A run, and what the cluster shows of it. */
export interface Run {
  readonly heartbeat: Heartbeat;
  readonly witness: Witness;
  /** Values that may lie in the run's Secret and nowhere else. */
  readonly secrets: readonly string[];
}

/** A list of a cluster that is slow, or out of sight for an outage, milliseconds. */
const LIST_MS = 180_000;

/** Where a scenario plays. */
export class World implements AsyncDisposable {
  readonly parts: WorldParts;
  readonly #runs: Run[] = [];

  constructor(parts: WorldParts) {
    this.parts = parts;
  }

  /** All that were begun, in their order. */
  get runs(): readonly Run[] {
    return this.#runs;
  }

  /** Begins one heartbeat of the agent. */
  heartbeat(given: HeartbeatOptions = {}): Run {
    const { model = "text", task = "Say hello.", config, sessionParams, retryOfRunId, statuses, taskId } = given;
    const { admin, namespace, driver } = this.parts;
    const execute = given.execute ?? this.parts.execute;
    const canary = `canary-${randomBytes(8).toString("hex")}`;
    const authToken = `token-${randomBytes(8).toString("hex")}`;
    const working = this.parts.config(model);
    const env = { ...(working.env as Record<string, string>), E2E_CANARY: canary };
    const options = {
      config: { ...working, env, ...config },
      task,
      authToken,
      ...(sessionParams === undefined ? {} : { sessionParams }),
      ...(retryOfRunId === undefined ? {} : { retryOfRunId }),
      ...(taskId === undefined ? {} : { taskId }),
    };
    const witness = new Witness(admin, namespace, driver);
    const heartbeat = new Heartbeat(
      (run) => execute(executionContext(run, options), statuses && paperclipThatSays(statuses)),
      () => admin.clock.monotonic(),
      witness.hear,
    );
    const run: Run = { heartbeat, witness, secrets: [canary, authToken, task] };
    this.#runs.push(run);
    return run;
  }

  /** The objects of runs that are there now. */
  async objects(): Promise<{ jobs: Job[]; pods: Pod[]; secrets: Secret[] }> {
    const { namespace } = this.parts;
    const [jobs, pods, secrets] = await Promise.all([
      this.#list<Job>(collectionPath.jobs(namespace)),
      this.#list<Pod>(collectionPath.pods(namespace)),
      this.#list<Secret>(collectionPath.secrets(namespace)),
    ]);
    return { jobs, pods, secrets };
  }

  /** Waits, asking twice a second. @throws when it does not come true within `ms` milliseconds */
  async eventually(ms: number, what: string, isTrue: () => boolean | Promise<boolean>): Promise<void> {
    const { clock } = this.parts.admin;
    const end = clock.monotonic() + ms;
    while (!(await isTrue())) {
      if (clock.monotonic() >= end) throw new Error(`${what}: not so after ${ms / 1000} s`);
      await clock.sleep(500);
    }
  }

  /** Lets time pass, milliseconds. */
  async sleep(ms: number): Promise<void> {
    await this.parts.admin.clock.sleep(ms);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    // A scenario that failed may leave a run behind.
    for (const { heartbeat, witness } of this.#runs) {
      if (!heartbeat.ended) heartbeat.cancel("The scenario is over");
      await witness.release();
    }
    await this.parts.close();
  }

  async #list<T>(path: string): Promise<T[]> {
    const query = { labelSelector: AGENT_JOB_SELECTOR };
    const list = await this.parts.admin.persist<{ items: T[] }>("GET", path, {
      query,
      signal: AbortSignal.timeout(LIST_MS),
    });
    return list.items;
  }
}
