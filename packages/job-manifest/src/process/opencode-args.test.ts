import { expect, test } from "vitest";
import { sampleInput } from "../sample-input.ts";
import { openCodeArgs } from "./opencode-args.ts";

test("a value that begins with a dash stays the value of its option, and the prompt is no argument", () => {
  const args = openCodeArgs({
    ...sampleInput,
    model: "-a/-b",
    variant: "--help",
    title: "--version",
    extraArgs: ["--x"],
  });
  expect(args).toEqual(["run", "--format", "json", "--model=-a/-b", "--variant=--help", "--title=--version", "--x"]);
});

test.each([
  ["one of 128 KiB", ["x".repeat(128 * 1024)], "extraArgs[0]"],
  ["a few that are too much together", Array.from({ length: 5 }, () => "x".repeat(120_000)), "extraArgs"],
  ["many empty ones: the kernel counts a pointer for each", Array.from({ length: 60_000 }, () => ""), "extraArgs"],
])("%s would fail at exec, and is refused by name", (_, extraArgs, field) => {
  expect(() => openCodeArgs({ ...sampleInput, extraArgs })).toThrow(expect.objectContaining({ field }));
});
