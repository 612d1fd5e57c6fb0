/**
 * The suite on a kind cluster of its own: makes the cluster, brings the images, runs the suite, and deletes the cluster,
 * however that ends.
 *
 *   pnpm e2e:kind [--kubernetes 1.36] [--keep] [--name e2e] [--logs FOLDER] [what vitest is to be told…]
 *
 * --kubernetes  a minor of versions.json, or a node image in full; the newest minor unless given (or KIND_KUBERNETES)
 * --keep        leaves the cluster, and says how to go on with it
 * --name        the cluster's name; no cluster that is there already is taken
 * --logs        where to keep the nodes' logs, if the suite fails
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createCluster, deleteCluster, hostAddress, keepLogs, type NewCluster, requireFreeName } from "./cluster.ts";
import { loadImages } from "./images.ts";
import { type Options, readOptions } from "./options.ts";
import { runProgram } from "./program.ts";
import { requireTools, Unmet } from "./requirements.ts";
import { newestMinor, nodeImage, readVersions } from "./versions.ts";

const stop = new AbortController();
// Not once: a second Ctrl-C must not end us before the cluster is deleted.
for (const signal of ["SIGINT", "SIGTERM"] as const)
  process.on(signal, () => stop.abort(new Unmet(`Ended by ${signal}.`)));

async function main(): Promise<number> {
  const options = readOptions(process.argv.slice(2));
  const versions = await readVersions();
  const image = nodeImage(versions, options.kubernetes ?? newestMinor(versions));
  await requireTools(versions);
  await requireFreeName(options.name);
  const folder = await mkdtemp(join(tmpdir(), "e2e-kind-"));
  const cluster = { name: options.name, image, kubeconfig: join(folder, "kubeconfig") };
  let made: Readonly<Record<string, string>> | undefined;
  try {
    await createCluster(cluster, stop.signal);
    made = await prepare(cluster);
    const code = await runProgram("vitest", ["run", "--config", "e2e/vitest.config.ts", ...options.vitest], {
      signal: stop.signal,
      env: made,
    });
    stop.signal.throwIfAborted();
    if (code !== 0 && options.logs !== undefined) await keepLogs(options.name, options.logs);
    return code;
  } finally {
    if (options.keep && made !== undefined) {
      console.log(kept(options, made));
    } else {
      await deleteCluster(cluster);
      await rm(folder, { recursive: true });
    }
  }
}

/** What the suite is told of the cluster: e2e/README.md. */
async function prepare(cluster: NewCluster): Promise<Readonly<Record<string, string>>> {
  const hostIp = await hostAddress();
  const images = await loadImages(cluster.name, stop.signal);
  return {
    E2E_KUBECONFIG: cluster.kubeconfig,
    E2E_HOST_IP: hostIp,
    E2E_AGENT_IMAGE: images.agent,
    E2E_SHELL_IMAGE: images.shell,
    E2E_STORAGE_CLASS: "standard",
  };
}

function kept({ name }: Options, variables: Readonly<Record<string, string>>): string {
  const settings = Object.entries(variables).map(([key, value]) => `${key}=${value}`);
  return `The cluster is kept. Again: ${settings.join(" ")} pnpm e2e\nDelete it: kind delete cluster --name ${name}`;
}

try {
  process.exitCode = await main();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
