import { type Receipt, RECEIPT_TYPE } from "@opencode-k8s/job-manifest";

/** What a container of a measurement prints. */
export interface Output {
  /** Lines, its first and its last included. */
  readonly lines: number;
  /** Between two lines, milliseconds. */
  readonly everyMs: number;
}

/** Lines that a container on kube-sim prints before it waits for the others. */
export const HELD_AFTER = 10;

/** About as long as a line of OpenCode is (the median of the captured runs, 400 to 500 bytes). */
const TEXT = "x".repeat(250);
const IDS = '"sessionID":"ses_1","part":{"id":"prt_1","messageID":"msg_1","sessionID":"ses_1"';
const TOKENS = '"tokens":{"total":2,"input":1,"output":1,"reasoning":0,"cache":{"read":0,"write":0}},"cost":0';

/** All but the number of a line, and what closes it: one step that says something, as OpenCode prints it. */
export const HEADS = {
  first: `{"type":"step_start","timestamp":1700000000000,${IDS},"type":"step-start"},"line":`,
  text: `{"type":"text","timestamp":1700000000000,${IDS},"type":"text","text":"${TEXT}","time":{"start":1,"end":1}},"line":`,
  last: `{"type":"step_finish","timestamp":1700000000000,${IDS},"type":"step-finish","reason":"stop",${TOKENS}},"at":"`,
} as const;

/** The line of this number, from 1 on, with its newline. The last one says when it was written. */
export function lineOf(line: number, lines: number): string {
  if (line === lines) return `${HEADS.last}${new Date().toISOString()}","line":${line}}\n`;
  return `${line === 1 ? HEADS.first : HEADS.text}${line}}\n`;
}

/** When the last line was written, by its own word, milliseconds since the epoch; `null` for any other line. */
export function writtenAt(line: string): number | null {
  const at = line.startsWith('{"type":"step_finish"') ? /"at":"([^"]+)","line"/.exec(line)?.[1] : undefined;
  return at === undefined ? null : Date.parse(at);
}

/** The number in a line of {@link lineOf}; NaN for any other. */
export function numberOf(line: string): number {
  return Number(line.slice(line.lastIndexOf(":") + 1, line.lastIndexOf("}")));
}

/** The last line of the program in the pod, of an OpenCode that has ended well. */
export function receiptOf(written: Pick<Receipt, "lines" | "bytes" | "durationMs">): string {
  const receipt: Receipt = {
    type: RECEIPT_TYPE,
    protocol: 1,
    exitCode: 0,
    signal: null,
    ...written,
    peakMemoryBytes: null,
    opencodeVersion: "1.18.33",
    stopReason: null,
  };
  return `${JSON.stringify(receipt)}\n`;
}
