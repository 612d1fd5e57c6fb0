import { basename, dirname, resolve } from "node:path";
import type { AgentFiles } from "./found.ts";
import { readRunFile, smallEnough } from "./read-file.ts";
import { whyUnreadable } from "./words.ts";

/**
 * The file that every conversation of the agent begins with, and the word from where to read what it refers to.
 * @param workspace where the server has the agent's work: a relative path begins there
 */
export async function readInstructions(
  path: string | undefined,
  workspace: string,
): Promise<Pick<AgentFiles, "instructions" | "notes">> {
  if (path === undefined) return { instructions: [], notes: [] };
  const file = resolve(workspace, path);
  const name = basename(file);
  try {
    const text = Buffer.from((await readRunFile(file, name)).content).toString("utf8");
    const content = `${text}\n\nThese instructions are the file ${file}. Relative paths in them begin at ${dirname(file)}/.\n`;
    smallEnough(Buffer.byteLength(content), name);
    return { instructions: [{ kind: "carried", name, content }], notes: [`Instructions of the agent: ${file}`] };
  } catch (error) {
    const why = `the instructions in ${file} cannot be read: ${whyUnreadable(error)}`;
    return { instructions: [], notes: [`Warning: ${why}. The agent goes without them.`] };
  }
}
