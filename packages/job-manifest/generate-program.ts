/** Writes src/program/program.ts from run.sh and its parts beside it: `pnpm run generate`. A test fails while they differ. */
import { writeFile } from "node:fs/promises";
import { programSource } from "./src/program/source.ts";

const lines = (await programSource()).split("\n");

await writeFile(
  new URL("src/program/program.ts", import.meta.url),
  [
    "// Generated from run.sh and its parts beside it; change those, then `pnpm run generate`.",
    "",
    "/** The program in the pod: POSIX sh, constant. Its arguments are those of `opencode`. */",
    "export const PROGRAM: string = [",
    ...lines.map((line) => `  ${JSON.stringify(line)},`),
    '].join("\\n");',
    "",
  ].join("\n"),
);
