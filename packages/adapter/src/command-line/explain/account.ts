import { CONTAINER_NAME } from "@opencode-k8s/job-manifest";
import { refOf } from "@opencode-k8s/k8s-kit";
import { CODES } from "../../conclude/index.ts";
import { ADOPTED_BY, COLLECTED } from "../../exclusion/index.ts";
import { receiptNotes } from "../../observe/index.ts";
import type { ClusterOptions } from "../options/cluster-choice.ts";
import { NAME } from "../help-texts.ts";
import { createdAt, runIdOf } from "../runs/run-jobs.ts";
import { inWords } from "../output/span.ts";
import type { Row } from "../output/table.ts";
import { collectedWord, type Finding, whoTriesAgain } from "./finding.ts";
import type { Look } from "./look.ts";

/** All that is told of a run, for a program. Its names are a contract: some are added, none changes its meaning. */
export function accountOf(look: Look, finding: Finding): Record<string, unknown> {
  const { job, pod, outcome, log, unseen } = look;
  const { verdict, phase, failure, warning } = finding;
  const { report, receipt, diagnosis } = outcome;
  const { sessionId, steps, usage, costUsd } = report;
  return {
    runId: runIdOf(job),
    job: refOf(job),
    pod: pod?.metadata?.name ?? null,
    verdict,
    phase,
    code: failure?.code ?? null,
    message: failure?.message ?? warning,
    meaning: failure && CODES[failure.code].meaning,
    remedy: failure && CODES[failure.code].remedy,
    diagnosis,
    sessionId,
    model: modelOf(look),
    steps,
    usage,
    costUsd,
    log: { ...log, complete: outcome.complete },
    receipt,
    unseen,
  };
}

/** The same for a person. `now`: wall clock, milliseconds since the epoch. */
export function rowsOf(look: Look, { verdict, phase, failure, warning }: Finding, now: number): Row[] {
  const { job, pod, outcome, log, unseen, over } = look;
  const { report, receipt } = outcome;
  const { name = "", annotations = {} } = job.metadata ?? {};
  const { usage, costUsd } = report;
  const input = usage.input + usage.cacheWrite;
  const output = usage.output + usage.reasoning;
  const adopter = annotations[ADOPTED_BY];
  const copied = receipt?.copy && "path" in receipt.copy ? receipt.copy.path : null;
  const rows: (readonly [name: string, value: string | null | undefined])[] = [
    ["run", `${runIdOf(job)}${adopter === undefined ? "" : `, gone on with by run ${adopter}`}`],
    ["agent", annotations["paperclip.io/agent-name"]],
    ["job", `${name}, created ${inWords(now - createdAt(job))} ago`],
    ["pod", pod && `${pod.metadata?.name ?? ""}${pod.spec?.nodeName ? ` on ${pod.spec.nodeName}` : ""}`],
    ["status", `${WORDS[verdict]}${over ? "" : `, ${phase}`}`],
    ["what", failure ? `${failure.code}: ${failure.message}` : warning],
    ["means", failure && CODES[failure.code].meaning],
    ["to do", failure && CODES[failure.code].remedy],
    ["tries again", failure && over ? whoTriesAgain(failure) : null],
    ["result", collectedWord(job, COLLECTED)],
    ["session", report.sessionId],
    ["model", modelOf(look)],
    ["steps", outcome.started ? `${report.steps} finished${lastEvent(look, now)}` : null],
    ["tokens", report.steps > 0 ? `${input} in · ${output} out · ${usage.cacheRead} cached` : null],
    ["cost", report.steps > 0 ? (costUsd === null ? "unknown to OpenCode" : `$${costUsd.toFixed(4)}`) : null],
    ["took", receipt && `${inWords(receipt.durationMs)}${peak(receipt.peakMemoryBytes)}`],
    ["log", outcome.started ? `${log.lines} lines, ${log.bytes} bytes${wholeness(look)}` : null],
    ["copy", copied === null ? null : `${copied}, from the top of the shared claim`],
    ["noted", receipt && receiptNotes(receipt).join("\n")],
    ["other pods", outcome.otherPods.join(", ")],
    ["not seen", unseen.join("\n")],
  ];
  return rows.flatMap(([title, value]): Row[] => (value ? [[title, value]] : []));
}

/** How to look further by hand, on the same cluster. */
export function furtherCommands({ job, pod }: Look, { kubeconfig, context }: ClusterOptions): string[] {
  const { namespace, name, uid } = refOf(job);
  const options = [
    ...(kubeconfig === undefined ? [] : [`--kubeconfig ${kubeconfig}`]),
    ...(context === undefined ? [] : [`--context ${context}`]),
    `--namespace ${namespace}`,
  ].join(" ");
  const podName = pod?.metadata?.name;
  return [
    `npx ${NAME} logs ${runIdOf(job)} ${options}`,
    `kubectl ${options} describe job ${name}`,
    ...(podName === undefined ? [] : [`kubectl ${options} describe pod ${podName}`]),
    `kubectl ${options} get events --field-selector involvedObject.uid=${pod?.metadata?.uid ?? uid}`,
  ];
}

const WORDS: Readonly<Record<Finding["verdict"], string>> = {
  succeeded: "succeeded",
  failed: "failed",
  stuck: "stuck",
  going_on: "nothing is wrong",
};

function modelOf({ job }: Look): string | null {
  const containers = job.spec?.template.spec?.containers ?? [];
  const option = "--model=";
  const args = containers.find(({ name }) => name === CONTAINER_NAME)?.args ?? [];
  return args.find((arg) => arg.startsWith(option))?.slice(option.length) ?? null;
}

function lastEvent({ lastEventAt, over }: Look, now: number): string {
  return lastEventAt === null || over ? "" : `, last event ${inWords(now - lastEventAt)} ago`;
}

function peak(bytes: number | null): string {
  return bytes === null ? "" : `, ${Math.ceil(bytes / 1024 ** 2)} MiB of memory at its peak`;
}

function wholeness({ outcome: { receipt, complete }, over }: Look): string {
  if (receipt === null) return over ? ", without the program's last word" : " so far";
  return complete ? ", complete: the receipt agrees" : `, of ${receipt.lines} lines: the node keeps no more`;
}
