/** Writes src/program/program.ts from src/program/run.sh: `pnpm run generate`. A test fails while they differ. */
import { readFile, writeFile } from "node:fs/promises";

const folder = new URL("src/program/", import.meta.url);
const lines = (await readFile(new URL("run.sh", folder), "utf8")).trimEnd().split("\n");

await writeFile(
  new URL("program.ts", folder),
  [
    "// Generated from run.sh beside it; change that, then `pnpm run generate`.",
    "",
    "/** The program in the pod: POSIX sh, constant. Its arguments are those of `opencode`. */",
    "export const PROGRAM: string = [",
    ...lines.map((line) => `  ${JSON.stringify(line)},`),
    '].join("\\n");',
    "",
  ].join("\n"),
);
