/** A {@link TroubledCluster} in a process of its own. A {@link Part}. */
import { serveTls, systemClock } from "@opencode-k8s/kube-sim";
import { answerAs } from "../scale/part.ts";
import { TroubledCluster } from "./troubled-cluster.ts";

/** What the cluster has seen. */
export interface TroubledSeen {
  readonly faults: readonly string[];
  /** Lines that the container of each run has written, by run. */
  readonly written: Readonly<Record<string, number>>;
  readonly objects: number;
}

const troubled = new TroubledCluster(systemClock, Number(process.argv[2]));
const server = await serveTls(troubled.sim);
answerAs({
  kubeconfig: () => server.kubeconfig,
  trouble: () => troubled.trouble(),
  calm: () => troubled.calm(),
  seen: async (): Promise<TroubledSeen> => {
    const { faults, written } = troubled;
    return { faults, written, objects: await troubled.objects() };
  },
});
