import { execFile } from "node:child_process";
import { existsSync, realpathSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import type { Cluster, Pod } from "@opencode-k8s/k8s-kit";
import { type Component, type Driver, type HeldLog, logFolder } from "./driver.ts";
import { HeldFiles } from "./held-files.ts";

const run = promisify(execFile);

/** Where its script lies beside a checkout. */
const BESIDE = join(import.meta.dirname, "../../../shared/real-kube/real-kube");
/** An API server that was started answers after 3 to 6 s on two busy cores; milliseconds. */
const RESTART_MS = 120_000;

/**
 * The driver of a real-kube cluster: of the script in `E2E_REAL_KUBE`, or of the one beside the checkout when its
 * cluster is the one of `kubeconfig`. Undefined for any other cluster.
 */
export async function realKubeDriver(kubeconfig: string, admin: Cluster): Promise<Driver | undefined> {
  const named = process.env.E2E_REAL_KUBE;
  if (named) return new RealKube(named, admin);
  if (!existsSync(BESIDE)) return undefined;
  const { stdout } = await run(BESIDE, ["env"]);
  const theirs = /^export KUBECONFIG=(.*)$/m.exec(stdout)?.[1] ?? "";
  const same = existsSync(theirs) && realpathSync(theirs) === realpathSync(kubeconfig);
  return same ? new RealKube(BESIDE, admin) : undefined;
}

class RealKube implements Driver {
  readonly #script: string;
  readonly #admin: Cluster;

  constructor(script: string, admin: Cluster) {
    this.#script = script;
    this.#admin = admin;
  }

  async restartApiServer(ms: number): Promise<void> {
    await this.#call("restart", "apiserver", String(ms / 1000));
    await this.#admin.persist("GET", "/version", { signal: AbortSignal.timeout(RESTART_MS) });
  }

  async restart(component: "kubelet" | "containerd", ms: number): Promise<void> {
    await this.#call("restart", component, String(ms / 1000));
  }

  async freeze(component: Component): Promise<void> {
    await this.#call("freeze", component);
  }

  async thaw(component: Component): Promise<void> {
    await this.#call("thaw", component);
  }

  async requestsOf(user: string, since: number): Promise<Map<string, number>> {
    const output = await this.#call("requests", user, new Date(since).toISOString());
    const counted = output.matchAll(/^(\d+) (\S+ \S+)$/gm);
    return new Map([...counted].flatMap(([, count, what = ""]) => (what === "in all" ? [] : [[what, Number(count)]])));
  }

  holdLog(pod: Pod, container: string): Promise<HeldLog> {
    return HeldFiles.in(logFolder(pod, container));
  }

  async #call(...args: string[]): Promise<string> {
    const { stdout } = await run(this.#script, args, { maxBuffer: 64 * 1024 * 1024 });
    return stdout;
  }
}
