import { expect, test } from "vitest";
import type { RunInput } from "../input/run-input.ts";
import { sampleInput } from "../sample-input.ts";
import { outputCopy } from "./output-copy.ts";

const dataClaim = { claimName: "paperclip", mountPath: "/paperclip" };

function copyOf(change: Partial<RunInput>): ReturnType<typeof outputCopy> {
  return outputCopy({ ...sampleInput, dataClaim, keptOutputs: 3, ...change });
}

test("a copy has a folder of its agent and its run", () => {
  expect(copyOf({ agentId: "ada", runId: "r1" })).toEqual({ folder: "/paperclip/.opencode-k8s/.runs/ada/r1", kept: 3 });
});

test("no id leads out of that folder, or into that of a company", () => {
  const { folder } = copyOf({ agentId: "../..", runId: "/etc" }) ?? { folder: "" };
  expect(folder).toMatch(/^\/paperclip\/\.opencode-k8s\/\.runs\/[0-9a-f]{8}\/etc-[0-9a-f]{8}$/);
});

test("without being asked for there is none", () => {
  expect(outputCopy({ ...sampleInput, dataClaim })).toBeUndefined();
});

test.each([0, 1.5, 1001, Number.NaN])("%d runs are refused", (keptOutputs) => {
  expect(() => copyOf({ keptOutputs })).toThrow(`keptOutputs is ${keptOutputs}: give a whole number`);
});

test("a claim that is only read is refused, as is none", () => {
  expect(() => copyOf({ dataClaim: { ...dataClaim, readOnly: true } })).toThrow("keptOutputs has no shared claim");
  expect(() => outputCopy({ ...sampleInput, keptOutputs: 3 })).toThrow("keptOutputs has no shared claim");
});
