import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execute } from "@paperclipai/adapter-opencode-local/server";
import type { AdapterExecutionContext } from "@paperclipai/adapter-utils";
import { afterAll, beforeAll, expect, test } from "vitest";
import { runPrompt } from "./prompt.ts";

// Paperclip's own adapter for OpenCode tells a conversation the task as well; of an issue it tells the wake alone.
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "prompt-oracle-"));
  await writeFile(join(folder, "opencode"), "#!/bin/sh\ncat >/dev/null\n");
  await chmod(join(folder, "opencode"), 0o755);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const wake = (reason: string, more: object = {}): object => ({
  reason,
  issue: { id: "i", identifier: "REA-1", title: "Say hello", status: "in_progress", description: "In two lines." },
  comments: [
    { id: "c", body: "Louder, please.", author: { type: "user", id: "u" }, createdAt: "2026-11-22T10:00:00Z" },
  ],
  ...more,
});
const OWN = {
  promptTemplate: "I am {{agent.name}} in {{run.id}}.",
  bootstrapPromptTemplate: " You are new, {{agentId}}. ",
};
const TALK = { conversationMode: true, paperclipTaskMarkdown: "All of it.", paperclipTaskMarkdownCompact: "In short." };

test.each<[string, Record<string, unknown>, Record<string, unknown>?]>([
  ["nothing woke it", {}],
  ["an assignment", { paperclipWake: wake("issue_assigned") }],
  ["an assignment, own templates", { paperclipWake: wake("issue_assigned") }, OWN],
  ["a comment", { paperclipWake: wake("issue_commented") }, OWN],
  ["a recovery", { paperclipWake: wake("source_scoped_recovery_action") }, OWN],
  ["planning", { paperclipWake: wake("issue_assigned", { issue: { id: "i", title: "T", workMode: "planning" } }) }],
  ["a handoff", { paperclipSessionHandoffMarkdown: " What was done. " }, OWN],
  ["a conversation", { ...TALK, paperclipWake: wake("issue_commented") }],
  ["a conversation, own templates", { ...TALK, paperclipWake: wake("issue_commented") }, OWN],
])(
  "a prompt is that of Paperclip's own adapter: %s",
  async (_, context, templates = {}) => {
    for (const sessionId of [null, "ses_1"]) {
      const ctx = contextOf(context, templates, sessionId);
      const theirs = await promptOfTheirs(ctx);
      const { text, metrics } = runPrompt(ctx, templates, sessionId !== null);
      expect(text).toBe(theirs?.prompt);
      expect({ ...metrics, instructionsChars: 0 }).toEqual(theirs?.promptMetrics);
    }
  },
  60_000,
);

function contextOf(
  context: Record<string, unknown>,
  templates: Record<string, unknown>,
  sessionId: string | null,
): AdapterExecutionContext {
  const env = { HOME: folder, XDG_CONFIG_HOME: join(folder, "config"), OPENCODE_ALLOW_ALL_MODELS: "true" };
  const config = { command: join(folder, "opencode"), cwd: folder, model: "stub/m", env, paperclipRuntimeSkills: [] };
  return {
    runId: "run-1",
    agent: { id: "agent-1", companyId: "company-1", name: "Ada", adapterType: "opencode_local", adapterConfig: {} },
    runtime: {
      sessionId,
      sessionParams: sessionId === null ? null : { sessionId },
      sessionDisplayId: null,
      taskKey: null,
    },
    config: { ...config, ...templates },
    context,
    onLog: () => Promise.resolve(),
  };
}

type Meta = Parameters<NonNullable<AdapterExecutionContext["onMeta"]>>[0];

/** What Paperclip's own adapter says it asks a program that answers nothing. */
async function promptOfTheirs(ctx: AdapterExecutionContext): Promise<Meta | undefined> {
  const told: Meta[] = [];
  await execute({ ...ctx, onMeta: (meta) => Promise.resolve(void told.push(meta)) });
  return told[0];
}
