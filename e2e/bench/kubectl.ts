import { type ChildProcess, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";

/** real-kube's own, beside a checkout: a machine that has it may have no other. */
const BESIDE = join(import.meta.dirname, "../../../shared/real-kube/real-kube");

/** Starts kubectl: the one that `E2E_KUBECTL` names (words, split at spaces), real-kube's, or the one on the PATH. */
export function kubectl(kubeconfig: string, ...args: string[]): ChildProcess {
  const named = process.env.E2E_KUBECTL?.split(" ") ?? (existsSync(BESIDE) ? [BESIDE, "kubectl"] : ["kubectl"]);
  const [command = "kubectl", ...first] = named;
  const env = { ...process.env, KUBECONFIG: kubeconfig };
  return spawn(command, [...first, ...args], { env, stdio: ["ignore", "pipe", "inherit"] });
}

/** Milliseconds since the epoch at which the process ended. @throws when it failed */
export function endOf(child: ChildProcess): Promise<number> {
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", (code) => {
      if (code === 0) resolve(Date.now());
      else reject(new Error(`kubectl ended with ${code}`));
    });
    child.stdout?.resume();
  });
}

/** Milliseconds since the epoch at which it printed its first line. @throws when it ends without one */
export function firstLineOf(child: ChildProcess): Promise<number> {
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.stdout?.once("data", () => resolve(Date.now()));
    child.once("close", (code) => reject(new Error(`kubectl ended with ${code} before it printed anything`)));
  });
}
