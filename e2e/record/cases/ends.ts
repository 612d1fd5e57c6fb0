import type { FailureCase } from "../failure-case.ts";
import { container, type JobPlan } from "../job-plan.ts";
import { both, ended, hasPod, job, phase, podGone, restarted, running, waiting, type When } from "../when.ts";

/** A container that ends as the script makes it. */
function ends(name: string, plan: JobPlan, ...more: [string, When][]): FailureCase {
  return {
    name,
    play: async (on) => {
      await on.start(plan);
      await on.stage("ended", ended);
      for (const [stage, when] of more) await on.stage(stage, when);
    },
  };
}

/** A limit that a program meets with its own memory; a shell is content with a tenth of it. */
const smallMemory = { resources: { limits: { memory: "32Mi" }, requests: { memory: "32Mi" } } };
/** Holds 64 MiB at once. */
const EAT = "dd if=/dev/zero of=/dev/null bs=64M count=4";
/** Not process 1, which gets no signal that it does not handle. */
const ownSignals = { shareProcessNamespace: true };
/** The shell's `$$`: Kubernetes reads two dollars in a command as one. */
const OWN_PID = "$$$$";
const untilJobFailed: [string, When] = ["failed", job("Failed")];

/** Code of the user's that runs, and does not do what it should. */
export const endCases: readonly FailureCase[] = [
  ends("oom", { main: { ...smallMemory, command: EAT.split(" ") } }, untilJobFailed),
  ends("oom-of-a-child", { main: smallMemory, run: `${EAT}; sleep 1; exit 5` }),
  ends("exit-code", { run: "echo working; sleep 1; exit 3" }, untilJobFailed),
  ends("exit-code-with-message", { run: "echo 'the disk is full' >/dev/termination-log; exit 1" }),
  ends("exit-code-with-log", {
    run: "echo 'no such model'; exit 1",
    main: { terminationMessagePolicy: "FallbackToLogsOnError" },
  }),
  ends("sigterm", { run: `sleep 1; kill -TERM ${OWN_PID}; sleep 5`, pod: ownSignals }),
  ends("sigkill", { run: `sleep 1; kill -KILL ${OWN_PID}; sleep 5`, pod: ownSignals }),
  ends("sigsegv", { run: `sleep 1; kill -SEGV ${OWN_PID}; sleep 5`, pod: ownSignals }),
  {
    name: "restarted-by-the-kubelet",
    play: async (on) => {
      await on.start({ run: "sleep 1; exit 3", pod: { restartPolicy: "OnFailure" }, job: { backoffLimit: 6 } });
      await on.stage("running-again", both(running, restarted));
      await on.stage("CrashLoopBackOff", waiting("CrashLoopBackOff"));
    },
  },
  {
    name: "backoff-limit",
    play: async (on) => {
      await on.start({ run: "exit 3", job: { backoffLimit: 1 } });
      await on.stage("first-pod-ended", ended);
      await on.stage("failed", job("Failed"));
    },
  },
  ends(
    "pod-failure-policy",
    {
      run: "exit 42",
      job: {
        backoffLimit: 3,
        podFailurePolicy: {
          rules: [{ action: "FailJob", onExitCodes: { containerName: "main", operator: "In", values: [42] } }],
        },
      },
    },
    untilJobFailed,
  ),
  {
    name: "deadline-of-the-job",
    play: async (on) => {
      await on.start({ run: "trap 'exit 143' TERM; sleep 600 & wait", job: { activeDeadlineSeconds: 5 } });
      await on.until(running);
      await on.stage("FailureTarget", job("FailureTarget"));
      await on.stage("gone", podGone);
      await on.stage("failed", job("Failed"));
    },
  },
  ends("deadline-of-the-pod", { pod: { activeDeadlineSeconds: 5 } }, ["pod-failed", phase("Failed")], untilJobFailed),
  {
    name: "init-container-exit-code",
    play: async (on) => {
      const prepare = container("prepare", "echo 'cannot clone' >/dev/termination-log; exit 4");
      await on.start({ pod: { initContainers: [prepare] } });
      await on.stage("pod-failed", phase("Failed"));
      await on.stage("failed", job("Failed"));
    },
  },
  {
    name: "init-container-restarted",
    play: async (on) => {
      await on.start({
        pod: { initContainers: [container("prepare", "exit 4")], restartPolicy: "OnFailure" },
        job: { backoffLimit: 6 },
      });
      await on.stage("CrashLoopBackOff", waiting("CrashLoopBackOff"));
    },
  },
  {
    name: "sidecar-cannot-start",
    play: async (on) => {
      const proxy = container("proxy", "", { command: ["/no/such/proxy"], restartPolicy: "Always" });
      await on.start({ pod: { initContainers: [proxy] } });
      await on.stage("CrashLoopBackOff", waiting("CrashLoopBackOff"));
    },
  },
  {
    name: "sidecar-exit-code",
    play: async (on) => {
      await on.start({ run: "sleep 2", pod: { containers: [container("proxy", "sleep 4; exit 7")] } });
      await on.stage("main-ended", ended);
      await on.stage("pod-failed", both(hasPod, phase("Failed")));
    },
  },
];
