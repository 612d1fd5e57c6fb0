/**
 * Holds what each published package exports, as its built declarations have it, against the reports in `packages/NAME/api`: a change
 * of the public API is seen in the diff of a commit, and not for the first time by its users. The packages must have been built.
 *
 *   node scripts/check-api.ts [--write] [folder…]     --write makes the reports anew; default: every package that is not private
 */
import { execFile } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join, resolve } from "node:path";
import { parseArgs } from "node:util";
import {
  Extractor,
  ExtractorConfig,
  ExtractorLogLevel,
  type IExtractorConfigPrepareOptions,
} from "@microsoft/api-extractor";
import { isPublished, readManifest, workspacePackages } from "./packages.ts";

/** API Extractor reads declarations with a compiler of its own; these are the options of a strict project on Node. */
const USER_OPTIONS = {
  target: "es2024",
  lib: ["es2024", "esnext.disposable"],
  module: "nodenext",
  types: ["node"],
  strict: true,
  skipLibCheck: true,
};

/** The built declarations of each entry that has some. */
function declarations(folder: string): string[] {
  const entries = Object.values(readManifest(folder).publishConfig?.exports ?? {});
  const types = entries.map((entry) => (typeof entry === "string" ? undefined : entry.types));
  return types.filter((path) => path !== undefined).map((path) => join(folder, path));
}

function optionsFor(folder: string, file: string, reportFolder: string): IExtractorConfigPrepareOptions {
  const unreported = { logLevel: ExtractorLogLevel.None };
  return {
    configObject: {
      projectFolder: resolve(folder),
      mainEntryPointFilePath: resolve(file),
      apiReport: {
        enabled: true,
        reportFileName: basename(file, ".d.ts"),
        reportFolder,
        reportTempFolder: join(reportFolder, "../unused"),
      },
      docModel: { enabled: false },
      dtsRollup: { enabled: false },
      tsdocMetadata: { enabled: false },
      compiler: { overrideTsconfig: { compilerOptions: USER_OPTIONS, files: [resolve(file)] } },
      messages: {
        compilerMessageReporting: { default: unreported },
        extractorMessageReporting: { default: unreported },
      },
    },
    configObjectFullPath: undefined,
    packageJsonFullPath: resolve(folder, "package.json"),
  };
}

/** Writes the report of each entry of a package into a folder, which is empty before. */
function report(folder: string, reportFolder: string): void {
  mkdirSync(reportFolder, { recursive: true });
  for (const file of declarations(folder)) {
    const { succeeded } = Extractor.invoke(ExtractorConfig.prepare(optionsFor(folder, file, reportFolder)), {
      localBuild: true,
      // That the report is new is no news here.
      messageCallback: (message) => void (message.handled = message.logLevel !== ExtractorLogLevel.Error),
    });
    if (!succeeded) throw new Error(`${file}: API Extractor could not read it`);
  }
}

/** How two folders differ, as a patch. Empty when they do not. */
function difference(before: string, after: string): Promise<string> {
  return new Promise((done, fail) => {
    execFile("git", ["diff", "--no-index", "--no-color", before, after], (error, stdout, stderr) => {
      if (error && error.code !== 1) fail(new Error(stderr));
      else done(stdout || stderr);
    });
  });
}

const { values, positionals } = parseArgs({ allowPositionals: true, options: { write: { type: "boolean" } } });
const published = workspacePackages().filter(isPublished);
const folders = positionals.length > 0 ? positionals : published.map(({ folder }) => folder);
const temporary = mkdtempSync(join(tmpdir(), "api-"));
try {
  for (const folder of folders) {
    const kept = join(folder, "api");
    const built = join(temporary, folder, "api");
    report(folder, built);
    if (values.write === true) {
      rmSync(kept, { recursive: true, force: true });
      cpSync(built, kept, { recursive: true });
    }
    const changes = await difference(kept, built);
    console.log(`${kept}: ${changes === "" ? "as built" : "error: the public API is another one now"}`);
    if (changes === "") continue;
    console.log(
      `${changes}\nIf that is meant: "pnpm run api" writes the reports anew, and a changeset tells the users.`,
    );
    process.exitCode = 1;
  }
} finally {
  rmSync(temporary, { recursive: true });
}
