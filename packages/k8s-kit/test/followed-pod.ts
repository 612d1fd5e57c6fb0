import {
  collectionPath,
  type ContainerState,
  containerState,
  followLog,
  type FollowedContainer,
  type FollowOptions,
  type LogEvent,
  type Pod,
  podState,
  sharedWatch,
} from "../src/index.ts";
import { CONTAINER, isPodOf, NAMESPACE, type SimCluster, startJob } from "./sim-cluster.ts";

/** Starts a Job and follows the log of its pod to the end, as a program would: the shared watch says how the container is. */
export async function followJob(world: SimCluster, options: Partial<FollowOptions> = {}): Promise<LogEvent[]> {
  const events: LogEvent[] = [];
  for await (const event of followJobEvents(world, options)) events.push(event);
  return events;
}

export async function* followJobEvents(
  world: SimCluster,
  options: Partial<FollowOptions> = {},
): AsyncGenerator<LogEvent> {
  const { cluster, signal } = world;
  const pods = sharedWatch<Pod>(cluster, { path: collectionPath.pods(NAMESPACE) });
  const looking = new AbortController();
  using _ = pods.use();
  try {
    await pods.synced(signal);
    const job = await startJob(world);
    const container = await begun(pods.changes(isPodOf(job), looking.signal));
    yield* followLog(cluster, container, { signal, ...options });
  } finally {
    looking.abort();
  }
}

/** The container once it has begun; it goes on being watched. */
export async function begun(
  changes: AsyncGenerator<{ type: "present" | "deleted"; object: Pod }>,
): Promise<FollowedContainer> {
  const started = Promise.withResolvers<Pod>();
  let changed = Promise.withResolvers<void>();
  let state: ContainerState = { kind: "gone" };
  void (async () => {
    for await (const { type, object } of changes) {
      state = type === "deleted" ? { kind: "gone" } : containerState(object, CONTAINER);
      const { kind } = podState(object, CONTAINER);
      if (kind === "running" || kind === "terminated") started.resolve(object);
      changed.resolve();
      changed = Promise.withResolvers();
    }
  })();
  const { name = "", uid = "" } = (await started.promise).metadata ?? {};
  return {
    namespace: NAMESPACE,
    pod: name,
    podUid: uid,
    container: CONTAINER,
    state: () => state,
    changed: () => changed.promise,
  };
}
