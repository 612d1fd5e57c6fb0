import { execFile } from "node:child_process";
import { chmod, mkdir, mkdtemp, rm, symlink, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { carriedFiles } from "../carried-files.ts";
import { type AgentFiles, readAgentFiles } from "./index.ts";

let folder: string;
beforeEach(async () => void (folder = await mkdtemp(join(tmpdir(), "agent-files-"))));
afterEach(() => rm(folder, { recursive: true, force: true }));

async function put(path: string, content: string | Uint8Array, mode = 0o644): Promise<void> {
  const file = join(folder, path);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, content);
  await chmod(file, mode);
}

const never = new AbortController().signal;
const read = (config: Record<string, unknown>, instructionsFilePath?: string): Promise<AgentFiles> => {
  const context = { paperclipWorkspace: { cwd: folder } };
  return readAgentFiles({ config, context }, { instructionsFilePath, cwd: undefined }, never);
};
const skill = (key: string, source = join(folder, key), more: object = {}): object => ({
  key,
  runtimeName: key,
  source,
  ...more,
});
const withSkills = (...skills: object[]): Promise<AgentFiles> => {
  const desiredSkills = skills.map((each) => ("key" in each ? each.key : ""));
  return read({ paperclipRuntimeSkills: skills, paperclipSkillSync: { desiredSkills } });
};

describe("instructions", () => {
  test("are the file's text, and the word from where to read what it refers to", async () => {
    await put("docs/AGENTS.md", "Be brief.");
    const { instructions, notes } = await read({}, join(folder, "docs/AGENTS.md"));
    expect(instructions).toEqual([
      {
        kind: "carried",
        name: "AGENTS.md",
        content: expect.stringMatching(/^Be brief\.\n\n.*\/docs\/\.\n$/) as string,
      },
    ]);
    expect(notes).toEqual([`Instructions of the agent: ${folder}/docs/AGENTS.md`]);
  });

  test("with a relative path are looked for in the workspace", async () => {
    await put("AGENTS.md", "Be brief.");
    expect((await read({}, "AGENTS.md")).instructions).toHaveLength(1);
  });

  test.each([
    ["not there", undefined, /ENOENT/],
    ["too large for a Secret", "x".repeat(1024 * 1024), /KiB/],
  ])("that are %s are told in a note, and the run goes without", async (_, content, why) => {
    if (content !== undefined) await put("AGENTS.md", content);
    const { instructions, notes } = await read({}, "AGENTS.md");
    expect(instructions).toEqual([]);
    expect(notes).toEqual([expect.stringMatching(why)]);
  });

  test("that are far too large are not read", async () => {
    await put("AGENTS.md", "");
    await truncate(join(folder, "AGENTS.md"), 4 * 1024 ** 3);
    expect((await read({}, "AGENTS.md")).notes).toEqual([expect.stringMatching(/has 4194304 KiB/)]);
  });

  test("that are no file are not waited for", async () => {
    await promisify(execFile)("mkfifo", [join(folder, "AGENTS.md")]);
    expect((await read({}, "AGENTS.md")).notes).toEqual([expect.stringMatching(/AGENTS\.md is no file/)]);
  });
});

describe("skills", () => {
  test("are their folders as they are: bytes, folders, programs, but no links out of them", async () => {
    await put("release/SKILL.md", "---\nname: release\n---\n");
    await put("release/scripts/check.sh", "#!/bin/sh\n", 0o755);
    await put("release/logo.png", new Uint8Array([0, 255]));
    await put("release/.git/HEAD", "ref");
    await symlink("/etc/hostname", join(folder, "release/hostname"));
    const { skills, instructions, notes } = await withSkills(skill("release"));
    expect(carriedFiles(skills, instructions).files).toEqual([
      { path: "skills/release/SKILL.md", content: new TextEncoder().encode("---\nname: release\n---\n") },
      { path: "skills/release/logo.png", content: new Uint8Array([0, 255]) },
      { path: "skills/release/scripts/check.sh", content: new TextEncoder().encode("#!/bin/sh\n"), executable: true },
    ]);
    expect(notes).toEqual(["Skills of the agent: release"]);
  });

  test("may be one file, and may be linked to", async () => {
    await put("one.md", "A skill.");
    await put("real/SKILL.md", "Another.");
    await symlink(join(folder, "real"), join(folder, "linked"));
    const { skills } = await withSkills(skill("one", join(folder, "one.md")), skill("linked"));
    expect(skills.map((each) => (each.kind === "carried" ? each.files.map(({ path }) => path) : []))).toEqual([
      ["SKILL.md"],
      ["SKILL.md"],
    ]);
  });

  test("are those that the agent is to have, and Paperclip's own", async () => {
    for (const name of ["a", "b", "paperclip"]) await put(`${name}/SKILL.md`, name);
    const own = skill("paperclipai/paperclip/paperclip", join(folder, "paperclip"), { runtimeName: "paperclip" });
    const paperclipRuntimeSkills = [skill("a"), skill("b"), own];
    const { notes } = await read({ paperclipRuntimeSkills, paperclipSkillSync: { desiredSkills: ["b"] } });
    expect(notes).toEqual(["Skills of the agent: b, paperclip"]);
    expect((await read({})).skills).toEqual([]);
  });

  test("that cannot be read are told in notes, and the others go with the run", async () => {
    await put("good/SKILL.md", "Good.");
    await put("empty/README.md", "No skill.");
    await put("large/SKILL.md", "x".repeat(1024 * 1024));
    for (let count = 0; count <= 300; count++) await put(`many/${count}`, "");
    const missing = skill("missing", join(folder, "missing"), {
      sourceStatus: "missing",
      missingDetail: "it was deleted",
    });
    const { skills, notes } = await withSkills(
      skill("empty"),
      skill("gone"),
      skill("large"),
      skill("many"),
      missing,
      skill("good"),
    );
    expect(skills).toHaveLength(1);
    expect(notes).toEqual([
      "Skills of the agent: good",
      expect.stringMatching(/skill empty .*no SKILL\.md/),
      expect.stringMatching(/skill gone .*ENOENT/),
      expect.stringMatching(/skill large .*SKILL\.md has 1024 KiB/),
      expect.stringMatching(/skill many .*more than 300 files/),
      expect.stringMatching(/skill missing .*it was deleted/),
    ]);
  });

  test("that are too much together are as many as fit", async () => {
    await put("s/SKILL.md", "A skill.");
    for (let count = 0; count < 249; count++) await put(`s/${count}`, "");
    const { skills, notes } = await withSkills(
      ...["a", "b", "c", "d", "e"].map((key) => skill(key, join(folder, "s"))),
    );
    expect(skills).toHaveLength(4);
    expect(notes).toEqual(["Skills of the agent: a, b, c, d", expect.stringMatching(/skill e .*more than 1000 files/)]);
  });
});

test("a run that is cancelled meanwhile is cancelled", async () => {
  const context = { paperclipWorkspace: {} };
  const cancelled = AbortSignal.abort(new Error("Cancelled."));
  const config = { instructionsFilePath: "/AGENTS.md", cwd: undefined };
  await expect(readAgentFiles({ config: {}, context }, config, cancelled)).rejects.toThrow("Cancelled.");
});
