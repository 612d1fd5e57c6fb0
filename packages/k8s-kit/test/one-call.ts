/** A program whose work is over after one call, although its Cluster is still there. Takes the path of a kubeconfig. */
import { connectCluster } from "../src/cluster/index.ts";

const cluster = connectCluster({ kind: "file", path: process.argv[2] ?? "" });
await cluster.request("GET", "/version", { timeoutMs: 5_000 }).catch(() => undefined);
