import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { requireSame, type TreeState, treeState } from "./tree-state.ts";

let root: string;
let before: TreeState;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "tree-"));
  const git = (...args: string[]): void => void execFileSync("git", args, { cwd: root });
  git("init", "--quiet");
  write("kept", "one\n");
  write(".gitignore", "dist\n");
  git("add", ".");
  git("-c", "user.name=a", "-c", "user.email=a@localhost", "commit", "--quiet", "--message=one");
  before = treeState(root);
});
afterEach(() => rmSync(root, { recursive: true }));

const write = (name: string, text: string): void => writeFileSync(join(root, name), text);

test.each([
  ["a new file", "new", "two\n", /\?\? new/],
  ["a change of one that is known", "kept", "two\n", /\+two/],
])("%s is told", (_, name, text, message) => {
  write(name, text);
  expect(() => requireSame(before, treeState(root))).toThrow(message);
});

test("what git ignores is no change", () => {
  write("dist", "built\n");
  expect(() => requireSame(before, treeState(root))).not.toThrow();
});
