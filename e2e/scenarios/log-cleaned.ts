import { randomBytes } from "node:crypto";
import { parseLine } from "@opencode-k8s/opencode-parse";
import { expect } from "vitest";
import { accountOf, expectCollected } from "../world/index.ts";
import type { Scenario } from "./scenario.ts";

/** What of a chunk Paperclip's live view carries, bytes. */
const MAX_CHUNK = 8192;

/** What an agent prints without thinking: its environment, and more than anybody reads. */
export const logCleaned: Scenario = {
  name: "the agent prints a token, and 200 KB: the one masked, the other shortened",
  async play(world) {
    const token = randomBytes(24).toString("base64url");
    const env = { ...(world.parts.config("commands").env as Record<string, string>), DEPLOY_TOKEN: token };
    const task = [
      "$ printenv DEPLOY_TOKEN; printenv DEPLOY_TOKEN | base64",
      "$ head -c 200000 /dev/zero | tr '\\0' x",
      // The command itself is printed, too.
      `$ echo ${token} ${"y".repeat(10_000)} | wc -c`,
    ].join("\n");
    const run = world.heartbeat({ model: "commands", task, config: { env } });
    const result = await run.heartbeat.result;

    expect(result.errorMessage ?? null).toBeNull();
    expect(result).toMatchObject({ exitCode: 0, summary: "Commands tried: 3." });
    const { events, notes, torn } = run.heartbeat;
    const all = JSON.stringify([events, notes, torn, result]);
    for (const form of [token, Buffer.from(token).toString("base64")]) expect(all.includes(form)).toBe(false);
    expect(torn).toEqual([]);
    expect(events.filter((line) => Buffer.byteLength(line) >= MAX_CHUNK)).toEqual([]);
    const tools = events.map((line) => parseLine(line)).filter(({ type }) => type === "tool_use");
    expect(tools).toHaveLength(3);
    expect(JSON.stringify(tools[2])).toMatch(/echo \*\*\* y+… \[\d+ characters left out\] …y+/);
    if (world.parts.kind === "cluster") {
      expect(JSON.stringify(tools[0])).toMatch(/"output":"\*\*\*\\n\*\*\*/);
      expect(JSON.stringify(tools[1])).toMatch(/x… \[\d+ characters left out\] …/);
    }
    await expectSameOtherwise(events, await run.witness.linesWritten(), token);
    expect(accountOf(result).log).toMatchObject({ lines: events.length, complete: true });
    await expectCollected(world, run);
  },
};

/** Lines that needed nothing are handed over as they were written; the node has the others as they were. */
async function expectSameOtherwise(
  events: readonly string[],
  written: readonly string[] | null,
  token: string,
): Promise<void> {
  if (!written) return;
  expect(written.filter((line) => line.includes(token)).length).toBeGreaterThan(0);
  expect(events).toHaveLength(written.length);
  written.forEach((line, index) => {
    if (Buffer.byteLength(line) < MAX_CHUNK && !line.includes(token)) expect(events[index]).toBe(line);
  });
}
