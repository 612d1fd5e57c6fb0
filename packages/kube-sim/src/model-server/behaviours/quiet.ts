import type { Behaviour } from "../behaviour.ts";
import { stepOf } from "../chat.ts";

/** A tool call, then silence for `duration` milliseconds, then the answer. */
export function quiet(duration: number): Behaviour {
  return async (request, pause) => {
    if (stepOf(request) === 0) {
      const call = { name: "bash", arguments: { command: "echo before the silence", description: "Speak" } };
      return { kind: "answer", text: "", calls: [call] };
    }
    await pause(duration);
    return { kind: "answer", text: "After the silence." };
  };
}
