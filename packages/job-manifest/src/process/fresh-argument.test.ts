import { expect, test } from "vitest";
import { buildRunObjects } from "../build-run-objects.ts";
import { expand } from "../kubernetes-expansion.test-support.ts";
import type { RunInput } from "../input/run-input.ts";
import { sampleInput } from "../sample-input.ts";

function freshArgument(change: Partial<RunInput>): string | undefined {
  const container = buildRunObjects({ ...sampleInput, ...change }).job.spec?.template.spec?.containers[0];
  const variable = container?.env?.find(({ name }) => name === "OPENCODE_K8S_FRESH_ARGUMENT");
  return variable?.value === undefined ? undefined : expand(variable.value, { HOME: "/elsewhere" });
}

test("a run that goes on with a session also has the title of a new one, as it is", () => {
  expect(freshArgument({ sessionId: "ses_1", title: "costs $(HOME) $$5" })).toBe("--title=costs $(HOME) $$5");
  expect(freshArgument({ sessionId: "ses_1" })).toBe(`--title=run ${sampleInput.runId}`);
});

test("a run with a new session has none", () => {
  expect(freshArgument({ title: "anything" })).toBeUndefined();
});

test("a title that fits an argument but no variable is refused by name", () => {
  const title = "x".repeat(128 * 1024 - "--title=".length - 1);
  expect(() => freshArgument({ title })).not.toThrow();
  expect(() => freshArgument({ title, sessionId: "ses_1" })).toThrow(/title/);
});
