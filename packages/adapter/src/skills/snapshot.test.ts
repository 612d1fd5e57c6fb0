import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { systemClock } from "@opencode-k8s/k8s-kit";
import { afterEach, beforeEach, expect, test } from "vitest";
import { readAgentFiles } from "../plan/index.ts";
import { listSkills, syncSkills } from "./index.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "skills-"));
  for (const name of ["a", "b", "paperclip"]) {
    await mkdir(join(folder, name));
    await writeFile(join(folder, name, "SKILL.md"), name);
  }
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const skill = (name: string, key: string = name): object => ({ key, runtimeName: name, source: join(folder, name) });
const own = "paperclipai/paperclip/paperclip";
const context = (desiredSkills: readonly string[], ...skills: object[]): Parameters<typeof listSkills>[0] => ({
  agentId: "agent-1",
  companyId: "company-1",
  adapterType: "opencode_k8s",
  config: { paperclipRuntimeSkills: skills, paperclipSkillSync: { desiredSkills } },
});
const states = (entries: readonly { key: string; state: string }[]): Record<string, string> =>
  Object.fromEntries(entries.map(({ key, state }) => [key, state]));

test("skills go with each run: nothing is installed, and those that are not desired are there to be chosen", async () => {
  const snapshot = await listSkills(context(["a"], skill("a"), skill("b"), skill("paperclip", own)));
  expect(snapshot).toMatchObject({ adapterType: "opencode_k8s", supported: true, mode: "ephemeral", warnings: [] });
  expect(snapshot.desiredSkills).toEqual([own, "a"]);
  expect(states(snapshot.entries)).toEqual({ a: "configured", b: "available", [own]: "configured" });
});

test("what is shown as configured is what a run gets, and why it goes without another", async () => {
  const given = context(["a", "empty", "gone"], skill("a"), skill("b"), skill("empty"));
  await mkdir(join(folder, "empty"));
  const snapshot = await listSkills(given);
  expect(states(snapshot.entries)).toEqual({ a: "configured", b: "available", empty: "missing", gone: "missing" });
  expect(snapshot.warnings).toEqual([
    expect.stringMatching(/"gone" is not available/),
    expect.stringMatching(/^A run goes without it: the skill empty .* it has no SKILL\.md$/),
  ]);

  const files = { instructionsFilePath: undefined, cwd: undefined };
  const run = await readAgentFiles({ config: given.config, context: {} }, files, new AbortController().signal);
  const configured = snapshot.entries.flatMap(({ state, runtimeName }) =>
    state === "configured" ? [runtimeName] : [],
  );
  expect(run.skills).toEqual(configured.map((name) => expect.objectContaining({ name }) as unknown));
});

test("a skill that Paperclip has not on its disk is missing, in Paperclip's words: it fetches it for a run", async () => {
  const remote = { ...skill("remote"), sourceStatus: "missing", missingDetail: "It is not there yet." };
  const snapshot = await listSkills(context(["remote"], remote));
  expect(snapshot.entries).toEqual([expect.objectContaining({ state: "missing", detail: "It is not there yet." })]);
  expect(snapshot.warnings).toEqual([]);
});

test("a sync changes no disk and shows the skills as they are now desired, in the place of those before", async () => {
  const snapshot = await syncSkills(context(["a"], skill("a"), skill("b")), ["b"]);
  expect(snapshot.desiredSkills).toEqual(["b"]);
  expect(states(snapshot.entries)).toEqual({ a: "available", b: "configured" });
});

test.each([{}, { paperclipRuntimeSkills: "all" }])("no skills are none, and no error: %j", async (config) => {
  const snapshot = await listSkills({ ...context([]), config });
  expect(snapshot).toMatchObject({ supported: true, desiredSkills: [], entries: [], warnings: [] });
});

test("a disk that does not answer keeps nobody waiting: the choice is shown, with a warning", async () => {
  const snapshot = await listSkills(context(["a"], skill("a")), { ...systemClock, sleep: () => Promise.resolve() });
  expect(states(snapshot.entries)).toEqual({ a: "configured" });
  expect(snapshot.warnings).toEqual([expect.stringMatching(/not known which skills can be read: .*agent's skills/)]);
});
