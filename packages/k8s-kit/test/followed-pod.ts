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
import { CONTAINER, NAMESPACE, type SimCluster } from "./sim-cluster.ts";

type RestartPolicy = "Never" | "OnFailure" | "Always";

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
  using pod = await startPod(world);
  yield* followLog(world.cluster, pod.container, { signal: world.signal, ...options });
}

/** A pod of one container that has begun; it is watched until this is disposed. */
export interface StartedPod extends Disposable {
  readonly container: FollowedContainer;
}

export async function startPod(world: SimCluster, restartPolicy: RestartPolicy = "Never"): Promise<StartedPod> {
  const { cluster, signal } = world;
  const pods = sharedWatch<Pod>(cluster, { path: collectionPath.pods(NAMESPACE) });
  const looking = new AbortController();
  const use = pods.use();
  await pods.synced(signal);
  const body = {
    metadata: { name: "pod" },
    spec: { restartPolicy, containers: [{ name: CONTAINER, image: "image:1", command: ["run"] }] },
  };
  const { metadata } = await cluster.request<Pod>("POST", collectionPath.pods(NAMESPACE), { body, signal });
  const isOurs = (pod: Pod): boolean => pod.metadata?.uid === metadata?.uid;
  const container = await begun(pods.changes(isOurs, looking.signal));
  return {
    container,
    [Symbol.dispose]() {
      looking.abort();
      use[Symbol.dispose]();
    },
  };
}

/** The container once it has begun; it goes on being watched. */
async function begun(
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
