import { execFileSync } from "node:child_process";
import { cpSync, existsSync, globSync, symlinkSync } from "node:fs";
import { join, resolve } from "node:path";

/** Copies the working tree, as git sees it, with the installed packages of the original. No pnpm may install anything there. */
export function copyTree(destination: string): void {
  const listed = execFileSync("git", ["ls-files", "--cached", "--others", "--exclude-standard", "-z"], {
    encoding: "utf8",
  });
  for (const path of new Set(listed.split("\0"))) {
    // A file that was deleted and not yet committed is still listed.
    if (path !== "" && existsSync(path)) cpSync(path, join(destination, path));
  }
  symlinkSync(resolve("node_modules"), join(destination, "node_modules"));
  // Links of one package to another are relative; copied as they are, they stay inside the copy.
  for (const path of globSync("{packages/*,e2e}/node_modules")) {
    cpSync(path, join(destination, path), { recursive: true, verbatimSymlinks: true });
  }
}
