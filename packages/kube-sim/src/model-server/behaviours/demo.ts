import type { Behaviour } from "../behaviour.ts";
import { stepOf } from "../chat.ts";

/** Milliseconds that it seems to think, so that a reader can follow. */
const THINKING = 400;

/** An agent at work: says what it will do, writes a file, reads it back, sums up. */
export const demo: Behaviour = async (request, pause) => {
  if (request.tools.length === 0) return { kind: "answer", text: "A note for the team" };
  await pause(THINKING);
  switch (stepOf(request)) {
    case 0:
      return {
        kind: "answer",
        text: "I will leave a short note in the workspace, and then check what I wrote.",
        calls: [
          {
            name: "bash",
            arguments: {
              command: "printf '%s\\n' '# Heartbeat' '' 'Written by an agent in a pod.' > note.md && wc -l note.md",
              description: "Write the note",
            },
          },
        ],
      };
    case 1:
      return {
        kind: "answer",
        text: "The note is written. I read it back.",
        calls: [{ name: "read", arguments: { filePath: `${workingDirectory(request.messages[0]?.text)}/note.md` } }],
      };
    default:
      return {
        kind: "answer",
        text: "Done: `note.md` has a heading and one line, and reads as intended. Nothing else was changed.",
      };
  }
};

/** OpenCode tells the model where it works; its `read` wants an absolute path. */
function workingDirectory(system: string = ""): string {
  return /Working directory: (.+)/.exec(system)?.[1]?.trim() ?? ".";
}
