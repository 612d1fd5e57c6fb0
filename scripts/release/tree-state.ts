import { execFileSync } from "node:child_process";

/** What git sees of a working tree, line by line: which files are new or changed, and every change to those that it knows. */
export type TreeState = ReadonlySet<string>;

export function treeState(root = "."): TreeState {
  const git = (...args: string[]): string =>
    execFileSync("git", args, { cwd: root, encoding: "utf8", maxBuffer: 1 << 30 });
  return new Set([git("status", "--porcelain", "--untracked-files=all"), git("diff", "HEAD")].join("").split("\n"));
}

/** @throws with what is in one of them only. */
export function requireSame(before: TreeState, after: TreeState): void {
  const changed = [...before, ...after].filter((line) => before.has(line) !== after.has(line));
  if (changed.length > 0) throw new Error(`the tree has changed meanwhile:\n${changed.slice(0, 20).join("\n")}`);
}
