import { expect, test } from "vitest";
import { pullOf } from "./pulls.ts";

const pulled = (message: string): Parameters<typeof pullOf>[0] => ({
  reason: "Pulled",
  message,
  firstTimestamp: "2026-11-22T21:02:50Z",
  involvedObject: { fieldPath: "spec.containers{opencode}" },
  metadata: {},
});

test.each([
  ["1.234s", 1_234],
  ["850ms", 850],
  ["1m2.5s", 62_500],
  ["1h0m3s", 3_603_000],
])("a pull that took %s ended when the node said so", (took, ms) => {
  const message = `Successfully pulled image "x:1" in 300ms (${took} including waiting). Image size: 9 bytes.`;
  const [pull] = pullOf(pulled(message));
  expect(pull).toMatchObject({ container: "opencode", endedAt: new Date("2026-11-22T21:02:50Z") });
  expect(Number(pull?.endedAt) - Number(pull?.begunAt)).toBe(ms);
});

test("an image that was there is none, and neither is any other event", () => {
  expect(pullOf(pulled('Container image "x:1" already present on machine'))).toEqual([]);
  expect(pullOf({ ...pulled("Created container opencode"), reason: "Created" })).toEqual([]);
});
