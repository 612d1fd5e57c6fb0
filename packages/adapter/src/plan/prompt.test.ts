import { describe, expect, test } from "vitest";
import { runPrompt, type RunPrompt } from "./prompt.ts";

const COMMENT = {
  reason: "issue_commented",
  issue: { id: "i", identifier: "REA-1", title: "Say hello", status: "in_progress", description: "In two lines." },
  comments: [
    { id: "c", body: "Louder, please.", author: { type: "user", id: "u" }, createdAt: "2026-11-22T10:00:00Z" },
  ],
};
const RECOVERY = { ...COMMENT, reason: "source_scoped_recovery_action" };
const TASK = { paperclipTaskMarkdown: "The whole task.", paperclipTaskMarkdownCompact: "The task in short." };

function prompt(
  context: Record<string, unknown>,
  config: Parameters<typeof runPrompt>[1] = {},
  resumed = false,
): RunPrompt {
  const agent = { id: "agent-1", companyId: "company-1", name: "Ada", adapterType: "opencode_k8s", adapterConfig: {} };
  return runPrompt({ agent, runId: "run-1", context }, config, resumed);
}

test("what no text may have is replaced, and said", () => {
  const { text, notes } = prompt({ paperclipTaskMarkdown: "one\0two\ud83dthree" }, { promptTemplate: "The rules." });
  expect(text).toContain("one\ufffdtwo\ufffdthree");
  expect(notes).toEqual([expect.stringContaining("U+FFFD stands in its place")]);
  expect(prompt(TASK).notes).toEqual([]);
});

test("the parts come in order, each is measured, and the whole is theirs", () => {
  const context = { ...TASK, paperclipWake: COMMENT, paperclipSessionHandoffMarkdown: "What was done." };
  const { text, metrics } = prompt(context, { bootstrapPromptTemplate: "You are new.", promptTemplate: "The rules." });
  const places = ["You are new.", "Louder, please.", "The whole task.", "What was done.", "The rules."].map((part) =>
    text.indexOf(part),
  );
  expect(places).toEqual(places.toSorted((a, b) => a - b));
  expect(places).not.toContain(-1);
  expect(metrics).toMatchObject({
    promptChars: text.length,
    bootstrapPromptChars: 12,
    taskContextChars: 15,
    sessionHandoffChars: 14,
    heartbeatPromptChars: 10,
  });
  const blanks = 4 * "\n\n".length;
  expect(metrics["wakePromptChars"]).toBe(text.length - 12 - 15 - 14 - 10 - blanks);
});

test("templates know the agent, the run and what woke it", () => {
  const promptTemplate = "{{agent.name}} {{agentId}} {{company.id}} {{runId}} {{context.issueId}} {{nothing}}.";
  expect(prompt({ issueId: "i" }, { promptTemplate }).text).toBe("Ada agent-1 company-1 run-1 i .");
});

test("without a template the rules are Paperclip's, of a heartbeat or of a conversation", () => {
  const [heartbeat, conversation] = [prompt({}).text, prompt({ conversationMode: true }).text];
  expect(heartbeat).toContain("Ada");
  expect(heartbeat).not.toBe(conversation);
});

test("an issue's description is told once: by the task, else by the wake", () => {
  const issue = { ...COMMENT, reason: "issue_assigned" };
  expect(prompt({ paperclipWake: issue }).text).toContain("In two lines.");
  expect(prompt({ ...TASK, paperclipWake: issue }).text).not.toContain("In two lines.");
});

describe("who goes on with a session", () => {
  const templates = { bootstrapPromptTemplate: "You are new.", promptTemplate: "The rules." };

  test("is told what woke it and the task in short, but neither how a session begins nor the rules", () => {
    const { text, metrics } = prompt({ ...TASK, paperclipWake: COMMENT }, templates, true);
    expect(text).toContain("Louder, please.");
    expect(text).toContain("The task in short.");
    for (const part of ["You are new.", "The rules.", "The whole task."]) expect(text).not.toContain(part);
    expect(metrics).toMatchObject({ bootstrapPromptChars: 0, heartbeatPromptChars: 0 });
  });

  test("without any wake is told the rules again: there is nothing else to say", () => {
    expect(prompt({}, templates, true).text).toBe("The rules.");
  });
});

test("a wake to recover has its own rules, also in a new session", () => {
  const { text } = prompt({ paperclipWake: RECOVERY }, { promptTemplate: "The rules." });
  expect(text).not.toContain("The rules.");
  expect(text).toContain("Say hello");
});

test("the mode of work is told", () => {
  const planning = { ...COMMENT, reason: "issue_assigned", issue: { ...COMMENT.issue, workMode: "planning" } };
  expect(prompt({ paperclipWake: planning }).text).toMatch(/planning/i);
});
