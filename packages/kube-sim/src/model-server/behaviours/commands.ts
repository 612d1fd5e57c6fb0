import type { Behaviour } from "../behaviour.ts";
import { stepOf } from "../chat.ts";

/** Runs every line of the prompt that begins with `$ `, one command a step, and then says so. */
export const commands: Behaviour = (request) => {
  const asked = request.messages.find(({ role }) => role === "user")?.text ?? "";
  const lines = asked.split("\n").filter((line) => line.startsWith("$ "));
  const command = lines[stepOf(request)]?.slice(2);
  if (command === undefined) return { kind: "answer", text: `Commands tried: ${lines.length}.` };
  return { kind: "answer", text: "", calls: [{ name: "bash", arguments: { command, description: "Try a command" } }] };
};
