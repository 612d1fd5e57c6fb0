import type { Job, KubeEvent, KubeObject, Pod, PodCondition } from "../wire.ts";
import { carry, type Program } from "./program.ts";
import type { ConformanceWorld } from "./world.ts";

export interface WatchLine<T extends KubeObject = KubeObject> {
  type: string;
  object: T;
}

/** How long a test waits for what must come, not counting what the requests take: says only that it does not. Milliseconds. */
const PATIENCE_MS = 600_000;

/** The few requests that the suite makes, over any world. */
export class Client {
  readonly #world: ConformanceWorld;

  constructor(world: ConformanceWorld) {
    this.#world = world;
  }

  get pods(): string {
    return `/api/v1/namespaces/${this.#world.namespace}/pods`;
  }
  get secrets(): string {
    return `/api/v1/namespaces/${this.#world.namespace}/secrets`;
  }
  get events(): string {
    return `/api/v1/namespaces/${this.#world.namespace}/events`;
  }
  get jobs(): string {
    return `/apis/batch/v1/namespaces/${this.#world.namespace}/jobs`;
  }
  get leases(): string {
    return `/apis/coordination.k8s.io/v1/namespaces/${this.#world.namespace}/leases`;
  }

  send(method: string, path: string, body?: unknown): Promise<Response> {
    const json = { headers: { "content-type": "application/json" }, body: JSON.stringify(body) };
    return this.#world.fetch(path, { method, ...(body !== undefined && json) });
  }

  /** Status and JSON body of an answer. */
  async ask<T = KubeObject>(method: string, path: string, body?: unknown): Promise<{ code: number; body: T }> {
    const response = await this.send(method, path, body);
    return { code: response.status, body: (await response.json()) as T };
  }

  /** @throws Error with the server's words unless it was created */
  async create<T = KubeObject>(path: string, object: unknown): Promise<T> {
    const { code, body } = await this.ask<T>("POST", path, object);
    if (code !== 201) throw new Error(`${code} ${JSON.stringify(body)}`);
    return body;
  }

  async items<T>(path: string): Promise<T[]> {
    return (await this.ask<{ items: T[] }>("GET", path)).body.items;
  }

  async text(path: string): Promise<{ code: number; text: string }> {
    const response = await this.send("GET", path);
    return { code: response.status, text: await response.text() };
  }

  /** The revision at which the collection is now. */
  async revision(path: string): Promise<string> {
    const { body } = await this.ask<{ metadata: { resourceVersion: string } }>("GET", path);
    return body.metadata.resourceVersion;
  }

  /** Watches until `until` holds for the events so far, or the watch ends by itself. */
  async watch<T extends KubeObject>(
    path: string,
    until: (lines: WatchLine<T>[]) => boolean = () => false,
  ): Promise<WatchLine<T>[]> {
    const controller = new AbortController();
    const separator = path.includes("?") ? "&" : "?";
    const response = await this.#world.fetch(`${path}${separator}watch=true`, { signal: controller.signal });
    const lines: WatchLine<T>[] = [];
    const decoder = new TextDecoder();
    let rest = "";
    try {
      for await (const chunk of response.body ?? []) {
        const pieces = (rest + decoder.decode(chunk as Uint8Array, { stream: true })).split("\n");
        rest = pieces.pop() ?? "";
        for (const piece of pieces) {
          lines.push(JSON.parse(piece) as WatchLine<T>);
          if (until(lines)) return lines;
        }
      }
      return lines;
    } finally {
      controller.abort();
    }
  }

  /** Gets the object until it is as wanted. */
  async until<T>(path: string, isWanted: (object: T) => boolean): Promise<T> {
    for (let waited = 0; waited < PATIENCE_MS; waited += 200) {
      const { code, body } = await this.ask<T>("GET", path);
      if (code === 200 && isWanted(body)) return body;
      await this.#world.sleep(200);
    }
    throw new Error(`${path} did not become as wanted`);
  }

  /** The text that is there once it says so, or after five seconds: what a node does behind its status, it does a moment later. */
  async textSoon(path: string, isWanted: (text: string) => boolean): Promise<{ code: number; text: string }> {
    for (let tries = 0; ; tries += 1) {
      const answer = await this.text(path);
      if (isWanted(answer.text) || tries === 25) return answer;
      await this.#world.sleep(200);
    }
  }

