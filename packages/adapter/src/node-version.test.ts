import { expect, test } from "vitest";
import { nodeProblem } from "./node-version.ts";

test.each(["22.19.0", "22.20.1", "24.0.0", "26.1.0"])("Node %s will do", (version) => {
  expect(nodeProblem(version)).toBeNull();
});

test.each(["18.20.8", "20.20.2", "22.18.0"])("Node %s is named, with what is needed", (version) => {
  expect(nodeProblem(version)).toBe(
    `Paperclip runs on Node ${version}: the adapter needs 22.19 or newer. Start the server with Node 24.`,
  );
});

test("the Node of this repository will do", () => {
  expect(nodeProblem()).toBeNull();
});
