export { Cluster, type ClusterOptions, type Query, type RequestOptions } from "./cluster.ts";
export type { ClusterObserver, RequestFact } from "./cluster-observer.ts";
export { KubeConfigError } from "./kube-config-error.ts";
export { type KubeConfigSource, loadKubeConfig } from "./kube-config.ts";
export { connectCluster } from "./network-transport.ts";
export type { JsonPatchStep, Patch } from "./patch.ts";
export type { Fetch, Transport } from "./transport.ts";
