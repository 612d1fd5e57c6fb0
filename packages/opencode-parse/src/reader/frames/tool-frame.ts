import { IDS, matchAt, OWNERS, PART, STRING, TIME } from "./frame-patterns.ts";
import { objectEnd, stringEnd } from "./json-scan.ts";

/** A tool call, as far as calls are compared with each other. */
export interface ToolCall {
  readonly tool: string;
  /** The input as it was printed. */
  readonly input: string;
}

const COMPLETED = String.raw`,"state":\{"status":"completed","input":`;
const HEAD = String.raw`"type":"tool","tool":${STRING},"callID":${STRING}`;
const OLD_HEAD = String.raw`${IDS},"type":"tool","callID":${STRING},"tool":${STRING}`;
const HEADS = new RegExp(String.raw`\{"type":"tool_use"${PART}(?:${HEAD}|${OLD_HEAD})${COMPLETED}`, "y");
const TAILS = new RegExp(String.raw`${TIME}\}(?:,"id":${STRING},${OWNERS})?\}\}$`, "y");

const NAME = '"tool":"';
/** Names the model of the sub-agent in its metadata, which is wanted: it is parsed. */
const TASK = "task";

/** Reads the frames of completed tool calls. Failed ones are not recognised: their error is wanted, so they are parsed. */
export class ToolFrame {
  #line = "";
  #inputStart = 0;
  #inputEnd = 0;
  #tool = "";

  /** The call of the last recognised line. Valid until the next line. */
  get call(): ToolCall {
    return { tool: this.#tool, input: this.#line.slice(this.#inputStart, this.#inputEnd) };
  }

  recognise(line: string): boolean {
    const inputStart = matchAt(HEADS, line, 0);
    if (inputStart < 0) return false;
    const nameStart = line.indexOf(NAME) + NAME.length;
    const tool = line.slice(nameStart, line.indexOf('"', nameStart));
    if (tool === TASK) return false;
    const inputEnd = objectEnd(line, inputStart);
    const outputEnd = stringMemberEnd(line, inputEnd, ',"output":');
    const end =
      line.charAt(outputEnd + 2) === "t"
        ? objectMemberEnd(line, stringMemberEnd(line, outputEnd, ',"title":'), ',"metadata":')
        : stringMemberEnd(line, objectMemberEnd(line, outputEnd, ',"metadata":'), ',"title":');
    if (end < 0 || matchAt(TAILS, line, end) < 0) return false;
    this.#line = line;
    this.#tool = tool;
    this.#inputStart = inputStart;
    this.#inputEnd = inputEnd;
    return true;
  }
}

/** Index after the member whose key stands at `start`; -1 if it does not stand there, or `start` is -1 itself. */
function stringMemberEnd(line: string, start: number, key: string): number {
  if (start < 0 || !line.startsWith(`${key}"`, start)) return -1;
  return stringEnd(line, start + key.length);
}

function objectMemberEnd(line: string, start: number, key: string): number {
  if (start < 0 || !line.startsWith(key, start)) return -1;
  return objectEnd(line, start + key.length);
}
