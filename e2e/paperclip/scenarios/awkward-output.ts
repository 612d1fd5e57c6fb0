import { expect } from "vitest";
import { textOf } from "../index.ts";
import type { Scenario } from "./scenario.ts";

/** Either would keep Paperclip from storing the run's end: its result would be lost, and the agent stay busy. */
export const awkwardOutput: Scenario = {
  name: "a NUL byte and half of a surrogate pair in the output: the run's end is stored, and the agent is free",
  async play(office) {
    const { api } = office.paperclip;
    const worker = await office.hire({ model: "awkward" });
    const issue = await worker.assign("Say it.");

    const run = await worker.finish(0, issue);

    expect(run).toMatchObject({ status: "succeeded", exitCode: 0, errorCode: null });
    expect(run.sessionIdAfter).toMatch(/^ses_/);
    expect(run.usageJson).toMatchObject({ outputTokens: expect.any(Number) as number });
    expect(run.resultJson).toMatchObject({ summary: "A NUL \uFFFD, half of a pair \uFFFD, and the end." });
    const { log, receipt } = run.resultJson as { log: object; receipt: { lines: number } };
    expect(log).toMatchObject({ lines: receipt.lines, complete: true });
    const text = textOf(await api.getRunLog(run.id));
    expect(text).toContain("half of a pair");
    expect(text.isWellFormed()).toBe(true);
    expect(text).not.toContain("\0");
    await office.world.eventually(120_000, "the agent is free", async () => {
      return (await api.getAgent(worker.agent.id)).status === "idle";
    });
  },
};
