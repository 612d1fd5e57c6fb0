import { networkInterfaces } from "node:os";
import { join } from "node:path";
import { answerOf, mustRun, runProgram } from "./program.ts";
import { Unmet } from "./requirements.ts";

/** Paths in `cluster.yaml` are relative to where kind is called. */
const ROOT = join(import.meta.dirname, "../..");
const CONFIG = "e2e/kind/cluster.yaml";
/** A node is up in one minute; a machine that pulls its image first, or is busy, takes more. kind's notation. */
const WAIT = "300s";

export interface NewCluster {
  readonly name: string;
  readonly image: string;
  /** Where its kubeconfig goes. The user's own is left alone. */
  readonly kubeconfig: string;
}

/** @throws Unmet where there is a cluster of that name: it is somebody's, and would be deleted in the end */
export async function requireFreeName(name: string): Promise<void> {
  const clusters = (await answerOf("kind", ["get", "clusters"])).split("\n");
  if (clusters.includes(name)) {
    throw new Unmet(
      `There is a cluster "${name}" already. \`kind delete cluster --name ${name}\`, or take another --name.`,
    );
  }
}

export async function createCluster(cluster: NewCluster, signal: AbortSignal): Promise<void> {
  process.chdir(ROOT);
  const { name, image, kubeconfig } = cluster;
  const where = ["--name", name, "--kubeconfig", kubeconfig];
  await mustRun("kind", ["create", "cluster", ...where, "--image", image, "--config", CONFIG, "--wait", WAIT], {
    signal,
  });
}

/** Deletes it, as much of it as there is. Nothing stops this, and nothing is thrown: what is left is said. */
export async function deleteCluster({ name, kubeconfig }: NewCluster): Promise<void> {
  const code = await runProgram("kind", ["delete", "cluster", "--name", name, "--kubeconfig", kubeconfig]);
  if (code !== 0) console.error(`The cluster is still there: kind delete cluster --name ${name}`);
}

/** What the nodes logged, for someone who was not there: as many files as kind can get. */
export async function keepLogs(name: string, folder: string): Promise<void> {
  await runProgram("kind", ["export", "logs", folder, "--name", name]);
}

/**
 * This machine, as pods see it: the gateway of Docker's network of kind.
 * @throws Unmet where that is an address of another machine, as that of Docker Desktop's
 */
export async function hostAddress(): Promise<string> {
  const gateways = await answerOf("docker", [
    "network",
    "inspect",
    "kind",
    "--format",
    "{{range .IPAM.Config}}{{println .Gateway}}{{end}}",
  ]);
  const gateway = gateways.split("\n").find((address) => address.includes("."));
  const own = Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? []);
  if (gateway === undefined || !own.some(({ address }) => address === gateway)) {
    throw new Unmet(
      `Docker's network has its gateway at ${gateway ?? "no IPv4 address"}, which is not this machine: pods cannot reach the model server here. ` +
        "Run this where Docker's daemon itself runs, with root's daemon, on Linux; on a Mac, in a virtual machine.",
    );
  }
  return gateway;
}
