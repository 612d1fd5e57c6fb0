import { expect, test } from "vitest";
import { chosenSession } from "./chosen-session.ts";

const KEPT = { mode: "workspace_subpath" } as const;
const on = { resumeLastSession: true };
const runtimeOf = (cwd?: string) => ({
  runtime: { sessionId: null, sessionParams: { sessionId: "ses_1", cwd }, sessionDisplayId: null, taskKey: null },
});

test("a session is gone on with in its own folder, and where nobody knows it", () => {
  expect(chosenSession(runtimeOf("/w"), on, KEPT, "/w")).toEqual({ resumes: "ses_1", notes: [] });
  expect(chosenSession(runtimeOf(), on, KEPT, "/w")).toEqual({ resumes: "ses_1", notes: [] });
});

test("a session of another folder is not, and the run says so", () => {
  const { resumes, notes } = chosenSession(runtimeOf("/v"), on, KEPT, "/w");
  expect(resumes).toBeNull();
  expect(notes).toEqual([expect.stringContaining("made in /v")]);
});

test("resumeLastSession: false begins a new one each time, and the run says so", () => {
  const { resumes, notes } = chosenSession(runtimeOf("/w"), { resumeLastSession: false }, KEPT, "/w");
  expect(resumes).toBeNull();
  expect(notes).toEqual([expect.stringContaining("resumeLastSession")]);
});

test("a database that ended with its pod has none", () => {
  expect(chosenSession(runtimeOf("/w"), on, { mode: "ephemeral" }, "/w")).toEqual({ resumes: null, notes: [] });
});