  async untilGone(path: string): Promise<void> {
    for (let waited = 0; waited < PATIENCE_MS; waited += 200) {
      if ((await this.send("GET", path)).status === 404) return;
      await this.#world.sleep(200);
    }
    throw new Error(`${path} is still there`);
  }

  /** The one pod of a Job, once it is as wanted. */
  async podOf(job: Job, isWanted: (pod: Pod) => boolean = () => true): Promise<Pod> {
    const path = `${this.pods}?labelSelector=batch.kubernetes.io/controller-uid=${job.metadata.uid}`;
    const { items } = await this.until<{ items: Pod[] }>(
      path,
      ({ items: [pod] }) => pod !== undefined && isWanted(pod),
    );
    return items[0] as Pod;
  }

  /** A container beside the main one, for {@link pod}'s `spec.initContainers`; `annotations` belong on its pod. */
  beside(
    name: string,
    program: Program,
    rest: Record<string, unknown> = {},
  ): { annotations: Record<string, string>; container: object } {
    const { annotations, command } = carry(program, name);
    return {
      annotations,
      container: { name, image: this.#world.image, imagePullPolicy: "IfNotPresent", command, ...rest },
    };
  }

  eventsOf(object: KubeObject): Promise<KubeEvent[]> {
    return this.items(`${this.events}?fieldSelector=involvedObject.uid=${object.metadata.uid}`);
  }

  /** The object's events, once those with such a reason are among them: they are written a little later than what they tell of. */
  async eventsUntil(object: KubeObject, ...reasons: string[]): Promise<KubeEvent[]> {
    const { items } = await this.until<{ items: KubeEvent[] }>(
      `${this.events}?fieldSelector=involvedObject.uid=${object.metadata.uid}`,
      (found) => reasons.every((wanted) => found.items.some(({ reason }) => reason === wanted)),
    );
    return items;
  }

  /** A pod that runs the program once. */
  pod(
    name: string,
    program: Program,
    spec: Record<string, unknown> = {},
    container: Record<string, unknown> = {},
  ): unknown {
    return {
      apiVersion: "v1",
      kind: "Pod",
      metadata: { name, ...this.#annotated(program) },
      spec: this.#podSpec(program, spec, container),
    };
  }

  /** A Job that runs the program once. */
  job(
    name: string,
    program: Program,
    options: { job?: object; pod?: Record<string, unknown>; container?: Record<string, unknown> } = {},
  ): unknown {
    const template = {
      metadata: this.#annotated(program),
      spec: this.#podSpec(program, options.pod, options.container),
    };
    const spec = { backoffLimit: 0, podReplacementPolicy: "Failed", ...options.job, template };
    return { apiVersion: "batch/v1", kind: "Job", metadata: { name }, spec };
  }

  #annotated(program: Program): { annotations: Record<string, string> } {
    return { annotations: carry(program).annotations };
  }

  #podSpec(program: Program, spec: Record<string, unknown> = {}, container: Record<string, unknown> = {}): unknown {
    const { image } = this.#world;
    const main = {
      name: "main",
      image,
      imagePullPolicy: "IfNotPresent",
      command: carry(program).command,
      ...container,
    };
    return {
      restartPolicy: "Never",
      terminationGracePeriodSeconds: 5,
      automountServiceAccountToken: false,
      containers: [{ resources: { requests: { cpu: "10m" } }, ...main }],
      ...spec,
    };
  }
}

export function phase(pod: Pod): string | undefined {
  return pod.status.phase;
}

export function mainState(pod: Pod): NonNullable<NonNullable<Pod["status"]["containerStatuses"]>[number]["state"]> {
  return pod.status.containerStatuses?.find(({ name }) => name === "main")?.state ?? {};
}

/** Types of the conditions that are True. */
export function trueConditions(object: { status: { conditions?: Pick<PodCondition, "type" | "status">[] } }): string[] {
  return (object.status.conditions ?? []).filter(({ status }) => status === "True").map(({ type }) => type);
}

/** The list without neighbours that are equal. */
export function withoutRepeats<T>(values: T[]): T[] {
  return values.filter((value, index) => index === 0 || JSON.stringify(value) !== JSON.stringify(values[index - 1]));
}
