import type { Behaviour } from "../behaviour.ts";

/**
 * One short answer that proves what the model was given: the session's first message, and how many there are. A
 * resumed session therefore answers with the words of its first run.
 */
export const text: Behaviour = ({ messages }) => {
  const said = messages.filter(({ role }) => role === "user").map((message) => message.text.trim());
  const first = said[0]?.split("\n")[0]?.slice(0, 120) ?? "";
  return {
    kind: "answer",
    text: `Message ${said.length} of this session, which began with: ${JSON.stringify(first)}.`,
  };
};
