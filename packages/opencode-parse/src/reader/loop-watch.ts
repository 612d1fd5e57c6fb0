import { ownText } from "./own-text.ts";
import { SpelledInput } from "./spelled-input.ts";
import type { RunLoop, RunProgress } from "./run-report.ts";

export interface LoopLimits {
  readonly unknownFinishes: number;
  readonly sameToolCalls: number;
}

/** From here on a run goes in circles, for whoever watches it and for whoever judges how it was ended. */
export const LOOP_LIMITS: LoopLimits = { unknownFinishes: 10, sameToolCalls: 10 };

/** Counts what repeats. Keeps one input, never a list of calls. */
export class LoopWatch {
  readonly #limits: LoopLimits;
  #unknownFinishes = 0;
  #sameToolCalls = 0;
  #tool: string | null = null;
  #input: SpelledInput | null = null;

  constructor(limits: LoopLimits) {
    this.#limits = limits;
  }

  noteFinish(reason: string): void {
    this.#unknownFinishes = reason === "unknown" ? this.#unknownFinishes + 1 : 0;
  }

  /** Takes the next call with the JSON of its input, in any spelling. Null is like no other input. */
  noteCall(tool: string, input: string | null): void {
    const before = this.#input;
    this.#input = input === null ? null : new SpelledInput(input);
    const same = tool === this.#tool && before !== null && this.#input?.equals(before) === true;
    this.#sameToolCalls = same ? this.#sameToolCalls + 1 : 1;
    if (tool !== this.#tool) this.#tool = ownText(tool);
  }

  loop(): RunLoop {
    return { unknownFinishes: this.#unknownFinishes, sameToolCalls: this.#sameToolCalls, tool: this.#tool };
  }

  looping(): RunProgress["looping"] {
    if (this.#unknownFinishes >= this.#limits.unknownFinishes) return "unknown_finish";
    return this.#sameToolCalls >= this.#limits.sameToolCalls ? "same_tool_call" : null;
  }
}
