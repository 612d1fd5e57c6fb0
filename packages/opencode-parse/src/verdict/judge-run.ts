import { errorWords } from "../error-words.ts";
import { LOOP_LIMITS } from "../reader/loop-watch.ts";
import type { RunError, RunReport } from "../reader/run-report.ts";
import { VERDICTS } from "./codes.ts";
import { passesByItself } from "./database-words.ts";
import type { Finding } from "./finding.ts";
import { judgeError, SERVER_ERROR } from "./provider-error.ts";
import { publicText } from "./public-text.ts";
import type { OwnWords } from "./stderr.ts";
import { judgeStderr, ownWords } from "./stderr.ts";
import { saysStepLimit } from "./step-limit.ts";
import type { RunEnd, Verdict } from "./verdict.ts";

/**
 * Of a run that has ended: one whose last finishes had no reason never came out of it (470 in a minute, measured), and was
 * ended from outside, or by a limit of its own. While a run goes on, more is needed to say so: `LOOP_LIMITS`.
 */
const LOOPING_FINISHES = 2;

/** How a tool fails whose permission was rejected; the failure of a subagent ends nothing. */
const REJECTED = /^(?!Subagent failed).*(?:rejected permission|PermissionRejectedError|user dismissed this question)/;

/** Everything that the rules look at. */
interface Evidence {
  readonly report: RunReport;
  readonly end: RunEnd;
  readonly stderr: OwnWords;
  readonly endedFromOutside: boolean;
}

/**
 * What a run came to, whatever its exit code says: the first rule that has something to say decides. An error counts
 * only when no step finished after it; evidence of a cause beats the way the process ended.
 *
 * Never throws.
 */
export function judgeRun(report: RunReport, end: RunEnd): Verdict {
  // In a pod both streams are often one.
  const stderr = ownWords([...report.otherLines, end.stderr ?? ""].join("\n"));
  const evidence: Evidence = { report, end, stderr, endedFromOutside: wasEndedFromOutside(end) };
  const finding =
    overflowWithoutAnswer(evidence) ??
    lastError(evidence) ??
    answered(evidence) ??
    looping(evidence) ??
    rejectedPermission(evidence) ??
    oddFinish(evidence) ??
    judgeStderr(stderr, hasStarted(report)) ??
    stepsUsedUp(evidence) ??
    broken(evidence);
  return verdictOf(finding);
}

function verdictOf({ code, words, retry, retryAfterMs = null }: Finding): Verdict {
  const { meaning, remedy, sessionLost, retry: usually } = VERDICTS[code];
  const message = [meaning, publicText(words)].filter((text) => text !== "").join(" ");
  return { ok: code === "ok", code, message, retry: retry ?? usually, retryAfterMs, sessionLost, remedy };
}

/** `timeout` exits with 124; shells and containers show a signal as 128 + n. */
function wasEndedFromOutside({ exitCode, signal }: RunEnd): boolean {
  return Boolean(signal) || exitCode === 124 || (exitCode ?? 0) > 128;
}

function hasStarted({ events }: RunReport): boolean {
  return events.step_start + events.text + events.tool_use + events.step_finish > 0;
}

/** After an overflow one step is the summary of the compaction; only the one after it is an answer. */
function overflowWithoutAnswer({ report, end, endedFromOutside }: Evidence): Finding | null {
  const { errors, steps } = report;
  const last = errors.findLastIndex(({ name }) => name === "ContextOverflowError");
  const overflow = errors[last];
  if (overflow === undefined || steps > overflow.afterSteps + 1) return null;
  // Another error kept it from going on, and says why.
  const open = errors.slice(last + 1).filter(({ afterSteps }) => afterSteps >= steps);
  if (open.some(({ message }) => !SERVER_ERROR.test(message))) return null;
  // The compaction, or the answer after it, was on its way: unless an earlier one had ended in an overflow again.
  const before = errors[last - 1];
  const again = before?.name === overflow.name && before.afterSteps === overflow.afterSteps - 1;
  if (endedFromOutside && !again) return killed(report, end);
  return { code: "context_overflow", words: errorWords(overflow) };
}

function lastError({ report, stderr }: Evidence): Finding | null {
  const open = report.errors.filter(({ afterSteps }) => afterSteps >= report.steps);
  const error = open.findLast((each) => !SERVER_ERROR.test(each.message)) ?? open.at(-1);
  if (error === undefined) return null;
  if (SERVER_ERROR.test(error.message))
    return judgeStderr(stderr, false) ?? { code: "config_invalid", words: error.message };
  const code = judgeError(error);
  const rejected = stderr.rejected.at(-1);
  if (code === "looping" && rejected !== undefined && !rejected.startsWith("doom_loop"))
    return { code: "permission_rejected", words: rejected };
  return {
    code,
    words: statusWords(error) + errorWords(error),
    retryAfterMs: error.retryAfterMs,
    ...retryOf(error, code),
  };
}

