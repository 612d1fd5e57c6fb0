import {
  type Cluster,
  collectionPath,
  type ContainerState,
  containerState,
  type FollowedContainer,
  followLog,
  type LogEvent,
  type Pod,
  sharedWatch,
} from "@opencode-k8s/k8s-kit";
import { type Delivery, gapDelivery, lineDelivery } from "./comparison.ts";

export interface RecordOptions {
  readonly cluster: Cluster;
  readonly pod: Pod;
  readonly container: string;
  readonly signal: AbortSignal;
  /** Sees each event; the next is asked for when it has done with it. */
  readonly onEvent?: (event: LogEvent) => Promise<void> | void;
}

/** A log as a program follows it that uses this library. The only place here that knows how that is done. */
export class Recording {
  readonly deliveries: Delivery[] = [];
  readonly messages: string[] = [];
  /** How many lines came. */
  lines = 0;
  /** How often the container was started again. */
  restarts = 0;
  /** Bytes of the longest line, and whether any was cut. */
  longest = 0;
  truncated = false;
  /** Resolves with what the log's end said of itself; rejects with what the follow threw. */
  readonly complete: Promise<boolean>;

  constructor(options: RecordOptions) {
    this.complete = this.#follow(options);
    this.complete.catch(() => undefined); // Whoever asks sees it.
  }

  async #follow({ cluster, pod, container, signal, onEvent }: RecordOptions): Promise<boolean> {
    const looking = new AbortController();
    try {
      const followed = followedContainer(cluster, pod, container, AbortSignal.any([looking.signal, signal]));
      let before: LogEvent | null = null;
      for await (const event of followLog(cluster, followed, { signal })) {
        await onEvent?.(event);
        const last = before;
        before = event;
        switch (event.type) {
          case "line":
            this.lines += 1;
            this.deliveries.push(lineDelivery(event, this.deliveries.at(-1)?.kind === "gap"));
            this.longest = Math.max(this.longest, event.bytes);
            this.truncated ||= event.truncated;
            break;
          case "gap":
            this.deliveries.push(gapDelivery(last?.type === "line" ? last : null));
            break;
          case "restart":
            this.restarts += 1;
            break;
          case "message":
            this.messages.push(event.text);
            break;
          case "end":
            return event.complete;
        }
      }
      throw new Error("the log ended without its end");
    } finally {
      looking.abort();
    }
  }
}

/** The container as the shared watch sees it, until `signal`. */
function followedContainer(cluster: Cluster, pod: Pod, container: string, signal: AbortSignal): FollowedContainer {
  const { namespace = "", name = "", uid = "" } = pod.metadata ?? {};
  const pods = sharedWatch<Pod>(cluster, { path: collectionPath.pods(namespace) });
  let state: ContainerState = containerState(pod, container);
  let changed = Promise.withResolvers<void>();
  void (async () => {
    using _ = pods.use();
    for await (const { type, object } of pods.changes(({ metadata }) => metadata?.uid === uid, signal)) {
      state = type === "deleted" ? { kind: "gone" } : containerState(object, container);
      changed.resolve();
      changed = Promise.withResolvers();
    }
  })();
  return { namespace, pod: name, podUid: uid, container, state: () => state, changed: () => changed.promise };
}
