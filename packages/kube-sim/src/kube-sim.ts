import { Access } from "./api/access.ts";
import { parseRoute } from "./api/route.ts";
import { groupOf, type RequestRecord, resourceOf, verbOf } from "./api/request.ts";
import { NAMESPACES, PODS } from "./api/resources.ts";
import { type Answer, answer } from "./api/server.ts";
import { ApiFailure, notFound } from "./api/status.ts";
import { createObject } from "./api/write.ts";
import { deleteObject } from "./api/delete.ts";
import { type Clock, systemClock } from "./clock.ts";
import { startClaimBinder } from "./cluster/claim-binder.ts";
import { disrupt, PREEMPTION } from "./cluster/disruption.ts";
import { EventRecorder } from "./cluster/event-recorder.ts";
import { GarbageCollector } from "./cluster/garbage-collector.ts";
import { Images } from "./cluster/images.ts";
import { JobController } from "./cluster/job-controller.ts";
import { Kubelet } from "./cluster/kubelet.ts";
import { KubeletHealth } from "./cluster/kubelet-health.ts";
import type { Node } from "./cluster/node.ts";
import { NodeClock } from "./cluster/node-clock.ts";
import { NodeTroubles } from "./cluster/node-troubles.ts";
import type { PodWorker } from "./cluster/pod-worker.ts";
import { later, type World } from "./cluster/world.ts";
import type { ContainerExit, ContainerRuntime } from "./containers/runtime.ts";
import { scriptedContainers } from "./containers/scripted.ts";
import { Faults } from "./faults.ts";
import { DEFAULT_ROTATION, type LogRotation } from "./logs/container-log.ts";
import { NodeLogs } from "./logs/node-logs.ts";
import { Random } from "./random.ts";
import { Store } from "./store/store.ts";
import { Connection } from "./streams/connection.ts";
import { DEFAULT_TIMINGS, type Timings } from "./timings.ts";
import type { Pod } from "./wire.ts";

export interface KubeSimOptions {
  clock?: Clock;
  /** Runs the containers; by default each ends with exit code 0 at once. */
  runtime?: ContainerRuntime;
  timings?: Partial<Timings>;
  /** When container logs are rotated. */
  rotation?: LogRotation;
  /** What pods may request together, for example `{ cpu: "2", memory: "4Gi" }`. */
  allocatable?: Record<string, string>;
  /** The zone in which the node stamps log lines, minutes east of Greenwich; 0, written as `Z`, by default. */
  utcOffsetMinutes?: number;
  /** Seeds uids and generated names. */
  seed?: number;
}

const DEFAULT_ALLOCATABLE = { cpu: "16", memory: "64Gi", "ephemeral-storage": "200Gi" };

/** A Kubernetes cluster of one node in this process, behind one function of the shape of `fetch`. */
export class KubeSim {
  /** Every request so far, oldest first. */
  readonly requests: RequestRecord[] = [];
  /** What goes wrong between clients and the API server. */
  readonly faults: Faults;
  /** Who may do what. */
  readonly access: Access;
  /** Which images can be pulled. */
  readonly images: Images = new Images();
  readonly #world: World;
  /** What can happen to the node. */
  readonly node: NodeTroubles;
  readonly #kubelet: Kubelet;
  readonly #closing = new AbortController();

