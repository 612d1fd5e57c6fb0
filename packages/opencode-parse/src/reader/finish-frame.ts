import { matchAt, OWNERS, PART, STRING } from "./frame-patterns.ts";
import { NumberLayout } from "./number-layout.ts";

/** What a finished step adds to a run: tokens, and US dollars. */
export interface FinishedStep {
  readonly reason: string;
  readonly input: number;
  readonly output: number;
  readonly reasoning: number;
  readonly cacheRead: number;
  readonly cacheWrite: number;
  readonly cost: number;
}

/** A finish is about 430 characters long. A longer one may be two lines torn into one: parse it. */
const MAX_LENGTH = 600;

const HEAD = new RegExp(
  String.raw`\{"type":"step_finish"${PART}"id":${STRING}(?:,${OWNERS},"type":"step-finish")?,"reason":"`,
  "y",
);

const TAIL_START = ',"tokens":{';
const TAIL = new NumberLayout('"input":#,"output":#,"reasoning":#,"cache":{"write":#,"read":#}},"cost":#}}');

const OLD_TAIL_START = ',"cost":';
const OLD_TAIL = new NumberLayout('#,"tokens":{"input":#,"output":#,"reasoning":#,"cache":{"read":#,"write":#}}}}');
const OLD_TAIL_WITH_TOTAL = new NumberLayout(
  '#,"tokens":{"total":#,"input":#,"output":#,"reasoning":#,"cache":{"read":#,"write":#}}}}',
);

/** Reads the frames of `step_finish`: reason, tokens and cost are all in the head and the tail. */
export class FinishFrame {
  readonly #step: { -readonly [Member in keyof FinishedStep]: FinishedStep[Member] } = {
    reason: "",
    input: 0,
    output: 0,
    reasoning: 0,
    cacheRead: 0,
    cacheWrite: 0,
    cost: 0,
  };

  /** The step that the last recognised line ended. Valid until the next line. */
  get step(): FinishedStep {
    return this.#step;
  }

  recognise(line: string): boolean {
    const start = line.length > MAX_LENGTH ? -1 : matchAt(HEAD, line, 0);
    if (start < 0) return false;
    const reason = line.slice(start, line.indexOf('"', start));
    if (reason.includes("\\")) return false;
    this.#step.reason = reason;
    return line.endsWith("}}}}") ? this.#readOldTail(line, start) : this.#readTail(line, start);
  }

  #readTail(line: string, from: number): boolean {
    const tail = line.indexOf(TAIL_START, from);
    if (tail < 0) return false;
    const start = tail + TAIL_START.length;
    // The total, which nobody needs, is skipped. It is printed only when the provider told the usage.
    const afterTotal = line.startsWith('"total":', start) ? line.indexOf(",", start) + 1 : start;
    if (!TAIL.read(line, afterTotal)) return false;
    const [input, output, reasoning, cacheWrite, cacheRead, cost] = TAIL.numbers;
    this.#take(input, output, reasoning, cacheRead, cacheWrite, cost);
    return true;
  }

  #readOldTail(line: string, from: number): boolean {
    const tail = line.indexOf(OLD_TAIL_START, from);
    if (tail < 0) return false;
    const start = tail + OLD_TAIL_START.length;
    if (OLD_TAIL.read(line, start)) {
      const [cost, input, output, reasoning, cacheRead, cacheWrite] = OLD_TAIL.numbers;
      this.#take(input, output, reasoning, cacheRead, cacheWrite, cost);
      return true;
    }
    if (!OLD_TAIL_WITH_TOTAL.read(line, start)) return false;
    const [cost, , input, output, reasoning, cacheRead, cacheWrite] = OLD_TAIL_WITH_TOTAL.numbers;
    this.#take(input, output, reasoning, cacheRead, cacheWrite, cost);
    return true;
  }

  #take(input = 0, output = 0, reasoning = 0, cacheRead = 0, cacheWrite = 0, cost = 0): void {
    const step = this.#step;
    step.input = input;
    step.output = output;
    step.reasoning = reasoning;
    step.cacheRead = cacheRead;
    step.cacheWrite = cacheWrite;
    step.cost = cost;
  }
}
