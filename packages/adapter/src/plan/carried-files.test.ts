import fc from "fast-check";
import { expect, test } from "vitest";
import { carriedFiles } from "./carried-files.ts";

const FILES = "/run/opencode-k8s-input/files";

test("a skill's files keep their places, and OpenCode is told the folder of all skills once", () => {
  const script = { path: "scripts/check.sh", content: "#!/bin/sh\n", executable: true };
  const logo = { path: "logo.png", content: new Uint8Array([0, 255]) };
  const skills = ["release", "review"].map((name) => ({ kind: "carried", name, files: [script, logo] }) as const);
  expect(carriedFiles(skills, [])).toEqual({
    files: [
      { ...script, path: "skills/release/scripts/check.sh" },
      { ...logo, path: "skills/release/logo.png" },
      { ...script, path: "skills/review/scripts/check.sh" },
      { ...logo, path: "skills/review/logo.png" },
    ],
    skillFolders: [`${FILES}/skills`],
    instructions: [],
  });
});

test("instructions keep their order, and their paths are absolute", () => {
  const carried = { kind: "carried", name: "AGENTS.md", content: "Be brief." } as const;
  const mounted = { kind: "mounted", path: "/paperclip/RULES.md" } as const;
  expect(carriedFiles([], [carried, mounted])).toEqual({
    files: [{ path: "instructions/AGENTS.md", content: "Be brief." }],
    skillFolders: [],
    instructions: [`${FILES}/instructions/AGENTS.md`, "/paperclip/RULES.md"],
  });
});

test("what lies on a volume is not carried", () => {
  const folder = "/paperclip/skills/release";
  expect(carriedFiles([{ kind: "mounted", folder }], [])).toEqual({
    files: [],
    skillFolders: [folder],
    instructions: [],
  });
});

test("whatever they are called, each has a plain name of its own", () => {
  const name = fc
    .array(fc.constantFrom("a", "2-", "/", "..", ".", "\0", "é", " ", "a".repeat(90)))
    .map((all) => all.join(""));
  fc.assert(
    fc.property(fc.array(name), (names) => {
      const { files } = carriedFiles(
        [],
        names.map((each) => ({ kind: "carried", name: each, content: "" })),
      );
      const paths = files.map(({ path }) => path);
      expect(new Set(paths).size).toBe(names.length);
      for (const path of paths) expect(path).toMatch(/^instructions\/(?!\.)[A-Za-z0-9._-]{1,110}$/);
    }),
  );
});
