import { describe, expect, test } from "vitest";
import { knewAll, wakeOf } from "./wake.ts";

const paperclipIssue = { title: "A task", description: "Do it." };
const first = wakeOf({ context: { paperclipIssue, wakeReason: "issue_assigned", wakeCommentIds: ["c1"] } }).join(" ");

describe("a later wake of the task", () => {
  test.each([
    ["nothing but its reason", { wakeReason: "issue_continuation_needed" }],
    ["the same task", { paperclipIssue: { ...paperclipIssue, status: "in_progress" } }],
    ["the same comment", { paperclipIssue, wakeCommentId: "c1", paperclipWake: { comments: [{ id: "c1" }] } }],
  ])("that brings %s brings nothing new", (_, context) => {
    expect(knewAll(first, wakeOf({ context }))).toBe(true);
  });

  test.each([
    ["another comment", { wakeCommentIds: ["c1", "c2"] }],
    ["a comment in the payload only", { paperclipWake: { comments: [{ id: "c2" }] } }],
    ["another text of the task", { paperclipIssue: { ...paperclipIssue, description: "Do more." } }],
    ["an approval", { approvalId: "a1", approvalStatus: "approved" }],
    ["an answer", { interactionKind: "question", interactionStatus: "answered" }],
    ["words of another agent", { paperclipWake: { agentMessage: { text: "Look here." } } }],
    ["the wish to begin anew", { forceFreshSession: true }],
  ])("that brings %s does", (_, context) => {
    expect(knewAll(first, wakeOf({ context }))).toBe(false);
  });
});

test("what an unknown wake brought is not known", () => {
  expect(knewAll(undefined, [])).toBe(false);
});

test("no text of a task or an answer is in it", () => {
  expect(first).toMatch(/^[0-9a-f]{16}( [0-9a-f]{16})*$/);
});
