import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { getReleasePlan } from "@changesets/get-release-plan";
import { copyTree } from "../copy-tree.ts";
import { isPublished, readManifest, workspacePackages } from "../packages.ts";
import { changelogEntry } from "./changelog.ts";

const run = promisify(execFile);

/** A published package, and what its next release would be. */
export interface NextRelease {
  readonly name: string;
  /** In the copy: with the next version, and built. */
  readonly folder: string;
  readonly now: string;
  readonly next: string;
  /** What its CHANGELOG would say of the next version. Empty when there is no changeset for it. */
  readonly entry: string;
}

/** Makes the next release of all packages in a folder that is empty before, as CI would: `changeset version`, then the builds. */
export async function makeNextRelease(copy: string): Promise<NextRelease[]> {
  // Changesets looks up the commit of each changeset.
  await run("git", ["clone", "--quiet", "--shared", "--no-checkout", ".", copy]);
  copyTree(copy);
  // Without any it would fail: what is there then has its versions, and waits to be published.
  const { changesets } = await getReleasePlan(copy);
  if (changesets.length > 0) await run("changeset", ["version"], { cwd: copy });
  const releases: NextRelease[] = [];
  for (const { folder, manifest } of workspacePackages().filter(isPublished)) {
    const copied = resolve(copy, folder);
    await run("tsdown", [], { cwd: copied });
    const next = readManifest(copied).version;
    const entry =
      next === manifest.version ? "" : changelogEntry(readFileSync(join(copied, "CHANGELOG.md"), "utf8"), next);
    releases.push({ name: manifest.name, folder: copied, now: manifest.version, next, entry });
  }
  return releases;
}
