import { matchAt, OWNERS, PART, SNAPSHOT, STRING } from "./frame-patterns.ts";
import { NumberLayout } from "./number-layout.ts";

/** What a finished step adds to a run: tokens, and US dollars. */
export interface FinishedStep {
  readonly reason: string;
  /** Null where it was not printed. */
  readonly total: number | null;
  readonly input: number;
  readonly output: number;
  readonly reasoning: number;
  readonly cacheRead: number;
  readonly cacheWrite: number;
  readonly cost: number;
  /** Whether the cost was printed before the tokens, as up to 1.3. */
  readonly costFirst: boolean;
}

const START = String.raw`\{"type":"step_finish"${PART}`;
const TYPE = `,"type":"step-finish"`;
const REASON = `"reason":${STRING}`;

const HEAD = new RegExp(String.raw`${START}"id":${STRING},${REASON}${SNAPSHOT},${OWNERS}${TYPE},"tokens":\{`, "y");
const TAIL = new NumberLayout('"input":#,"output":#,"reasoning":#,"cache":{"write":#,"read":#}},"cost":#}}');
const TAIL_WITH_TOTAL = new NumberLayout(
  '"total":#,"input":#,"output":#,"reasoning":#,"cache":{"write":#,"read":#}},"cost":#}}',
);

const OLD_HEAD = new RegExp(String.raw`${START}"id":${STRING},${OWNERS}${TYPE},${REASON}${SNAPSHOT},"cost":`, "y");
const OLD_TAIL = new NumberLayout('#,"tokens":{"input":#,"output":#,"reasoning":#,"cache":{"read":#,"write":#}}}}');
const OLD_TAIL_WITH_TOTAL = new NumberLayout(
  '#,"tokens":{"total":#,"input":#,"output":#,"reasoning":#,"cache":{"read":#,"write":#}}}}',
);

/** Printed only where the provider told the usage. */
const TOTAL = '"total":';
const REASON_KEY = '"reason":"';

/** Reads the frames of `step_finish`: all of it is short, and the numbers are at its end. */
export class FinishFrame {
  readonly #step: { -readonly [Member in keyof FinishedStep]: FinishedStep[Member] } = {
    reason: "",
    total: null,
    input: 0,
    output: 0,
    reasoning: 0,
    cacheRead: 0,
    cacheWrite: 0,
    cost: 0,
    costFirst: false,
  };

  /** The step that the last recognised line ended. Valid until the next line. */
  get step(): FinishedStep {
    return this.#step;
  }

  recognise(line: string): boolean {
    const recognised = line.endsWith("}}}}") ? this.#readOld(line) : this.#readNew(line);
    if (!recognised) return false;
    const start = line.indexOf(REASON_KEY) + REASON_KEY.length;
    this.#step.reason = line.slice(start, line.indexOf('"', start));
    return true;
  }

  #readNew(line: string): boolean {
    const start = matchAt(HEAD, line, 0);
    if (start < 0) return false;
    if (line.startsWith(TOTAL, start)) {
      if (!TAIL_WITH_TOTAL.read(line, start)) return false;
      const [total, input, output, reasoning, cacheWrite, cacheRead, cost] = TAIL_WITH_TOTAL.numbers;
      this.#take(total, input, output, reasoning, cacheRead, cacheWrite, cost);
    } else if (TAIL.read(line, start)) {
      const [input, output, reasoning, cacheWrite, cacheRead, cost] = TAIL.numbers;
      this.#take(null, input, output, reasoning, cacheRead, cacheWrite, cost);
    } else return false;
    this.#step.costFirst = false;
    return true;
  }

  #readOld(line: string): boolean {
    const start = matchAt(OLD_HEAD, line, 0);
    if (start < 0) return false;
    if (OLD_TAIL_WITH_TOTAL.read(line, start)) {
      const [cost, total, input, output, reasoning, cacheRead, cacheWrite] = OLD_TAIL_WITH_TOTAL.numbers;
      this.#take(total, input, output, reasoning, cacheRead, cacheWrite, cost);
    } else if (OLD_TAIL.read(line, start)) {
      const [cost, input, output, reasoning, cacheRead, cacheWrite] = OLD_TAIL.numbers;
      this.#take(null, input, output, reasoning, cacheRead, cacheWrite, cost);
    } else return false;
    this.#step.costFirst = true;
    return true;
  }

  #take(total: number | null = 0, input = 0, output = 0, reasoning = 0, read = 0, write = 0, cost = 0): void {
    const step = this.#step;
    step.total = total;
    step.input = input;
    step.output = output;
    step.reasoning = reasoning;
    step.cacheRead = read;
    step.cacheWrite = write;
    step.cost = cost;
  }
}
