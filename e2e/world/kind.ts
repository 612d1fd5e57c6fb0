import { execFile } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { type Cluster, loadKubeConfig, type Pod } from "@opencode-k8s/k8s-kit";
import { countRequests } from "./audit-log.ts";
import { CriLines } from "./cri-log.ts";
import { type Component, type Driver, emptyDirFolder, type HeldLog, logFolder } from "./driver.ts";

const run = promisify(execFile);

/** Where kubeadm, and so kind, has the static pods. */
const MANIFEST = "/etc/kubernetes/manifests/kube-apiserver.yaml";
/** Where `e2e/kind/cluster.yaml` has the audit log; what is full is called `audit-TIME.log` from then on. */
const AUDIT_LOGS = "/var/log/kubernetes/audit*.log";
/** The kubelet looks for new static pods every 20 s at worst, and starts an API server in some seconds; milliseconds. */
const RESTART_MS = 180_000;
const PROCESS: Readonly<Record<Component, string>> = {
  apiserver: "kube-apiserver",
  containerd: "containerd",
  kubelet: "kubelet",
  kcm: "kube-controller-manager",
  scheduler: "kube-scheduler",
};

/**
 * The driver of a kind cluster that was made with `e2e/kind/cluster.yaml`: one node, which is a container of Docker's on
 * this machine. Undefined unless the current context of `kubeconfig` is one of kind's.
 */
export function kindDriver(kubeconfig: string, admin: Cluster): Driver | undefined {
  const context = loadKubeConfig({ kind: "file", path: kubeconfig }).getCurrentContext();
  const name = /^kind-(.+)$/.exec(context)?.[1];
  return name === undefined ? undefined : new Kind(`${name}-control-plane`, admin);
}

class Kind implements Driver {
  readonly #node: string;
  readonly #admin: Cluster;

  constructor(node: string, admin: Cluster) {
    this.#node = node;
    this.#admin = admin;
  }

  async restartApiServer(ms: number): Promise<void> {
    // Without its manifest the kubelet does not start it again before its time.
    await this.#shell(`mv ${MANIFEST} /root/ && pkill -KILL -x ${PROCESS.apiserver}`);
    await sleep(ms);
    await this.#shell(`mv /root/kube-apiserver.yaml ${MANIFEST}`);
    await this.#admin.persist("GET", "/version", { signal: AbortSignal.timeout(RESTART_MS) });
  }

  async restart(component: "kubelet" | "containerd", ms: number): Promise<void> {
    await this.#shell(`systemctl kill --signal=KILL ${component}; systemctl stop ${component}`);
    await sleep(ms);
    await this.#shell(`systemctl start ${component}`);
  }

  async freeze(component: Component): Promise<void> {
    await this.#shell(`pkill -STOP -x ${short(PROCESS[component])}`);
  }

  async thaw(component: Component): Promise<void> {
    await this.#shell(`pkill -CONT -x ${short(PROCESS[component])}`);
  }

  async requestsOf(user: string, since: number): Promise<Map<string, number>> {
    return countRequests([await this.#shell(`grep -hF '${user}' ${AUDIT_LOGS} || true`)], user, since);
  }

  async holdLog(pod: Pod, container: string): Promise<HeldLog> {
    const folder = logFolder(pod, container);
    const held = `/var/log/held-${pod.metadata?.uid}-${container}`;
    // A second name on the same file system keeps a file that the kubelet deletes. Numbered as found; the names that the
    // kubelet gives begin with the number of restarts, and what was rotated since the last look comes before the newest. Ends
    // when the names are removed, or the pod is.
    const hold = `case $f in *.gz | *.tmp) continue ;; esac; [ -e "$f" ] || continue; i=$(stat -c %i "$f"); ls ${held}/*-$i >/dev/null 2>&1 || { n=$((n+1)); ln "$f" "$(printf '${held}/%s-%05d-%s' "\${f%%.*}.log" $n $i)"; }`;
    // What was rotated before it was held is not held.
    await this.#shell(
      `mkdir ${held} && cd ${folder} && n=0 && old=" $(echo [0-9]*.log.*) " && for f in [0-9]*.log; do ${hold}; done && ` +
        `{ while [ -d ${held} ] && [ -d ${folder} ]; do for f in [0-9]*.log.* [0-9]*.log; do case "$old" in *" $f "*) continue ;; esac; ${hold}; done; sleep 0.2; done >/dev/null 2>&1 & }`,
    );
    return {
      linesWritten: async () =>
        new CriLines().read(Buffer.from(await this.#shell(`cat $(ls ${held}/* | sort -V)`), "latin1")),
      files: async () => Number(await this.#shell(`ls ${held} | wc -l`)),
      release: async () => void (await this.#shell(`rm -r ${held}`)),
    };
  }

  async flag(pod: Pod, volume: string, file: string, isThere: boolean): Promise<void> {
    await this.#shell(`${isThere ? "touch" : "rm -f"} ${emptyDirFolder("/var/lib/kubelet", pod, volume)}/${file}`);
  }

  async #shell(script: string): Promise<string> {
    const { stdout } = await run("docker", ["exec", this.#node, "bash", "-c", script], {
      encoding: "latin1",
      maxBuffer: 2 ** 29,
    });
    return stdout;
  }
}

/** `pkill` knows a process by the first 15 characters of its name. */
function short(name: string): string {
  return name.slice(0, 15);
}
