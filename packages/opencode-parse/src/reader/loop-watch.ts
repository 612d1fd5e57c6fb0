import type { RunLoop, RunProgress } from "./run-report.ts";

export interface LoopLimits {
  readonly unknownFinishes: number;
  readonly sameToolCalls: number;
}

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

  /** Takes the next call with its input as OpenCode prints it: equal inputs are equal texts. Null is like no other. */
  noteCall(tool: string, input: string | null): void {
    const same = tool === this.#tool && input !== null && input === this.#input;
    this.#sameToolCalls = same ? this.#sameToolCalls + 1 : 1;
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
