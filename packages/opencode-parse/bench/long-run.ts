import type { RunReader } from "../src/index.ts";

/** What a pipe hands over at a time. */
const CHUNK_BYTES = 65_536;

/** The lines of a step that calls a tool and says something, 1.2 KB; `index` makes them differ. */
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

/** Writes so many bytes of a run that goes on and on: the same 1000 steps, in chunks of 64 KB, cut anywhere. */
export function writeLongRun(reader: RunReader, bytes: number): void {
  const steps = Buffer.from(
    Array.from({ length: 1000 }, (_, index) => step(index))
      .flat()
      .map((line) => `${line}\n`)
      .join(""),
  );
  let start = 0;
  for (let written = 0; written < bytes;) {
    const chunk = steps.subarray(start, start + CHUNK_BYTES);
    reader.write(chunk);
    written += chunk.length;
    start = (start + chunk.length) % steps.length;
  }
}

/** Time of a report after each single line: of the last tenth of the lines against that of the first. */
export function reportAfterEachLine(reader: RunReader, lines: number): number {
  const tenth = lines / 10;
  let first = 0;
  let last = 0;
  for (let done = 0, index = 0; done < lines; index++) {
    const pushed = step(index);
    const start = performance.now();
    for (const line of pushed) {
      reader.push(line);
      reader.report();
    }
    const spent = performance.now() - start;
    if (done < tenth) first += spent;
    else if (done >= lines - tenth) last += spent;
    done += pushed.length;
  }
  return last / first;
}
