import { execFile } from "node:child_process";
import { existsSync, realpathSync } from "node:fs";
import { join } from "node:path";
import { readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { promisify } from "node:util";
import type { Cluster, Pod } from "@opencode-k8s/k8s-kit";
import { countRequests } from "./audit-log.ts";
import { type Component, type Driver, emptyDirFolder, type HeldLog, logFolder } from "./driver.ts";
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
  const script = named ?? BESIDE;
  if (!existsSync(script)) return undefined;
  const { stdout } = await run(script, ["env"]);
  const theirs = /^export KUBECONFIG=(.*)$/m.exec(stdout)?.[1] ?? "";
  const same = existsSync(theirs) && realpathSync(theirs) === realpathSync(kubeconfig);
  // `…/run/pki/admin.conf`
  return named || same ? new RealKube(script, join(theirs, "../.."), admin) : undefined;
}

class RealKube implements Driver {
  readonly #script: string;
  /** Where its processes have their files. */
  readonly #folder: string;
  readonly #admin: Cluster;

  constructor(script: string, folder: string, admin: Cluster) {
    this.#script = script;
    this.#folder = folder;
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
    // The script's own `requests` ends at the first request of nobody, such as one with a token that was revoked.
    const folder = join(this.#folder, "log");
    const logs: string[] = [];
    for (const name of await readdir(folder)) {
      // What is full is called `audit-TIME.log` from then on.
      const isNewEnough = /^audit.*\.log$/.test(name) && (await stat(join(folder, name))).mtimeMs >= since;
      if (isNewEnough) logs.push(await readFile(join(folder, name), "utf8"));
    }
    return countRequests(logs, user, since);
  }

  holdLog(pod: Pod, container: string): Promise<HeldLog> {
    return HeldFiles.in(logFolder(pod, container));
  }

  async flag(pod: Pod, volume: string, file: string, isThere: boolean): Promise<void> {
    const path = join(emptyDirFolder(join(this.#folder, "kubelet"), pod, volume), file);
    await (isThere ? writeFile(path, "") : rm(path, { force: true }));
  }

  archiveOf(image: string): string {
    return join(this.#folder, "../images", `${image.replaceAll(/[/:]/g, "_")}.tar`);
  }

  async #call(...args: string[]): Promise<string> {
    const { stdout } = await run(this.#script, args, { maxBuffer: 64 * 1024 * 1024 });
    return stdout;
  }
}
