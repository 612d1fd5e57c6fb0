export { clusterCounters } from "./cluster-counters.ts";
export { RunTrace } from "./run-trace.ts";
