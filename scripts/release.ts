/**
 * Publishes what is not yet published, after `pnpm check`. CI does it (.github/workflows/release.yml), with npm's trusted publishing.
 *
 *   pnpm run release [--dry-run [--without-paperclip]]
 *
 * A dry run publishes nothing and leaves the tree as it is. It makes the next release in a copy, tells versions, files, sizes and
 * what the CHANGELOGs would say, and uses the tarballs: in an empty project, and in the real Paperclip server.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { pack, type Packed, unpackedSize } from "./pack.ts";
import { consume } from "./release/consumer.ts";
import { makeNextRelease, type NextRelease } from "./release/next-release.ts";
import { requireSame, treeState } from "./release/tree-state.ts";

/** Runs a tool whose words are for whoever reads this. */
async function execute(tool: string, ...args: string[]): Promise<void> {
  const [code] = (await once(spawn(tool, args, { stdio: "inherit" }), "exit")) as [number | null];
  if (code !== 0) throw new Error(`${[tool, ...args].join(" ")} failed`);
}

function tell({ name, now, next, entry }: NextRelease, packed: Packed): void {
  const change = now === next ? `${now}, no changeset` : `${now} -> ${next}`;
  console.log(`\n${name}: ${change}: tarball ${packed.size} bytes, unpacked ${unpackedSize(packed)}`);
  for (const [path, size] of packed.files) console.log(`  ${String(size).padStart(8)} ${path}`);
  if (entry !== "") console.log(`\n${entry.replaceAll(/^/gm, "  | ")}`);
}

/** The fixture of the e2e suite: from a registry of its own, and as its users' servers load it. */
async function installIntoPaperclip(): Promise<void> {
  const files = ["paperclip/lifecycle.e2e.ts", "paperclip/pack-adapter.e2e.ts"];
  await execute("vitest", "run", "--config", "e2e/vitest.config.ts", "--project", "shared", ...files);
}

async function dryRun(withPaperclip: boolean): Promise<void> {
  const before = treeState();
  const temporary = mkdtempSync(join(tmpdir(), "release-"));
  const [copy = "", tarballs = "", project = ""] = ["copy", "tarballs", "project"].map((name) => join(temporary, name));
  mkdirSync(tarballs);
  mkdirSync(project);
  try {
    const packages: Packed[] = [];
    for (const release of await makeNextRelease(copy)) {
      const packed = await pack(release.folder, tarballs);
      tell(release, packed);
      packages.push(packed);
    }
    heading("in an empty project");
    await consume(project, packages);
    heading("in the real Paperclip server");
    if (withPaperclip) await installIntoPaperclip();
    else console.log("LEFT OUT, as --without-paperclip asks for: nothing shows that a server loads this adapter");
  } finally {
    rmSync(temporary, { recursive: true });
  }
  requireSame(before, treeState());
  heading("nothing was published, and the tree is as it was");
}

function heading(text: string): void {
  console.log(`\n=== ${text}`);
}

try {
  const options = { "dry-run": { type: "boolean" }, "without-paperclip": { type: "boolean" } } as const;
  const { "dry-run": isDry = false, "without-paperclip": alone = false } = parseArgs({ options }).values;
  if (alone && !isDry) throw new Error("--without-paperclip is for a --dry-run only");
  await execute("pnpm", "run", "check");
  await (isDry ? dryRun(!alone) : execute("changeset", "publish"));
} catch (error) {
  const { message, stderr = "" } = error as Error & { stderr?: string };
  console.error(`\nrelease: error: ${message}\n${message.includes(stderr) ? "" : stderr}`);
  process.exitCode = 1;
}
