import type { Behaviour } from "../behaviour.ts";
import { stepOf } from "../chat.ts";

/** A command that prints a NUL byte, then an answer with another one and half of a surrogate pair: text that databases refuse. */
export const awkward: Behaviour = async (request, pause) => {
  await pause(1); // By its clock an answer can be held back.
  if (stepOf(request) > 0 || request.tools.length === 0)
    return { kind: "answer", text: "A NUL \0, half of a pair \uD83D, and the end." };
  const call = { name: "bash", arguments: { command: "printf 'a\\0b\\n'", description: "Print a NUL byte" } };
  return { kind: "answer", text: "First a command.", calls: [call] };
};
