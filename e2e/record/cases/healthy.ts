import type { FailureCase } from "../failure-case.ts";
import { container } from "../job-plan.ts";
import { both, ended, event, hasPod, job, phase, running, waiting } from "../when.ts";

/** A sidecar that the kubelet ends with SIGTERM once the main container is over. */
const proxy = container("proxy", "trap 'exit 143' TERM; while :; do sleep 1; done", { restartPolicy: "Always" });
const stubborn = container("proxy", "while :; do sleep 1; done", { restartPolicy: "Always" });

/** What looks like a failure to whoever reads only a part of it, and what is none at all. */
export const healthyCases: readonly FailureCase[] = [
  {
    name: "healthy",
    play: async (on) => {
      await on.start({ run: "sleep 3" });
      await on.stage("starting", hasPod);
      await on.stage("creating", waiting("ContainerCreating"));
      await on.stage("running", running);
      await on.stage("ended", ended);
      await on.stage("complete", job("Complete"));
    },
  },
  {
    name: "healthy-sidecar-ended-143",
    play: async (on) => {
      await on.start({ run: "sleep 2", pod: { initContainers: [proxy] } });
      await on.stage("main-ended", ended);
      await on.stage("succeeded", phase("Succeeded"));
      await on.stage("complete", job("Complete"));
    },
  },
  {
    name: "healthy-sidecar-ended-137",
    play: async (on) => {
      await on.start({ run: "sleep 2", pod: { initContainers: [stubborn] } });
      await on.stage("succeeded", phase("Succeeded"));
    },
  },
  {
    name: "healthy-mesh-sidecar-ended-143",
    play: async (on) => {
      const mesh = container("mesh", "sleep 4; exit 143");
      await on.start({ run: "sleep 2", pod: { containers: [mesh] } });
      await on.stage("main-ended", ended);
      await on.stage("pod-failed", phase("Failed"));
      await on.stage("failed", job("Failed"));
    },
  },
  {
    name: "healthy-sidecar-crashes-beside-main",
    play: async (on) => {
      const crashing = container("proxy", "sleep 1; exit 1", { restartPolicy: "Always" });
      await on.start({ pod: { initContainers: [crashing] } });
      await on.stage("running", both(running, waiting("CrashLoopBackOff")));
    },
  },
  {
    name: "healthy-mounted-late",
    play: async (on) => {
      await on.start({
        main: { volumeMounts: [{ name: "data", mountPath: "/data" }] },
        pod: { volumes: [{ name: "data", secret: { secretName: "late" } }] },
      });
      await on.until(event("FailedMount"));
      await on.create(`/api/v1/namespaces/${on.namespace}/secrets`, { metadata: { name: "late" } });
      await on.stage("running", running);
    },
  },
];
