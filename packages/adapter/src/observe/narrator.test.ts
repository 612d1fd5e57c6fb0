import { expect, test } from "vitest";
import { receiptFor } from "../../test/sim-run.ts";
import { parseReceipt, type Receipt } from "@opencode-k8s/job-manifest";
import { receiptNotes } from "./narrator.ts";

const notes = (more: Partial<Receipt>): string[] => {
  const receipt = parseReceipt(receiptFor([], more));
  if (receipt === null) throw new Error("no receipt");
  return receiptNotes(receipt);
};

test("a receipt that warns of nothing gives no note", () => {
  expect(notes({})).toEqual([]);
  expect(notes({ freshSession: false, warnings: [] })).toEqual([]);
});

test("a new session, and each warning, is a sentence; a warning of a later program is named", () => {
  expect(notes({ freshSession: true, warnings: ["git_missing", "moon_full"] })).toEqual([
    expect.stringContaining("new one"),
    expect.stringContaining("no git"),
    expect.stringContaining("moon_full"),
  ]);
});

test("a copy that could not be made is told with its reason", () => {
  expect(notes({ warnings: ["copy_failed"], copy: { failed: "cat: write error: No space left on device" } })).toEqual([
    "What OpenCode printed could not be copied to the shared claim: cat: write error: No space left on device.",
  ]);
});
