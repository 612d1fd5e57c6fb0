import type { Behaviour } from "../behaviour.ts";
import { stepOf } from "../chat.ts";

/** Text, two tool calls at once, one of them with a non-zero exit, then text. */
export const tools: Behaviour = (request) => {
  if (stepOf(request) > 0 || request.tools.length === 0) return { kind: "answer", text: "Both commands ran." };
  return {
    kind: "answer",
    text: "Two commands at once.",
    calls: [
      { name: "bash", arguments: { command: "echo one; echo two", description: "Print two lines" } },
      { name: "bash", arguments: { command: "echo failing >&2; exit 3", description: "Fail" } },
    ],
  };
};
