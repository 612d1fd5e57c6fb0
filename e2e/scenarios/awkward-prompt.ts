import { createHash } from "node:crypto";
import { expect } from "vitest";
import { expectCollected, expectWhole } from "../world/index.ts";
import { shellOpenCode } from "../world/shell-opencode.ts";
import { ANSWERING } from "./script.ts";
import type { Scenario } from "./scenario.ts";

interface Prompt {
  readonly name: string;
  readonly expected: string;
  readonly task: string;
  /** What OpenCode has to be asked first, byte for byte. */
  readonly arrives: string;
  /** What the run says of it. */
  readonly note?: RegExp;
}

/** A prompt that few would write: it comes to OpenCode as it is, or with what stands for what no text may have. */
function prompted({ name, expected, task, arrives, note }: Prompt): Scenario {
  return {
    name,
    fault: { group: "Input", expected },
    only: "cluster",
    async play(world) {
      const bytes = Buffer.from(arrives);
      const run = world.heartbeat({ task, config: await shellOpenCode(world, sayingHashOf(bytes.length)) });

      const result = await run.heartbeat.result;

      expect(result.errorMessage ?? null).toBeNull();
      expect(run.heartbeat.events[0]).toContain(createHash("sha256").update(bytes).digest("hex"));
      if (note) expect(run.heartbeat.notes).toContainEqual(expect.stringMatching(note));
      await expectWhole(run);
      await expectCollected(world, run);
    },
  };
}

/** OpenCode, as a script that says the hash of what its prompt begins with, so many bytes, and answers. */
function sayingHashOf(bytes: number): string {
  const said =
    '{"type":"text","timestamp":1,"sessionID":"ses_1","part":{"type":"text","text":"%s","time":{"start":1,"end":1}}}';
  return `cat >"$TMPDIR/prompt"\nprintf '${said}\\n' "$(head -c ${bytes} "$TMPDIR/prompt" | sha256sum)"\n${ANSWERING}`;
}

const LINE = "A line of a long prompt, of which there are many.\n";
const LONG = LINE.repeat(105_000);

export const awkwardPrompts: readonly Scenario[] = [
  prompted({
    name: "a prompt of 5 MB",
    expected: "it comes to OpenCode whole",
    task: LONG,
    arrives: LONG.trim(),
  }),
  prompted({
    name: "a NUL byte and half of a surrogate pair in the prompt",
    expected: "the run says that it replaced them, and OpenCode gets what stands for them",
    task: "before \0 middle \ud83d after",
    arrives: "before \ufffd middle \ufffd after",
    note: /U\+FFFD stands in its place/,
  }),
];
