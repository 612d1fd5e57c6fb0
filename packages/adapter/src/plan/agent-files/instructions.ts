import { readFile } from "node:fs/promises";
import { basename, dirname, resolve } from "node:path";
import type { AgentFiles } from "./found.ts";
import { MAX_FILE_BYTES } from "./read-folder.ts";
import { sizeInWords, whyUnreadable } from "./words.ts";

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
  try {
    const text = await readFile(file, "utf8");
    const content = `${text}\n\nThese instructions are the file ${file}. Relative paths in them begin at ${dirname(file)}/.\n`;
    const bytes = Buffer.byteLength(content);
    if (bytes > MAX_FILE_BYTES)
      return without(file, `it has ${sizeInWords(bytes)}, more than ${sizeInWords(MAX_FILE_BYTES)}`);
    return {
      instructions: [{ kind: "carried", name: basename(file), content }],
      notes: [`Instructions of the agent: ${file}`],
    };
  } catch (error) {
    return without(file, whyUnreadable(error));
  }
}

function without(file: string, why: string): Pick<AgentFiles, "instructions" | "notes"> {
  return {
    instructions: [],
    notes: [`Warning: the instructions in ${file} cannot be read: ${why}. The agent goes without them.`],
  };
}
