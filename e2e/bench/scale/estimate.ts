import type { Point } from "./point.ts";
import type { ScalingRecord } from "./record.ts";

/** What is asked for. */
const RUNS = 10_000;
const NAMESPACES = 20;
/** Assumed of a run: how long it goes on, seconds, and how often it prints a line, each second. */
const RUN_SEC = 600;
const LINES_PER_SEC = 0.5;
/** Log streams opened again for silence: one in so many seconds (packages/k8s-kit/src/logs). */
const SILENCE_SEC = 120;
/** Calls of one process at a time (packages/k8s-kit/src/cluster). */
const CALLS = 16;
/** Of a node, by default: kubernetes.io, "Considerations for large clusters". */
const PODS_PER_NODE = 110;
/** Part of a processor that the adapter may take of Paperclip's event loop. */
const SHARE = 0.5;
/** Of Node's heap by default on a server of 16 GiB or more, and how much of it may be the adapter's. */
const HEAP_BYTES = 4e9;

const WRITE = /^(create|update|patch|delete) /;

/** What 10,000 runs ask for, calculated from what was measured. */
export function estimate({ scale: { onSim, manyLines }, onCluster }: ScalingRecord): string {
  const most = onSim.at(-1);
  const few = onSim.find(({ runs }) => runs === manyLines.runs);
  if (!most || !few) throw new Error("the record lacks what the estimate is made of");
  const { perLineMs, perRunMs } = processorTime(few, manyLines, most);
  const perSec = RUNS / RUN_SEC;
  const requests = most.requestsPerRun * perSec;
  const writes =
    Object.entries(most.requests).reduce((sum, [what, count]) => sum + (WRITE.test(what) ? count : 0), 0) / most.runs;
  const objects = most.writesPerRun ?? Number.NaN;
  const loopPerRun = perRunMs / 1000 / RUN_SEC + (perLineMs / 1000) * LINES_PER_SEC;
  const byLoop = SHARE / loopPerRun;
  const byMemory = (HEAP_BYTES * SHARE) / most.heapPerRun;
  const [one] = onSim;
  const resident = one ? (most.resident - one.resident) / (most.runs - one.runs) : Number.NaN;
  const end = Math.min(byLoop, byMemory);
  const processes = Math.ceil(RUNS / end);
  const seats = onCluster
    ? `A request took ${onCluster.seatMs.toFixed(0)} ms of a seat on the cluster measured above, which was overloaded (mean of all that its service accounts asked for), so ${((requests + RUNS / SILENCE_SEC) * (onCluster.seatMs / 1000)).toFixed(1)} seats are taken on average. The level has ${onCluster.seats} there, as the defaults of 1.35 make it (600 in all, 100 of 245 shares).`
    : "";
  const held = onCluster
    ? ` While ${onCluster.point.together} logs were followed, the API server counted ${onCluster.seatsTaken} seats of the level as taken.`
    : "";
  return `## What ${RUNS.toLocaleString("en")} runs over ${NAMESPACES} namespaces would ask for

Calculated, not measured: from the requests, memory and processor time of a run among ${most.runs} above, and from the difference that ${manyLines.lines / manyLines.runs} lines
make to ${few.lines / few.runs}. Assumed of a run: ${RUN_SEC / 60} minutes, and a line every ${1 / LINES_PER_SEC} seconds. That is ${perSec.toFixed(1)} runs that begin and end each second.

**API priority and fairness.** ${perSec.toFixed(1)} × ${most.requestsPerRun.toFixed(0)} = ${requests.toFixed(0)} requests a second; if all runs were silent, ${(RUNS / SILENCE_SEC).toFixed(0)} more, for logs that are opened again. A service account outside of \`kube-system\` falls
under the flow schema \`service-accounts\`, and so into the level \`workload-low\`, one flow for each user (\`kubectl get flowschemas\`, as on the cluster above). ${seats}
Following a log is a long-running request, which takes no seat and is not counted ([Flow control](https://kubernetes.io/docs/concepts/cluster-administration/flow-control/)); a watch takes one until its first answer is
given.${held} One process has at most ${CALLS} calls under way, whatever happens: a burst waits in the process, not in the API server's queues. It opens ${most.watches} × ${NAMESPACES} = ${most.watches * NAMESPACES} watches, after as many lists; a
list of ${RUNS / NAMESPACES} Jobs takes about a seat for each 100 objects, for as long as it is made.

**Kubelets.** Each run is one stream from the API server to the kubelet of its node, ${RUNS.toLocaleString("en")} in all, and one connection from Paperclip to the API server. A node has
at most ${PODS_PER_NODE} pods by default ([large clusters](https://kubernetes.io/docs/setup/best-practices/cluster-large/)): ${Math.ceil(RUNS / PODS_PER_NODE)} nodes, at most ${PODS_PER_NODE} streams a kubelet, which is little; the many are at the API servers, and at the load
balancer before them, whose limit of connections has to be higher than that. Where the API server reaches nodes through [Konnectivity](https://kubernetes.io/docs/tasks/extend-kubernetes/setup-konnectivity/), all of these streams go through its agents' tunnels; how
many agents that takes was not measured here.

**etcd.** For one run the cluster writes ${objects.toFixed(0)} times, ${writes.toFixed(0)} of them for the run's own requests, the others for the status of Job and pod, events and deletions (kube-sim, whose course of a Job
is held against a real cluster's): ${(objects * perSec).toFixed(0)} writes a second. A line of a log writes nothing. While it goes on a run has one Job, one pod, a Secret and a Lease, which stays with its
agent: ${(RUNS * 4).toLocaleString("en")} objects. Whether an etcd takes that is to be measured on its own disks ([how](https://etcd.io/docs/v3.5/op-guide/performance/)).

**One event loop.** A run takes ${perRunMs.toFixed(0)} ms of the processor to begin and to end, and ${perLineMs.toFixed(2)} ms for each line: ${(loopPerRun * 1000).toFixed(2)} ms a second. Half a processor is enough for ${thousands(byLoop)} runs; half of
a heap of ${HEAP_BYTES / 1e9} GB (\`--max-old-space-size\`) for ${thousands(byMemory)}; of resident memory, TLS of the log's connection included, a run takes ${(resident / 1e6).toFixed(1)} MB. So **one Paperclip process ends at about ${thousands(end)} runs** of that kind, and ${RUNS.toLocaleString("en")} take ${processes} of them, with ${processes * most.watches * NAMESPACES} watches at most. What Paperclip itself does with a
line (it writes it into its database) is not in these numbers, and comes first. An agent that prints ten lines a second takes ${((perRunMs / RUN_SEC + perLineMs * 10) / (loopPerRun * 1000)).toFixed(0)} times as much.
`;
}

/** Of a line, from two loads that differ by their lines only; of a run without its lines, milliseconds. */
function processorTime(few: Point, many: Point, most: Point): { perLineMs: number; perRunMs: number } {
  const linesOf = ({ lines, runs }: Point): number => lines / runs;
  const perLineMs = (many.cpuPerRun - few.cpuPerRun) / (linesOf(many) - linesOf(few));
  return { perLineMs, perRunMs: most.cpuPerRun - perLineMs * linesOf(most) };
}

function thousands(count: number): string {
  return (Math.round(count / 100) * 100).toLocaleString("en");
}
