import type { Behaviour } from "../behaviour.ts";
import { stepOf } from "../chat.ts";

/** A tool call every `interval` milliseconds for `total` milliseconds, then an answer: a run of known length and rhythm. */
export function pace(total: number, interval: number): Behaviour {
  const steps = Math.max(1, Math.floor(total / interval));
  return async (request, pause) => {
    const step = stepOf(request) + 1;
    await pause(interval);
    if (step >= steps) return { kind: "answer", text: `All ${steps} steps are done.` };
    const command = `echo step ${step} of ${steps}`;
    return { kind: "answer", text: "", calls: [{ name: "bash", arguments: { command, description: "Count" } }] };
  };
}
