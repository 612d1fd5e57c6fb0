import type { FinishedStep } from "./finish-frame.ts";
import { FinishFrame } from "./finish-frame.ts";
import { IDS, matchAt, matchEnd, PART, STRING, TIME } from "./frame-patterns.ts";

/** The kinds that are told by their frame. Errors are rare, and all of an error matters: they are parsed. */
export type FramedKind = "step_start" | "text" | "reasoning" | "tool_use" | "step_finish";

/** A start has six short members (about 300 characters). A longer one may be two lines torn into one: parse it. */
const MAX_STEP_START_LENGTH = 512;

const STEP_START_HEAD = new RegExp(String.raw`\{"type":"step_start"${PART}`, "y");
const STEP_START_TAIL = ',"type":"step-start"}}';
const OLD_STEP_START_TAIL = new RegExp(String.raw`,"snapshot":${STRING}\}\}$`, "g");

const TEXT_HEAD = new RegExp(String.raw`\{"type":"text"${PART}${IDS},"type":"text","text":"`, "y");
const REASONING_HEAD = new RegExp(String.raw`\{"type":"reasoning"${PART}${IDS},"type":"reasoning","text":"`, "y");
const TEXT_TAIL_HERE = new RegExp(`"${TIME}$`, "y");
const TEXT_TAIL = new RegExp(`"${TIME}$`, "g");

const COMPLETED = String.raw`,"state":\{"status":"completed",`;
const TOOL = String.raw`"type":"tool","tool":${STRING},"callID":${STRING}`;
const TOOL_HEAD = new RegExp(String.raw`\{"type":"tool_use"${PART}${TOOL}${COMPLETED}`, "y");
const TOOL_TAIL = new RegExp(String.raw`,"messageID":${STRING}\}\}$`, "g");
const OLD_TOOL = String.raw`${IDS},"type":"tool","callID":${STRING},"tool":${STRING}`;
const OLD_TOOL_HEAD = new RegExp(String.raw`\{"type":"tool_use"${PART}${OLD_TOOL}${COMPLETED}`, "y");
const OLD_TOOL_TAIL = new RegExp(String.raw`${TIME}\}$`, "g");

/**
 * Tells the kind of a line by its frame, i.e. its first and last members, without parsing what is in between.
 *
 * The two orders of members are known that OpenCode has used (up to 1.3, and from 1.14 on). `recognise` returns null
 * for anything else, and the line must be parsed. Every frame reaches to the last character, so a line that was cut
 * is never recognised. For compact JSON that names no key of an object twice, as `JSON.stringify` writes it, the
 * kind is the one that parsing would find; tests hold this against the parser.
 */
export class LineFrame {
  readonly #finish = new FinishFrame();

  /** The step that the last recognised `step_finish` ended. Valid until the next line. */
  get finish(): FinishedStep {
    return this.#finish.step;
  }

  recognise(line: string): FramedKind | null {
    // {"type":"step_start   {"type":"step_finish   {"type":"text",   {"type":"tool_use   {"type":"reasoning
    // ^0       ^9   ^14: here they all differ
    switch (line.charAt(14)) {
      case "s":
        return isStepStart(line) ? "step_start" : null;
      case "f":
        return this.#finish.recognise(line) ? "step_finish" : null;
      case ",":
        return isText(line, TEXT_HEAD) ? "text" : null;
      case "u":
        return isCompletedTool(line) ? "tool_use" : null;
      case "n":
        return isText(line, REASONING_HEAD) ? "reasoning" : null;
      default:
        return null;
    }
  }
}

function isStepStart(line: string): boolean {
  if (line.length > MAX_STEP_START_LENGTH || matchAt(STEP_START_HEAD, line, 0) < 0) return false;
  return line.endsWith(STEP_START_TAIL) || matchEnd(OLD_STEP_START_TAIL, line);
}

/** Synthetic texts are not recognised: they must not be taken for an answer, so they are parsed. */
function isText(line: string, head: RegExp): boolean {
  const start = matchAt(head, line, 0);
  if (start < 0) return false;
  // Mostly a text has no quotes, and the first one is its end. If it has, they are escaped.
  const quote = line.indexOf('"', start);
  if (matchAt(TEXT_TAIL_HERE, line, quote) >= 0) return true;
  return line[quote - 1] === "\\" && matchEnd(TEXT_TAIL, line) && !line.includes('"synthetic":', start);
}

/** Failed calls are not recognised: their error is wanted, so they are parsed. */
function isCompletedTool(line: string): boolean {
  return matchAt(TOOL_HEAD, line, 0) >= 0
    ? matchEnd(TOOL_TAIL, line)
    : matchAt(OLD_TOOL_HEAD, line, 0) >= 0 && matchEnd(OLD_TOOL_TAIL, line);
}
