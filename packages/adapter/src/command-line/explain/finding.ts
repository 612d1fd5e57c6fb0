import { jobState, type Job, startPhase, podState } from "@opencode-k8s/k8s-kit";
import { CONTAINER_NAME } from "@opencode-k8s/job-manifest";
import { CODES, type Failure, judge, judgeOpenCode, type Retried } from "../../conclude/index.ts";
import { createdAt } from "../runs/run-jobs.ts";
import { inWords } from "../output/span.ts";
import type { Look } from "./look.ts";

/** How a run stands. */
export interface Finding {
  /** `stuck`: it goes on, and something keeps it. */
  readonly verdict: "succeeded" | "failed" | "stuck" | "going_on";
  /** In words: what it is doing, or was when it ended. */
  readonly phase: string;
  /** Of docs/errors.md; `null` where nothing is wrong, or no code is for it. */
  readonly failure: Failure | null;
  /** What is worth a look although it is no failure. */
  readonly warning: string | null;
}

/** Of a suspended Job longer than this nobody is about to resume it, milliseconds: a claim is taken from its holder then. */
const PREPARED_MS = 60_000;

const PHASES = {
  schedule: "waiting for a node",
  imagePull: "pulling its image",
  start: "starting its pod",
} as const;

/** @param now wall clock, milliseconds since the epoch */
export function findingOf(look: Look, now: number): Finding {
  const { job, outcome, over, progress } = look;
  const phase = phaseOf(look);
  const opencode = judgeOpenCode(outcome, job.metadata?.labels?.["paperclip.io/session-id"] !== undefined);
  if (over) {
    const verdict = judge(outcome, opencode);
    if (verdict.ok) return { verdict: "succeeded", phase, failure: null, warning: null };
    return { verdict: "failed", phase, failure: verdict, warning: null };
  }
  if (outcome.diagnosis) {
    const verdict = judge(outcome, opencode);
    return { verdict: "stuck", phase, failure: verdict.ok ? null : verdict, warning: null };
  }
  const age = now - createdAt(job);
  if (jobState(job).kind === "suspended" && age > PREPARED_MS) {
    const warning = `Nobody has resumed the Job for ${inWords(age)}: whoever made it went away, or a queue holds it. It has no pod, and gc deletes it.`;
    return { verdict: "stuck", phase, failure: null, warning };
  }
  return { verdict: "going_on", phase, failure: null, warning: progress.looping && loopWarning(look) };
}

function phaseOf({ job, pod, over, outcome }: Look): string {
  if (over) return "ended";
  const { kind } = jobState(job);
  if (kind === "deleting") return "being deleted";
  if (kind === "suspended") return "suspended";
  if (outcome.started) return "running";
  return PHASES[startPhase(pod && podState(pod, CONTAINER_NAME))];
}

function loopWarning({ progress: { looping, loop } }: Look): string {
  return looping === "same_tool_call"
    ? `It has called ${loop.tool ?? ""} ${loop.sameToolCalls} times in a row with the same input: it may be going round in circles.`
    : `${loop.unknownFinishes} steps in a row ended for no reason that OpenCode knows.`;
}

/** Who begins the run again, in words. */
export function whoTriesAgain({ code, transient = false }: Failure): string {
  const { retried } = CODES[code];
  return RETRIED[retried === "by_cause" ? (transient ? "passes" : "nobody") : retried];
}

const RETRIED: Readonly<Record<Exclude<Retried, "by_cause">, string>> = {
  passes: "Paperclip, by itself",
  session: "Paperclip 2026.916, where the session outlives the pod: it is gone on with",
  nobody: "nobody: a person has to look",
};

/** Where the Job's result stands with Paperclip; `null` while nobody has it. */
export function collectedWord({ metadata }: Job, collected: string): string | null {
  const word = metadata?.annotations?.[collected];
  if (word === undefined) return null;
  return word === "superseded" ? "a later run of the task went on without its result" : "its result was handed over";
}
