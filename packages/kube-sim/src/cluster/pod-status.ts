import { timestamp } from "../time.ts";
import type { Container, ContainerStatus, Pod, PodCondition } from "../wire.ts";

/** A container as the kubelet knows it. */
export interface ContainerRecord {
  container: Container;
  isInit: boolean;
  state: NonNullable<ContainerStatus["state"]>;
  /** How the instance before ended; empty for the first one. */
  lastState: NonNullable<ContainerStatus["lastState"]>;
  restartCount: number;
  containerID?: string;
}

/** An init container that is never done: started in its turn, stopped after the others. */
export function isSidecar({ container, isInit }: ContainerRecord): boolean {
  return isInit && container.restartPolicy === "Always";
}

/** What is true of a pod beyond its containers. */
export interface PodFacts {
  ip: string;
  hostIP: string;
  startTime: string;
  /** True once the pod's phase may say that it is over: the kubelet first reports the containers, then the phase. */
  concluded: boolean;
  /** Pod-level reason and message, for example of an eviction. */
  verdict?: { reason: string; message: string };
  /** Why the cluster took the pod's place away. */
  disruption?: { reason: string; message: string };
}

/** The status that the kubelet reports; conditions that do not change keep their time of transition. */
export function podStatus(pod: Pod, records: ContainerRecord[], facts: PodFacts, nowMs: number): Pod["status"] {
  const phase = phaseOf(records, facts);
  const everRan = records.some(({ containerID }) => containerID !== undefined);
  const init = records.filter(({ isInit }) => isInit);
  return {
    observedGeneration: pod.metadata.generation ?? 1,
    phase,
    conditions: conditionsOf(pod, records, facts, phase, timestamp(nowMs)),
    ...facts.verdict,
    hostIP: facts.hostIP,
    hostIPs: [{ ip: facts.hostIP }],
    ...(everRan && { podIP: facts.ip, podIPs: [{ ip: facts.ip }] }),
    startTime: facts.startTime,
    ...(init.length > 0 && { initContainerStatuses: init.map(containerStatus) }),
    containerStatuses: records.filter(({ isInit }) => !isInit).map(containerStatus),
    ...(pod.status.qosClass && { qosClass: pod.status.qosClass }),
  };
}

function containerStatus(record: ContainerRecord): ContainerStatus {
  const { container, state, lastState, restartCount, containerID } = record;
  const isReady = isInitOnly(record) ? state.terminated?.exitCode === 0 : state.running !== undefined;
  return {
    name: container.name,
    state,
    lastState,
    ready: isReady,
    restartCount,
    image: container.image ?? "",
    imageID: containerID ? "sha256:f9f4a83f32534f39e6b5234095d068fb7473c327bc2322f0ace1d9abac91c54b" : "",
    ...(containerID && { containerID }),
    started: state.running !== undefined,
  };
}

function phaseOf(records: ContainerRecord[], { concluded, verdict }: PodFacts): NonNullable<Pod["status"]["phase"]> {
  const main = records.filter(({ isInit }) => !isInit);
  if (concluded) {
    const isSuccess = verdict === undefined && main.every(({ state }) => state.terminated?.exitCode === 0);
    return isSuccess ? "Succeeded" : "Failed";
  }
  return main.some(({ containerID }) => containerID !== undefined) ? "Running" : "Pending";
}

function conditionsOf(
  pod: Pod,
  records: ContainerRecord[],
  facts: PodFacts,
  phase: string,
  now: string,
): PodCondition[] {
  const main = records.filter((record) => !isInitOnly(record));
  const hasSandbox = !facts.concluded && records.some(({ containerID }) => containerID !== undefined);
  const pendingInit = records.filter((record) => record.isInit && !isInitialized(record));
  const conditions: Omit<PodCondition, "lastTransitionTime">[] = [
    { type: "PodReadyToStartContainers", status: hasSandbox ? "True" : "False" },
    pendingInit.length > 0
      ? {
          type: "Initialized",
          status: "False",
          reason: "ContainersNotInitialized",
          message: `containers with incomplete status: [${names(pendingInit)}]`,
        }
      : { type: "Initialized", status: "True", ...(phase === "Succeeded" && { reason: "PodCompleted" }) },
    { type: "Ready", ...readiness(main, phase) },
    { type: "ContainersReady", ...readiness(main, phase) },
    { type: "PodScheduled", status: "True" },
  ];
  // What others said of the pod stays.
  const disruption = pod.status.conditions?.find(({ type }) => type === "DisruptionTarget") ?? facts.disruption;
  if (disruption) conditions.unshift({ type: "DisruptionTarget", status: "True", ...disruption });
  return conditions.map((condition) => {
    const before = pod.status.conditions?.find(
      ({ type, status }) => type === condition.type && status === condition.status,
    );
    return {
      lastProbeTime: null,
      ...condition,
      lastTransitionTime: before?.lastTransitionTime ?? now,
    } as unknown as PodCondition;
  });
}

/** An init container in the old sense: one that ends before the next begins. */
function isInitOnly(record: ContainerRecord): boolean {
  return record.isInit && !isSidecar(record);
}

function isInitialized(record: ContainerRecord): boolean {
  return isSidecar(record) ? record.containerID !== undefined : record.state.terminated?.exitCode === 0;
}

function readiness(main: ContainerRecord[], phase: string): { status: string; reason?: string; message?: string } {
  const unready = main.filter(({ state }) => !state.running);
  if (unready.length === 0) return { status: "True" };
  const over = main.every(({ state }) => state.terminated);
  if (over && phase === "Succeeded") return { status: "False", reason: "PodCompleted" };
  if (over && main.some(({ state }) => state.terminated?.exitCode !== 0))
    return { status: "False", reason: "PodFailed" };
  if (over) return { status: "False", reason: "PodCompleted" };
  return {
    status: "False",
    reason: "ContainersNotReady",
    message: `containers with unready status: [${names(unready)}]`,
  };
}

function names(records: ContainerRecord[]): string {
  return records.map(({ container }) => container.name).join(" ");
}
