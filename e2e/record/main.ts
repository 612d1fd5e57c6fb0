/**
 * Provokes failures of Jobs on a real cluster, and keeps the objects that the cluster then shows as fixtures of k8s-kit.
 *
 *   E2E_KUBECONFIG=… node e2e/record/main.ts [case…]     default: every case that disturbs nobody else on the cluster
 *
 * The cases that do (`node-lost`) are played when they are named. Those that a cluster cannot play are skipped, by name.
 * E2E_SHELL_IMAGE: an image with a shell, on the nodes or pullable by them. It needs the rights of a cluster's admin.
 */
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type Cluster, connectCluster } from "@opencode-k8s/k8s-kit";
import type { Driver } from "../world/index.ts";
import { realKubeDriver } from "../world/real-kube.ts";
import { openNamespace } from "./case-namespace.ts";
import { cases, disruptiveCases } from "./cases/index.ts";
import { textOf } from "./fixture.ts";
import type { DisruptiveCase, FailureCase } from "./failure-case.ts";
import { Recording } from "./recording.ts";
import { startRegistry } from "./registry.ts";

const FIXTURES = join(import.meta.dirname, "../../packages/k8s-kit/fixtures/failures");
/** Cases that are played at the same time. */
const CONCURRENCY = 4;

const kubeconfig = process.env.E2E_KUBECONFIG;
if (!kubeconfig) throw new Error("set E2E_KUBECONFIG: see e2e/README.md");
const cluster = connectCluster({ kind: "file", path: kubeconfig });
const driver = await realKubeDriver(kubeconfig, cluster);
const interrupted = new AbortController();
for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => interrupted.abort(new Error(signal)));
const wanted = choose(process.argv.slice(2));
await mkdir(FIXTURES, { recursive: true });
{
  await using _registry = wanted.some(({ needs }) => needs === "registry") ? await startRegistry() : null;
  await Promise.all(Array.from({ length: CONCURRENCY }, () => playAll(wanted)));
}
await cluster.close();

function choose(names: readonly string[]): (FailureCase | DisruptiveCase)[] {
  const all = [...cases, ...disruptiveCases];
  const unknown = names.filter((name) => !all.some((each) => each.name === name));
  if (unknown.length > 0)
    throw new Error(`no case ${unknown.join(", ")}; cases: ${all.map(({ name }) => name).join(" ")}`);
  return names.length === 0 ? [...cases] : all.filter(({ name }) => names.includes(name));
}

async function playAll(rest: (FailureCase | DisruptiveCase)[]): Promise<void> {
  for (let next = rest.shift(); next && !interrupted.signal.aborted; next = rest.shift()) {
    try {
      console.log(`${next.name}: ${await play(cluster, driver, next)}`);
    } catch (error) {
      console.error(`${next.name}: FAILED: ${String(error)}`);
      process.exitCode = 1;
    }
  }
}

/** Plays one case and writes its fixture. Says what came of it. */
async function play(on: Cluster, hand: Driver | undefined, each: FailureCase | DisruptiveCase): Promise<string> {
  // Nodes that are not this machine do not reach its loopback.
  if (each.needs !== undefined && !hand) return `skipped, this cluster has no ${each.needs}`;
  await using namespace = await openNamespace(on);
  await using recording = await Recording.open(on, namespace, interrupted.signal);
  if (each.needs === "driver") {
    if (hand) await each.play(recording, hand);
  } else await each.play(recording);
  const fixture = await recording.fixture();
  await writeFile(join(FIXTURES, `${each.name}.json`), textOf(fixture, { [namespace.name]: "record" }));
  return Object.keys(fixture.stages).join(", ");
}
