/** A kube-sim in a process of its own, so that its work is not counted as that of who talks to it. Started by `fork`. */
import { KubeSim, scriptedContainers, serveTls } from "@opencode-k8s/kube-sim";

/** What this process sends first. */
export interface SimServerReady {
  readonly kubeconfig: string;
}

/** What it answers to any message: requests so far, by verb and resource. */
export type SimServerRequests = Record<string, number>;

/** Lines that a container writes, one each second. */
const LINES = Number(process.argv[2]);

const sim = new KubeSim({
  allocatable: { pods: "1000", cpu: "1000", memory: "1000Gi" },
  runtime: scriptedContainers(async (io) => {
    for (let line = 1; line <= LINES; line += 1) {
      io.print(`line ${line} of ${LINES}\n`);
      await io.sleep(1_000);
    }
    return 0;
  }),
});
const server = await serveTls(sim);
process.on("message", () => {
  const counts: SimServerRequests = {};
  for (const { verb, resource } of sim.requests)
    counts[`${verb} ${resource}`] = (counts[`${verb} ${resource}`] ?? 0) + 1;
  process.send?.(counts);
});
process.on("disconnect", () => process.exit());
process.send?.({ kubeconfig: server.kubeconfig } satisfies SimServerReady);