  constructor(options: KubeSimOptions = {}) {
    const { clock = systemClock, runtime = scriptedContainers(() => Promise.resolve(0)), seed = 1 } = options;
    const random = new Random(seed);
    const store = new Store(clock, random);
    const nodeClock = new NodeClock(clock);
    const node: Node = {
      name: "node1",
      ip: "10.88.0.1",
      utcOffsetMinutes: options.utcOffsetMinutes ?? 0,
      allocatable: { ...DEFAULT_ALLOCATABLE, ...options.allocatable },
      unschedulable: undefined,
    };
    this.#world = {
      clock,
      random,
      store,
      node,
      runtime,
      timings: { ...DEFAULT_TIMINGS, ...options.timings },
      events: new EventRecorder(store, clock, random, node.name),
      images: this.images,
      nodeClock,
      health: new KubeletHealth(clock),
      logs: new NodeLogs(),
      rotation: options.rotation ?? DEFAULT_ROTATION,
      closed: this.#closing.signal,
    };
    this.faults = new Faults(clock);
    this.access = new Access(clock);
    this.node = new NodeTroubles(this.#world, nodeClock, this.faults);
    this.#kubelet = new Kubelet(this.#world);
    new JobController(this.#world);
    new GarbageCollector(this.#world);
    startClaimBinder(this.#world);
    for (const name of ["default", "kube-system"]) createObject(store, NAMESPACES, undefined, { metadata: { name } });
  }

  /**
   * The API server. Any origin will do: only path and query matter.
   * Rejects as undici's fetch does: with the signal's reason, or a TypeError "fetch failed" when connections are refused.
   */
  readonly fetch = async (input: string | URL, init: RequestInit = {}): Promise<Response> => {
    const signal = init.signal ?? undefined;
    signal?.throwIfAborted();
    const url = new URL(input, "https://kube-sim.invalid");
    const method = (init.method ?? "GET").toUpperCase();
    const route = parseRoute(url.pathname);
    const record = this.#audit(method, url);
    const { clock, timings } = this.#world;
    if (timings.request > 0) await clock.sleep(timings.request, signal);
    try {
      this.faults.onRequest(record);
      const body = init.body ? await new Response(init.body).text() : "";
      signal?.throwIfAborted();
      const headers = new Headers(init.headers);
      const user = this.access.authenticate(headers.get("authorization"));
      this.access.authorize(user, record, groupOf(route));
      const contentType = headers.get("content-type");
      const context = { ...this.#world, access: this.access };
      const given = answer(context, { method, route, query: url.searchParams, body, contentType, user });
      return this.#respond(record, given, signal);
    } catch (error) {
      if (!(error instanceof ApiFailure)) throw error;
      return this.#refuse(record, error);
    }
  };

  /** Ends a pod as the kubelet does when its node runs short of memory: phase Failed, reason Evicted. */
  evictPod(namespace: string, name: string, message: string = "The node was low on resource: memory."): void {
    this.#worker(namespace, name).evict({ reason: "Evicted", message });
  }

  /** Kills a container, or all of the pod's, with this exit. */
  killContainer(namespace: string, pod: string, exit: Partial<ContainerExit> = {}, container?: string): void {
    this.#worker(namespace, pod).kill(container, exit);
  }

  /** Kills the pod's containers as the kernel does when one uses more memory than its limit. */
  oomKill(namespace: string, pod: string, container?: string): void {
    this.killContainer(namespace, pod, { exitCode: 137, signal: 9, reason: "OOMKilled" }, container);
  }

  /** Deletes a pod behind the back of whoever watches it. */
  deletePod(namespace: string, name: string, options: { gracePeriodSeconds?: number } = {}): void {
    deleteObject(this.#world, PODS, namespace, name, options);
  }

  /** The scheduler gives a pod's place to a more important one: it is deleted, and says why. */
  preemptPod(namespace: string, name: string): void {
    const pod = this.#pod(namespace, name);
    const { name: node } = this.#world.node;
    const message = `Preempted by pod ${this.#world.random.uuid()} on node ${node}`;
    this.#world.events.record("default-scheduler", pod, { type: "Normal", reason: "Preempted", message });
    disrupt(this.#world, pod, PREEMPTION);
  }

  /** The cluster autoscaler says of a pod that waits that it makes a node for it. The node itself is the test's affair. */
  scaleUp(namespace: string, name: string): void {
    const message = "pod triggered scale-up: [{agents 1->2 (max: 3)}]";
    const pod = this.#pod(namespace, name);
    this.#world.events.record("cluster-autoscaler", pod, { type: "Normal", reason: "TriggeredScaleUp", message });
  }

  /** Does something, for example one of the troubles here, after `ms` milliseconds of the simulator's clock. */
  after(ms: number, action: () => void): void {
    later(this.#world, ms, action);
  }

  /** No pod finds a node any more, for this reason; `undefined` lets them in again. */
  setUnschedulable(reason: string | undefined): void {
    this.#world.node.unschedulable = reason;
    this.#world.store.changed.wake();
  }

  /** Rotates a container's log: what was printed so far can only be read by those who have it open. */
  rotateLog(namespace: string, pod: string, container: string): void {
    const { uid } = this.#pod(namespace, pod).metadata;
    this.#world.logs.newest(uid, container)?.rotate();
  }

  /**
   * Forgets history: a watch from before now gets an ERROR event with 410, a list's later page the status 410. With
   * `openWatches`, the watches that are open get that event too, as if they had fallen behind.
   */
  compact({ openWatches = false }: { openWatches?: boolean } = {}): void {
    this.#world.store.compact();
    if (openWatches) this.#world.store.expireWatches();
  }

  /** Ends everything: containers are killed, streams end. */
  close(): void {
    this.#closing.abort(new Error("the simulator is closed"));
    this.faults.cutOpen({}, "eof");
  }

  #audit(method: string, url: URL): RequestRecord {
    const route = parseRoute(url.pathname);
    const place = "resource" in route ? route : undefined;
    const name = place && "name" in place ? place.name : undefined;
    const record: RequestRecord = {
      at: this.#world.clock.now(),
      method,
      path: url.pathname + url.search,
      verb: verbOf(method, route, url.searchParams),
      resource: resourceOf(route),
      // A namespace is inside itself.
      namespace: place?.resource === NAMESPACES ? name : place?.namespace,
      name,
      status: undefined,
    };
    this.requests.push(record);
    return record;
  }

  #respond(record: RequestRecord, given: Answer, signal: AbortSignal | undefined): Response {
    switch (given.kind) {
      case "json":
        return this.#json(
          record,
          given.status,
          given.body,
          given.warnings?.length
            ? { warning: given.warnings.map((text) => `299 - ${JSON.stringify(text)}`).join(", ") }
            : {},
        );
      case "text":
        record.status = given.status;
        return new Response(given.body, {
          status: given.status,
          headers: { "content-type": "text/plain; charset=utf-8" },
        });
      case "empty":
        record.status = 204;
        return new Response(null, { status: 204 });
      case "stream": {
        record.status = 200;
        const over = new AbortController();
        const connection = this.faults.onStream(record, (fault, onEnd) => {
          const ended = (one: Connection): void => {
            over.abort();
            onEnd(one);
          };
          return new Connection(given.source, { fault, onEnd: ended });
        });
        signal?.addEventListener("abort", () => connection.fail(signal.reason), { once: true, signal: over.signal });
        return new Response(connection.body, { headers: { "content-type": given.contentType } });
      }
    }
  }

  #refuse(record: RequestRecord, failure: ApiFailure): Response {
    const seconds = failure.details?.retryAfterSeconds;
    return this.#json(
      record,
      failure.code,
      failure.status,
      seconds === undefined ? {} : { "retry-after": String(seconds) },
    );
  }

  #json(record: RequestRecord, status: number, body: unknown, headers: Record<string, string>): Response {
    record.status = status;
    return new Response(JSON.stringify(body), { status, headers: { "content-type": "application/json", ...headers } });
  }

  #pod(namespace: string, name: string): Pod {
    const pod = this.#world.store.get<Pod>(PODS, namespace, name);
    if (!pod) throw notFound(PODS, name);
    return pod;
  }

  #worker(namespace: string, name: string): PodWorker {
    const worker = this.#kubelet.worker(this.#pod(namespace, name));
    if (!worker) throw notFound(PODS, name);
    return worker;
  }
}
