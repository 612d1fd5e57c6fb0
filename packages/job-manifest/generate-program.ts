/** Writes src/program/program.ts from run.sh and database.sh beside it: `pnpm run generate`. A test fails while they differ. */
import { readFile, writeFile } from "node:fs/promises";

const folder = new URL("src/program/", import.meta.url);
const source = async (name: string): Promise<string> => (await readFile(new URL(name, folder), "utf8")).trimEnd();
const database = await source("database.sh");
const lines = (await source("run.sh")).replace("# --- database.sh ---", () => database).split("\n");

await writeFile(
  new URL("program.ts", folder),
  [
    "// Generated from run.sh and database.sh beside it; change that, then `pnpm run generate`.",
    "",
    "/** The program in the pod: POSIX sh, constant. Its arguments are those of `opencode`. */",
    "export const PROGRAM: string = [",
    ...lines.map((line) => `  ${JSON.stringify(line)},`),
    '].join("\\n");',
    "",
  ].join("\n"),
);
