import { type Cluster, collectionPath } from "@opencode-k8s/k8s-kit";

/** When the container runtime read the last line that a finished Job's pod wrote. Milliseconds since the epoch. */
export async function lastStamp(cluster: Cluster, namespace: string, job: string): Promise<number> {
  const query = { labelSelector: `job-name=${job}` };
  const pods = await cluster.request<{ items: { metadata: { name: string } }[] }>(
    "GET",
    collectionPath.pods(namespace),
    {
      query,
    },
  );
  const path = `${collectionPath.pods(namespace)}/${pods.items[0]?.metadata.name}/log`;
  const log = await cluster.stream(path, {
    query: { tailLines: 1, timestamps: true },
    signal: AbortSignal.timeout(10_000),
  });
  return Date.parse((await log.text()).split(" ")[0] ?? "");
}
