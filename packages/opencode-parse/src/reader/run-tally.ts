import type { ErrorEvent, LineKind, StepFinishEvent, TextEvent, ToolUseEvent } from "../events.ts";
import { objectOrEmpty } from "../json.ts";
import { modelName } from "../model-name.ts";
import { parseLine } from "../parse-line.ts";
import { AnswerText } from "./answer-text.ts";
import { isCutEvent } from "./cut-event.ts";
import type { FinishedStep } from "./frames/index.ts";
import { LineFrame } from "./frames/index.ts";
import type { LoopLimits } from "./loop-watch.ts";
import { LoopWatch } from "./loop-watch.ts";
import { kept, ownText } from "./own-text.ts";
import { runError } from "./run-error.ts";
import type { RunError, RunProgress, RunReport, ToolError } from "./run-report.ts";
import { inputText } from "./spelled-input.ts";
import { UsageSum } from "./usage-sum.ts";

export interface TallyLimits {
  readonly errors: number;
  readonly messageLength: number;
  readonly loop: LoopLimits;
  readonly outputUsdPerMillion: number | null;
}

/** A run that uses more models than this has a reader who has lost count, too. */
const MAX_MODELS = 20;

/** A failure and its stack are some ten lines. */
const KEPT_OTHER_LINES = 20;
const KEPT_OTHER_LENGTH = 500;

/** Adds up the lines of a run. Parses what a report needs, and leaves the rest unparsed. */
export class RunTally {
  readonly #limits: TallyLimits;
  readonly #frame = new LineFrame();
  readonly #usage: UsageSum;
  readonly #loop: LoopWatch;

  readonly #answer = new AnswerText();
  readonly #events: Record<LineKind, number> = {
    step_start: 0,
    text: 0,
    reasoning: 0,
    tool_use: 0,
    step_finish: 0,
    error: 0,
    unknown: 0,
    other: 0,
  };
  readonly #errors: RunError[] = [];
  readonly #toolErrors: ToolError[] = [];
  readonly #otherLines: string[] = [];
  readonly #models = new Set<string>();
  #sessionId: string | null = null;
  #finishReason: string | null = null;
  #stepOpen = false;
  #cutLine = false;
  #compactions = 0;
  #oversizedLines = 0;

  constructor(limits: TallyLimits) {
    this.#limits = limits;
    this.#usage = new UsageSum(limits.outputUsdPerMillion);
    this.#loop = new LoopWatch(limits.loop);
  }

  line(line: string): LineKind {
    const kind = this.#frame.recognise(line);
    if (kind === null) return this.#parsed(line);
    this.#sessionId ??= ownText(this.#frame.sessionId);
    this.#events[kind]++;
    this.#cutLine = false;
    if (kind === "text") {
      this.#noteAnswer(this.#frame.text);
      return kind;
    }
    this.#stepOpen = true;
    if (kind === "tool_use") this.#loop.noteCall(this.#frame.call.tool, this.#frame.call.input);
    else if (kind === "step_finish") this.#finishStep(this.#frame.finish);
    return kind;
  }

  oversized(): void {
    this.#events.other++;
    this.#oversizedLines++;
    this.#cutLine = false;
  }

  progress(): RunProgress {
    return {
      steps: this.#events.step_finish,
      usage: this.#usage.usage(),
      costUsd: this.#usage.costUsd(),
      loop: this.#loop.loop(),
      looping: this.#loop.looping(),
    };
  }

  report(): RunReport {
    const { step_finish: steps } = this.#events;
    return {
      sessionId: this.#sessionId,
      answer: this.#answer.read(),
      steps,
      finishReason: this.#finishReason,
      usage: this.#usage.usage(),
      costUsd: this.#usage.costUsd(),
      errors: [...this.#errors],
      toolErrors: [...this.#toolErrors],
      models: [...this.#models],
      events: { ...this.#events },
      complete: steps > 0 && !this.#stepOpen,
      cutLine: this.#cutLine,
      otherLines: [...this.#otherLines],
      compactions: this.#compactions,
      oversizedLines: this.#oversizedLines,
      loop: this.#loop.loop(),
      corrections: this.#usage.corrections(),
    };
  }

  #parsed(line: string): LineKind {
    const event = parseLine(line);
    this.#events[event.type]++;
    if (event.type === "other") {
      this.#noteOther(line);
      return event.type;
    }
    this.#cutLine = false;
    if (event.type === "unknown") return event.type;
    this.#sessionId ??= event.sessionID;
    if (event.type !== "error" && event.type !== "text") this.#stepOpen = true;
    switch (event.type) {
      case "step_finish":
        this.#finishStep(finishedStep(event));
        break;
      case "error":
        this.#noteError(event);
        break;
      case "text":
        this.#noteText(event);
        break;
      case "tool_use":
        this.#noteTool(event);
        break;
      default:
    }
    return event.type;
  }

  #finishStep(step: FinishedStep): void {
    this.#usage.add(step);
    this.#loop.noteFinish(step.reason);
    this.#answer.finishStep();
    if (step.reason !== this.#finishReason) this.#finishReason = ownText(step.reason);
    this.#stepOpen = false;
  }

  /** A blank line says nothing, not even that the output went on. */
  #noteOther(line: string): void {
    if (line.trim() === "") return;
    this.#cutLine = isCutEvent(line);
    keepLast(this.#otherLines, KEPT_OTHER_LINES, kept(line, KEPT_OTHER_LENGTH));
  }

  #noteText({ part }: TextEvent): void {
    if (!part.synthetic) return this.#noteAnswer(JSON.stringify(part.text));
    this.#compactions++;
    this.#stepOpen = true;
  }

  /** A text that the provider did not end is printed after the finish of its step (1.18). */
  #noteAnswer(json: string): void {
    if (this.#events.step_finish > 0 && !this.#stepOpen) return this.#answer.noteLate(json);
    this.#stepOpen = true;
    this.#answer.note(json);
  }

  #noteError(event: ErrorEvent): void {
    const { errors, messageLength } = this.#limits;
    keepLast(this.#errors, errors, runError(event, this.#events.step_finish, messageLength));
  }

  #noteTool({ part: { tool, state } }: ToolUseEvent): void {
    const { errors, messageLength } = this.#limits;
    this.#loop.noteCall(tool, inputText(state.input));
    const model = tool === "task" ? modelName(state.metadata.model) : null;
    if (model !== null && this.#models.size < MAX_MODELS) this.#models.add(kept(model, messageLength));
    if (state.status !== "error") return;
    const [name, message] = [kept(tool, messageLength), kept(state.error, messageLength)];
    keepLast(this.#toolErrors, errors, { tool: name, message, afterSteps: this.#events.step_finish });
  }
}

function finishedStep({ part, raw }: StepFinishEvent): FinishedStep {
  const { reason, cost, tokens } = part;
  const { total, input, output, reasoning, cache } = tokens;
  const members = Object.keys(objectOrEmpty(raw.part));
  const costFirst = members.includes("cost") && members.indexOf("cost") < members.indexOf("tokens");
  return { reason, total, input, output, reasoning, cacheRead: cache.read, cacheWrite: cache.write, cost, costFirst };
}

function keepLast<T>(list: T[], limit: number, item: T): void {
  list.push(item);
  if (list.length > limit) list.shift();
}
