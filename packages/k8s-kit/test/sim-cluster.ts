import {
  type ContainerIo,
  KubeSim,
  type KubeSimOptions,
  scriptedContainers,
  VirtualClock,
} from "@opencode-k8s/kube-sim";
import { Cluster, collectionPath, createOnce, type Fetch, type Job } from "../src/index.ts";

export const NAMESPACE = "default";
export const CONTAINER = "main";

/** A simulated API server, a cluster object that talks to it, and the virtual clock that drives both. */
export interface SimCluster {
  readonly clock: VirtualClock;
  readonly sim: KubeSim;
  readonly cluster: Cluster;
  /** Never aborts by itself. */
  readonly signal: AbortSignal;
  /** The next `times` calls are carried out, and their answers get lost. */
  loseAnswers(times: number): void;
  /** The next list of this resource is empty, as one from a cache that lags behind may be. */
  hideFromNextList(resource: string): void;
  /** The next list of this resource takes so many milliseconds. */
  slowNextList(resource: string, ms: number): void;
}

/** Each container does what `script` says; all randomness is 0.5. */
export function simCluster(
  script: (io: ContainerIo) => Promise<number> = () => Promise.resolve(0),
  options: KubeSimOptions = {},
): SimCluster {
  const clock = new VirtualClock();
  const sim = new KubeSim({ clock, runtime: scriptedContainers(script), ...options });
  let lost = 0;
  let hidden = "";
  let slow = { resource: "", ms: 0 };
  const call: Fetch = async (url, init) => {
    const response = await sim.fetch(url, init);
    const { verb, resource = "" } = sim.requests.at(-1) ?? {};
    const listed = verb === "list" ? resource : "";
    if (hidden !== "" && listed === hidden) {
      hidden = "";
      return Response.json({ ...((await response.json()) as object), items: [] });
    }
    if (slow.resource !== "" && listed === slow.resource) {
      const { ms } = slow;
      slow = { resource: "", ms: 0 };
      await clock.sleep(ms);
    }
    if (lost === 0) return response;
    lost -= 1;
    throw new TypeError("fetch failed");
  };
  const transport = {
    call,
    stream: sim.fetch,
    headers: () => Promise.resolve({}),
    close: () => Promise.resolve(),
  };
  const cluster = new Cluster({ server: "https://sim", transport, clock, random: () => 0.5 });
  const loseAnswers = (times: number): void => void (lost = times);
  const hideFromNextList = (resource: string): void => void (hidden = resource);
  const slowNextList = (resource: string, ms: number): void => void (slow = { resource, ms });
  const { signal } = new AbortController();
  return { clock, sim, cluster, signal, loseAnswers, hideFromNextList, slowNextList };
}

/** Creates a Job of one container. */
export function startJob(
  { cluster, signal }: SimCluster,
  name: string = "job",
  labels: Record<string, string> = {},
): Promise<Job> {
  const container = { name: CONTAINER, image: "image:1", command: ["run"] };
  const spec = {
    backoffLimit: 0,
    template: { metadata: { labels }, spec: { restartPolicy: "Never", containers: [container] } },
  };
  return createOnce(
    cluster,
    collectionPath.jobs(NAMESPACE),
    { apiVersion: "batch/v1", kind: "Job", metadata: { name, labels }, spec },
    signal,
  );
}

/** Uids of the Jobs that there are. */
export async function jobUids({ cluster }: SimCluster): Promise<unknown[]> {
  const list = await cluster.request<{ items: Job[] }>("GET", collectionPath.jobs(NAMESPACE));
  return list.items.map(({ metadata }) => metadata?.uid);
}
