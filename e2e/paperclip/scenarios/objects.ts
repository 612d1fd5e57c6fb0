import type { Cluster } from "@opencode-k8s/k8s-kit";

interface Discovered {
  readonly resources: readonly {
    readonly name: string;
    readonly namespaced: boolean;
    readonly verbs: readonly string[];
  }[];
}

/** Where the objects of a namespace are listed: all kinds that the cluster has, but Secrets. */
export async function collectionsOf(admin: Cluster, namespace: string): Promise<string[]> {
  const get = <T>(path: string): Promise<T> => admin.request<T>("GET", path);
  const { groups } = await get<{ groups: { preferredVersion: { groupVersion: string } }[] }>("/apis");
  const versions = ["/api/v1", ...groups.map(({ preferredVersion }) => `/apis/${preferredVersion.groupVersion}`)];
  const kinds = await Promise.all(
    versions.map(async (version) => {
      const { resources } = await get<Discovered>(version);
      return resources
        .filter(({ name, namespaced, verbs }) => namespaced && verbs.includes("list") && name !== "secrets")
        .map(({ name }) => `${version}/namespaces/${namespace}/${name}`);
    }),
  );
  return kinds.flat();
}