function statusWords({ statusCode }: RunError): string {
  return statusCode === null ? "" : `HTTP ${statusCode}: `;
}

function retryOf(error: RunError, code: Finding["code"]): { retry?: boolean } {
  return code === "database" ? { retry: passesByItself(error.message) } : {};
}

function answered({ report, end }: Evidence): Finding | null {
  const { answer, complete, cutLine, finishReason } = report;
  if (!complete || cutLine || finishReason !== "stop" || isBlank(answer)) return null;
  // Who finishes in the last step that is allowed has finished, unless the answer says otherwise, as OpenCode makes it.
  const isLastStep = end.maxSteps === undefined || usesAllSteps(report, end.maxSteps);
  if (isLastStep && saysStepLimit(answer ?? "")) return { code: "step_limit", words: "" };
  return { code: "ok", words: "" };
}

function looping({ report, endedFromOutside }: Evidence): Finding | null {
  const { unknownFinishes, sameToolCalls, tool } = report.loop;
  if (unknownFinishes >= LOOPING_FINISHES)
    return { code: "looping", words: `${unknownFinishes} steps in a row finished without a reason.` };
  if (endedFromOutside && sameToolCalls >= LOOP_LIMITS.sameToolCalls)
    return { code: "looping", words: `${sameToolCalls} calls in a row of ${tool ?? "a tool"} with the same input.` };
  return null;
}

function rejectedPermission({ report, stderr, endedFromOutside }: Evidence): Finding | null {
  const { complete, finishReason, steps } = report;
  // 1.0 asks in a menu, and waits for ever.
  const menu = report.otherLines.find((line) => /^\W*Permission required to run: /.test(line));
  if (menu !== undefined && !complete) return { code: "permission_rejected", words: menu.replace(/^\W+/, "") };
  if (complete ? finishReason !== "tool-calls" : !endedFromOutside) return null;
  const lastStep = complete ? steps - 1 : steps;
  const tool = report.toolErrors.findLast(
    ({ message, afterSteps }) => afterSteps >= lastStep && REJECTED.test(message),
  );
  const permission = stderr.rejected.at(-1);
  // stderr does not say when, nor whether a subagent asked: then the run goes on.
  if (tool === undefined && (permission === undefined || endedFromOutside)) return null;
  return { code: "permission_rejected", words: permission ?? `${tool?.tool}: ${tool?.message}` };
}

function oddFinish({ report: { complete, finishReason } }: Evidence): Finding | null {
  if (complete && finishReason === "length") return { code: "output_limit", words: "" };
  if (complete && finishReason === "content-filter") return { code: "content_filter", words: "" };
  return null;
}

function stepsUsedUp({ report, end: { maxSteps } }: Evidence): Finding | null {
  return maxSteps !== undefined && usesAllSteps(report, maxSteps)
    ? { code: "step_limit", words: `${report.steps} steps of ${maxSteps}.` }
    : null;
}

/** The summary of a compaction is a step that the agent did not make. */
function usesAllSteps({ steps, compactions }: RunReport, maxSteps: number): boolean {
  return steps - compactions >= maxSteps;
}

/** No cause is known: what is left is how the process and its output ended. */
function broken({ report, end, stderr, endedFromOutside }: Evidence): Finding {
  const { exitCode } = end;
  const words = stderr.failures.at(-1) ?? "";
  if (endedFromOutside) return killed(report, end);
  if (report.cutLine) return { code: "stream_truncated", words: "Its last line is cut." };
  if (exitCode !== 0 && exitCode !== null)
    return { code: "internal", words: words || [`Exit code ${exitCode}, ${progress(report)}.`, stderr.last].join(" ") };
  if (report.steps === 0 && !hasStarted(report))
    return exitCode === 0
      ? { code: "empty_answer", words: words || "No event was printed." }
      : { code: "killed", words: progress(report) };
  if (report.complete && report.finishReason === "stop") return { code: "empty_answer", words };
  return { code: "stream_truncated", words: words || `It stopped with ${progress(report)}.` };
}

function killed(report: RunReport, { exitCode, signal, resumed }: RunEnd): Finding {
  // From 1.17 on a run resumed in another directory works on unseen, and never ends.
  const silent = resumed === true && report.sessionId === null;
  const hint = silent
    ? " A session of another directory prints nothing: start with --dir and the directory of its first run."
    : "";
  return { code: "killed", words: `${signal ?? `Exit code ${exitCode}`}, ${progress(report)}.${hint}` };
}

function progress({ steps, finishReason, complete }: RunReport): string {
  if (steps === 0) return "no step finished";
  return `${steps} step${steps === 1 ? "" : "s"} finished, the last one with "${finishReason}"${complete ? "" : ", another one open"}`;
}

function isBlank(text: string | null): boolean {
  return text === null || text.trim() === "";
}
