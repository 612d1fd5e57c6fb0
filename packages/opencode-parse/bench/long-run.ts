import { createRunReader } from "../src/index.ts";
import type { RunReader } from "../src/index.ts";
import { median } from "./median.ts";

/** The lines of a step that calls a tool and says something, 1.2 KB and more; `index` makes them differ. */
function step(index: number): string[] {
  const id = `prt_${index}`;
  const messageID = `msg_${index}`;
  const sessionID = "ses_1";
  const ids = { id, messageID, sessionID };
  const time = { start: index, end: index + 1 };
  const state = {
    status: "completed",
    input: { command: `echo ${index}`, description: "Say a number" },
    output: `${index}\n`.repeat(20),
    metadata: { output: `${index}\n`.repeat(20), exit: 0, truncated: false },
    title: `echo ${index}`,
    time,
  };
  const tokens = { total: 120, input: 100, output: 20, reasoning: 0, cache: { write: 0, read: 0 } };
  return [
    { type: "step_start", part: { ...ids, snapshot: "853694aae8816094a0d875fee7ea26278dbf5d0f", type: "step-start" } },
    { type: "text", part: { ...ids, type: "text", text: `Number "${index}"`, time } },
    { type: "tool_use", part: { type: "tool", tool: "bash", callID: `call_${index}`, state, ...ids } },
    {
      type: "step_finish",
      part: { id, reason: "tool-calls", messageID, sessionID, type: "step-finish", tokens, cost: 0.0001 },
    },
  ].map(({ type, part }) => JSON.stringify({ type, timestamp: 1795340000000 + index, sessionID, part }));
}

const STEPS_AT_ONCE = 50;

/** A run that goes on and on, no line like another, some 64 KB at a time, until so many bytes are there. */
export function* longRun(bytes: number): Generator<Uint8Array> {
  const encoder = new TextEncoder();
  let made = 0;
  for (let first = 0; made < bytes; first += STEPS_AT_ONCE) {
    const lines = Array.from({ length: STEPS_AT_ONCE }, (_, index) => step(first + index)).flat();
    const chunk = encoder.encode(lines.map((line) => `${line}\n`).join(""));
    made += chunk.length;
    yield chunk;
  }
}

const ROUNDS = 101;
const STEPS_OF_A_ROUND = 100;

/** Time of lines with a report after each, for a reader that has read so many before against a new one; median of rounds. */
export function growthOfReports(lines: number): number {
  const old = createRunReader();
  for (let index = 0; old.report().steps * 4 < lines; index++) for (const line of step(index)) old.push(line);
  const ratios = Array.from({ length: 2 * ROUNDS }, (_, round) => {
    const pushed = Array.from({ length: STEPS_OF_A_ROUND }, (_each, index) => step(lines + round + index)).flat();
    const fresh = createRunReader();
    // Whoever is second has the lines in the cache.
    if (round % 2 === 0) return timeOf(old, pushed) / timeOf(fresh, pushed);
    const time = timeOf(fresh, pushed);
    return timeOf(old, pushed) / time;
  });
  return median(ratios.slice(ROUNDS));
}

function timeOf(reader: RunReader, lines: readonly string[]): number {
  const start = performance.now();
  for (const line of lines) {
    reader.push(line);
    reader.report();
  }
  return performance.now() - start;
}
