import type { RunLoop, RunProgress } from "./run-report.ts";

export interface LoopLimits {
  readonly unknownFinishes: number;
  readonly sameToolCalls: number;
}

/** OpenCode prints with `JSON.stringify`, and equal inputs are equal texts. Up to this length another program's are found, too. */
const MAX_RESPELLED_LENGTH = 4096;

/** Counts what repeats. Keeps one input, never a list of calls. */
export class LoopWatch {
  readonly #limits: LoopLimits;
  #unknownFinishes = 0;
  #sameToolCalls = 0;
  #tool: string | null = null;
  #input: string | null = null;

  constructor(limits: LoopLimits) {
    this.#limits = limits;
  }

  noteFinish(reason: string): void {
    this.#unknownFinishes = reason === "unknown" ? this.#unknownFinishes + 1 : 0;
  }

  /** Takes the next call with its input as JSON; null is like no other input. */
  noteCall(tool: string, input: string | null): void {
    this.#sameToolCalls = tool === this.#tool && isSameInput(input, this.#input) ? this.#sameToolCalls + 1 : 1;
    this.#tool = tool;
    this.#input = input;
  }

  loop(): RunLoop {
    return { unknownFinishes: this.#unknownFinishes, sameToolCalls: this.#sameToolCalls, tool: this.#tool };
  }

  looping(): RunProgress["looping"] {
    if (this.#unknownFinishes >= this.#limits.unknownFinishes) return "unknown_finish";
    return this.#sameToolCalls >= this.#limits.sameToolCalls ? "same_tool_call" : null;
  }
}

/** The JSON of an input that was parsed; null where it is nested too deep to be spelled. */
export function inputText(input: unknown): string | null {
  try {
    return JSON.stringify(input) ?? "";
  } catch {
    return null;
  }
}

function isSameInput(a: string | null, b: string | null): boolean {
  if (a === null || b === null) return false;
  if (a === b) return true;
  if (Math.max(a.length, b.length) > MAX_RESPELLED_LENGTH) return false;
  return respelled(a) === respelled(b);
}

function respelled(input: string): string {
  try {
    return JSON.stringify(JSON.parse(input));
  } catch {
    return input;
  }
}
