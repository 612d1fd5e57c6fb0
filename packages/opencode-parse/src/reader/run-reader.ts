import type { ErrorEvent, LineKind, StepFinishEvent, ToolUseEvent } from "../events.ts";
import { parseLine } from "../parse-line.ts";
import { shorten } from "../shorten.ts";
import type { FinishedStep } from "./finish-frame.ts";
import { LineFrame } from "./line-frame.ts";
import type { RunError, RunReport, ToolError } from "./run-report.ts";

/** Sums of binary fractions end in noise (0.00063 + 1e-19); a price is never finer than 1e-12 dollars a token. */
const COST_PRECISION = 1e12;

/** Reads the lines of one run. Keeps a bounded summary and at most two lines, never the events. */
export interface RunReader {
  /** Takes the next line, without its line feed, and says what it is. Never throws. */
  push(line: string): LineKind;
  /** The run as it is known now; may be asked after every line. */
  report(): RunReport;
}

export interface RunReaderOptions {
  /** How many errors, and how many tool errors, a summary keeps: the last ones. Default 20. */
  readonly keptErrors?: number;
  /** Longest message kept of an error, in UTF-16 units. Default 4000. */
  readonly keptMessageLength?: number;
}

/**
 * A reader for one run.
 *
 * It is several times faster than `JSON.parse` on each line, because it parses only what a summary needs: the kind
 * comes from the line's frame, the numbers of a finish from its tail, and of all the texts only the answer is parsed,
 * when a summary is asked for.
 */
export function createRunReader(options: RunReaderOptions = {}): RunReader {
  return new LazyRunReader(options.keptErrors ?? 20, options.keptMessageLength ?? 4000);
}

class LazyRunReader implements RunReader {
  readonly #keptErrors: number;
  readonly #keptMessageLength: number;
  readonly #frame = new LineFrame();

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
  readonly #usage = { input: 0, output: 0, reasoning: 0, cacheRead: 0, cacheWrite: 0 };
  readonly #errors: RunError[] = [];
  readonly #toolErrors: ToolError[] = [];
  #cost = 0;
  #sessionId: string | null = null;
  #finishReason: string | null = null;
  #stepOpen = false;

  /** The model's last text line in the step that is open, unparsed. */
  #openTextLine: string | null = null;
  /** The same of the last finished step; null once it was parsed into `#answer`. */
  #answerLine: string | null = null;
  #answer: string | null = null;

  constructor(keptErrors: number, keptMessageLength: number) {
    this.#keptErrors = keptErrors;
    this.#keptMessageLength = keptMessageLength;
  }

  push(line: string): LineKind {
    // The first event is parsed, whatever it is: it tells the session.
    const kind = this.#sessionId === null ? null : this.#frame.recognise(line);
    if (kind === null) return this.#pushParsed(line);
    this.#events[kind]++;
    if (kind === "step_finish") this.#finishStep(this.#frame.finish);
    else this.#continueStep(kind === "text" ? line : null);
    return kind;
  }

  report(): RunReport {
    const { step_finish: steps } = this.#events;
    return {
      sessionId: this.#sessionId,
      answer: this.#readAnswer(),
      steps,
      finishReason: this.#finishReason,
      usage: { ...this.#usage },
      costUsd: this.#costUsd(),
      errors: [...this.#errors],
      toolErrors: [...this.#toolErrors],
      events: { ...this.#events },
      complete: steps > 0 && !this.#stepOpen,
    };
  }

  #pushParsed(line: string): LineKind {
    const event = parseLine(line);
    this.#events[event.type]++;
    if (event.type === "unknown" || event.type === "other") return event.type;
    this.#sessionId ??= event.sessionID;
    if (event.type === "step_finish") this.#finishStep(finishedStep(event));
    else if (event.type === "error") this.#noteError(event);
    else this.#continueStep(event.type === "text" && !event.part.synthetic ? line : null);
    if (event.type === "tool_use") this.#noteToolError(event);
    return event.type;
  }

  #continueStep(textLine: string | null): void {
    this.#stepOpen = true;
    this.#openTextLine = textLine ?? this.#openTextLine;
  }

  #finishStep(step: FinishedStep): void {
    const usage = this.#usage;
    usage.input += step.input;
    usage.output += step.output;
    usage.reasoning += step.reasoning;
    usage.cacheRead += step.cacheRead;
    usage.cacheWrite += step.cacheWrite;
    this.#cost += step.cost;
    this.#finishReason = step.reason;
    this.#stepOpen = false;
    this.#answerLine = this.#openTextLine;
    this.#answer = null;
    this.#openTextLine = null;
  }

  #noteError({ error }: ErrorEvent): void {
    const message = shorten(error.message, this.#keptMessageLength);
    const { name, statusCode } = error;
    keepLast(this.#errors, this.#keptErrors, statusCode === null ? { name, message } : { name, message, statusCode });
  }

  #noteToolError({ part }: ToolUseEvent): void {
    if (part.state.status !== "error") return;
    const message = shorten(part.state.error, this.#keptMessageLength);
    keepLast(this.#toolErrors, this.#keptErrors, { tool: part.tool, message });
  }

  /** Parses the answer once; from then on its line need not be kept. */
  #readAnswer(): string | null {
    if (this.#answerLine !== null) {
      const event = parseLine(this.#answerLine);
      this.#answer = event.type === "text" ? event.part.text : null;
      this.#answerLine = null;
    }
    return this.#answer;
  }

  #costUsd(): number | null {
    const { input, output, reasoning, cacheRead, cacheWrite } = this.#usage;
    if (this.#cost === 0 && input + output + reasoning + cacheRead + cacheWrite > 0) return null;
    return Math.round(this.#cost * COST_PRECISION) / COST_PRECISION;
  }
}

function finishedStep({ part }: StepFinishEvent): FinishedStep {
  const { input, output, reasoning, cache } = part.tokens;
  const { reason, cost } = part;
  return { reason, input, output, reasoning, cacheRead: cache.read, cacheWrite: cache.write, cost };
}

function keepLast<T>(list: T[], limit: number, item: T): void {
  list.push(item);
  if (list.length > limit) list.shift();
}
