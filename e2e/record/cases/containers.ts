import { collectionPath } from "@opencode-k8s/k8s-kit";
import type { FailureCase } from "../failure-case.ts";
import { both, ended, event, job, waiting } from "../when.ts";
import type { JobPlan } from "../job-plan.ts";

/** A container that the kubelet cannot even create: it goes on trying. */
function notCreated(name: string, plan: JobPlan): FailureCase {
  return {
    name,
    play: async (on) => {
      await on.create(collectionPath.secrets(on.namespace), { metadata: { name: "empty" } });
      await on.start(plan);
      await on.stage("CreateContainerConfigError", waiting("CreateContainerConfigError"));
    },
  };
}

/** A container whose first process cannot be started: the runtime says so, and it counts as ended. */
function notStarted(name: string, plan: JobPlan): FailureCase {
  return {
    name,
    play: async (on) => {
      const data = { program: "neither a script nor a binary\n" };
      await on.create(`/api/v1/namespaces/${on.namespace}/configmaps`, { metadata: { name: "files" }, data } as object);
      await on.start(plan);
      await on.stage("ended", ended);
    },
  };
}

/** A volume that the kubelet cannot mount: it goes on trying. */
function notMounted(name: string, volume: Record<string, unknown>): FailureCase {
  return {
    name,
    play: async (on) => {
      await on.start({
        main: { volumeMounts: [{ name: "data", mountPath: "/data" }] },
        pod: { volumes: [{ name: "data", ...volume }] },
      });
      await on.stage("FailedMount", both(waiting("ContainerCreating"), event("FailedMount")));
    },
  };
}

const fromSecret = (name: string, key: string): JobPlan => ({
  main: { env: [{ name: "TOKEN", valueFrom: { secretKeyRef: { name, key } } }] },
});
const files = { volumes: [{ name: "files", configMap: { name: "files", defaultMode: 0o755 } }] };
const volumeMounts = [{ name: "files", mountPath: "/files" }];

/** Containers that do not come to run any code of the user's. */
export const containerCases: readonly FailureCase[] = [
  notCreated("config-secret-missing", fromSecret("missing", "token")),
  notCreated("config-secret-key-missing", fromSecret("empty", "token")),
  notCreated("config-configmap-missing", {
    main: { envFrom: [{ configMapRef: { name: "missing" } }] },
  }),
  notCreated("config-must-not-be-root", { main: { securityContext: { runAsNonRoot: true } } }),
  notStarted("start-command-missing", { main: { command: ["/no/such/program"] } }),
  notStarted("start-exec-format", { main: { command: ["/files/program"], volumeMounts }, pod: files }),
  notStarted("start-permission-denied", { main: { command: ["/etc/passwd"] } }),
  {
    name: "start-command-missing-restarted",
    play: async (on) => {
      await on.start({
        main: { command: ["/no/such/program"] },
        pod: { restartPolicy: "OnFailure" },
        job: { backoffLimit: 4 },
      });
      await on.stage("RunContainerError", waiting("RunContainerError"));
      await on.stage("CrashLoopBackOff", waiting("CrashLoopBackOff"));
    },
  },
  notMounted("volume-secret-missing", { secret: { secretName: "missing" } }),
  notMounted("volume-configmap-missing", { configMap: { name: "missing" } }),
  notMounted("volume-path-of-other-type", { hostPath: { path: "/etc/passwd", type: "Directory" } }),
  {
    name: "deadline-before-start",
    play: async (on) => {
      await on.start({ ...fromSecret("missing", "token"), job: { activeDeadlineSeconds: 5 } });
      await on.stage("FailureTarget", job("FailureTarget"));
      await on.stage("failed", job("Failed"));
    },
  },
];
