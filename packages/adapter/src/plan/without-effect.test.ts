import { expect, test } from "vitest";
import { withoutEffect } from "./without-effect.ts";

test("a setting of the adapter before this one is accepted, and named as one that does nothing", () => {
  expect(withoutEffect({ env: { LOG_EXIT_COMPLETION_GRACE_MS: "30000", PATH: "/bin" } })).toEqual([
    "LOG_EXIT_COMPLETION_GRACE_MS in the server's environment has no effect: the end of a run is its receipt, or its container's own word 5 s later",
  ]);
  expect(withoutEffect({ env: { PATH: "/bin" } })).toEqual([]);
});
