import type { FinishedStep } from "./finish-frame.ts";
import { FinishFrame } from "./finish-frame.ts";
import { IDS, matchAt, PART, SNAPSHOT, TIME } from "./frame-patterns.ts";
import { stringEnd } from "./json-scan.ts";
import type { ToolCall } from "./tool-frame.ts";
import { ToolFrame } from "./tool-frame.ts";

/** The kinds that are told by their frame. Errors are rare, and all of an error matters: they are parsed. */
export type FramedKind = "step_start" | "text" | "reasoning" | "tool_use" | "step_finish";

const STEP_START = new RegExp(
  String.raw`\{"type":"step_start"${PART}${IDS}(?:${SNAPSHOT},"type":"step-start"|,"type":"step-start"${SNAPSHOT})\}\}$`,
  "y",
);

// Synthetic texts have more members and are not recognised: they must not be taken for an answer, so they are parsed.
const TEXT_HEAD = new RegExp(String.raw`\{"type":"text"${PART}${IDS},"type":"text","text":"`, "y");
const REASONING_HEAD = new RegExp(String.raw`\{"type":"reasoning"${PART}${IDS},"type":"reasoning","text":"`, "y");
const TEXT_TAIL = new RegExp(String.raw`${TIME}\}\}$`, "y");

const SESSION = '"sessionID":"';

/**
 * Tells the kind of a line by its frame, i.e. by all that is around its texts, without parsing these.
 *
 * The two orders of members are known that OpenCode has used (up to 1.3, and from 1.14 on). `recognise` returns null
 * for anything else, and the line must be parsed. Of a line that is valid JSON it tells what parsing would find,
 * because a frame leaves no place for a member that is not expected; tests hold this against the parser. Every frame
 * reaches to the last character, so a line that was cut is never recognised.
 */
export class LineFrame {
  readonly #finish = new FinishFrame();
  readonly #tool = new ToolFrame();
  #line = "";
  #textStart = 0;
  #textEnd = 0;

  /** The step that the last recognised `step_finish` ended. Valid until the next line. */
  get finish(): FinishedStep {
    return this.#finish.step;
  }

  /** The call of the last recognised `tool_use`. Valid until the next line. */
  get call(): ToolCall {
    return this.#tool.call;
  }

  /** The text of the last recognised `text`, as a JSON string. Valid until the next line. */
  get text(): string {
    return this.#line.slice(this.#textStart, this.#textEnd);
  }

  /** The session of the last recognised line. Valid until the next line. */
  get sessionId(): string {
    const start = this.#line.indexOf(SESSION) + SESSION.length;
    return this.#line.slice(start, this.#line.indexOf('"', start));
  }

  recognise(line: string): FramedKind | null {
    this.#line = line;
    // {"type":"step_start   {"type":"step_finish   {"type":"text",   {"type":"tool_use   {"type":"reasoning
    // ^0       ^9   ^14: here they all differ
    switch (line.charAt(14)) {
      case "s":
        return matchAt(STEP_START, line, 0) < 0 ? null : "step_start";
      case "f":
        return this.#finish.recognise(line) ? "step_finish" : null;
      case ",":
        return this.#isText(line, TEXT_HEAD) ? "text" : null;
      case "u":
        return this.#tool.recognise(line) ? "tool_use" : null;
      case "n":
        return this.#isText(line, REASONING_HEAD) ? "reasoning" : null;
      default:
        return null;
    }
  }

  #isText(line: string, head: RegExp): boolean {
    const start = matchAt(head, line, 0);
    if (start < 0) return false;
    this.#textStart = start - 1;
    this.#textEnd = stringEnd(line, start - 1);
    return this.#textEnd >= 0 && matchAt(TEXT_TAIL, line, this.#textEnd) >= 0;
  }
}
