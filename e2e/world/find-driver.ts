import type { Cluster } from "@opencode-k8s/k8s-kit";
import type { Driver } from "./driver.ts";
import { kindDriver } from "./kind.ts";
import { realKubeDriver } from "./real-kube.ts";

/** The driver of the cluster that a kubeconfig leads to: real-kube's or kind's; undefined for any other. */
export async function findDriver(kubeconfig: string, admin: Cluster): Promise<Driver | undefined> {
  return (await realKubeDriver(kubeconfig, admin)) ?? kindDriver(kubeconfig, admin);
}
