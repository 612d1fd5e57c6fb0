import { stripVTControlCharacters } from "node:util";
import type { CLIAdapterModule } from "@paperclipai/adapter-utils";
import fc from "fast-check";
import { expect, expectTypeOf, test } from "vitest";
import * as cli from "./index.ts";

const event = (type: string, part: object): string =>
  JSON.stringify({ type, timestamp: 1, sessionID: "ses_1", part: { type, ...part } });
const say = event("text", { text: "Done." });

function printed(line: string, env: Record<string, string> = {}, debug = false): string {
  let text = "";
  const out = { isTTY: true, columns: 40, write: (more: string) => (text += more) };
  cli.formatStdoutEvent(line, debug, out, env);
  return text;
}
const plain = (line: string, debug?: boolean): string => printed(line, { NO_COLOR: "1" }, debug);

test("prints what the page of a run shows of a line", () => {
  const state = { status: "completed", input: { command: "ls" }, output: "a\n", metadata: {} };
  const use = event("tool_use", { tool: "bash", callID: "call_1", state });
  expect([plain(say), plain(use), plain("[paperclip] The image is being pulled.")]).toEqual([
    "● Done.\n",
    "◆ bash  ls\n  │ a\n",
    "· The image is being pulled.\n",
  ]);
});

test("is coloured on a terminal, unless nobody wants that", () => {
  expect(printed(say)).toContain("\u001b[32m●");
  expect(stripVTControlCharacters(printed(say))).toBe(plain(say));
  expect(plain(say)).toBe("● Done.\n");
});

test("prints nothing for the blank line that keeps a quiet run alive", () => {
  expect(plain("")).toBe("");
});

test("tells where steps start to who debugs", () => {
  const start = event("step_start", {});
  expect(plain(start)).toBe("");
  expect(plain(start, true)).toMatch(/^· \S.*\n$/);
});

test("whatever a line is, it ends whole lines, moves no cursor and throws nothing", () => {
  fc.assert(
    fc.property(fc.oneof(fc.string({ unit: "binary" }), fc.json()), fc.boolean(), (line, debug) => {
      expect(plain(line, debug)).toMatch(/^(?:\P{Cc}*\n)*$/u);
    }),
    { numRuns: 50 },
  );
});

test("the module is a formatter as Paperclip's terminal program has them", () => {
  expectTypeOf(cli).toExtend<CLIAdapterModule>();
  expect(cli.type).toBe("opencode_k8s");
});
