import { stat } from "node:fs/promises";
import {
  isPaperclipSkillSourceMissing,
  readPaperclipRuntimeSkillEntries,
  resolveLegacyPaperclipDesiredSkillNames,
} from "@paperclipai/adapter-utils/server-utils";
import type { RunFile } from "@opencode-k8s/job-manifest";
import type { Skill } from "../carried-files.ts";
import type { AgentFiles } from "./found.ts";
import { readFolder, readRunFile } from "./read-folder.ts";
import { sizeInWords, whyUnreadable } from "./words.ts";

/** Of all skills together: a Job names each file, and takes 2000 of them. */
const MAX_FILES = 1_000;
const MAX_BYTES = 16 * 1024 * 1024;

/** The agent's skills, among them Paperclip's own, as `opencode_local` of 2026.916 chooses them. */
export async function readSkills(
  config: Readonly<Record<string, unknown>>,
): Promise<Pick<AgentFiles, "skills" | "notes">> {
  // Without a list the helper would look for skills beside the program.
  if (!Array.isArray(config.paperclipRuntimeSkills)) return { skills: [], notes: [] };
  const entries = await readPaperclipRuntimeSkillEntries({ ...config }, "");
  const desired = resolveLegacyPaperclipDesiredSkillNames({ ...config }, entries);
  const skills: Skill[] = [];
  const notes: string[] = [];
  let [count, bytes] = [0, 0];
  for (const entry of entries.filter(({ key }) => desired.includes(key))) {
    try {
      if (isPaperclipSkillSourceMissing(entry)) throw new Error(entry.missingDetail ?? "it is missing");
      const files = await readSkill(entry.source);
      const size = files.reduce((sum, { content }) => sum + content.length, 0);
      if (count + files.length > MAX_FILES || bytes + size > MAX_BYTES)
        throw new Error(`with it the skills would have more than ${MAX_FILES} files, or ${sizeInWords(MAX_BYTES)}`);
      [count, bytes] = [count + files.length, bytes + size];
      skills.push({ kind: "carried", name: entry.runtimeName, files });
    } catch (error) {
      notes.push(`Warning: the skill ${entry.key} cannot be read from ${entry.source}: ${whyUnreadable(error)}`);
    }
  }
  const names = skills.flatMap((skill) => (skill.kind === "carried" ? [skill.name] : []));
  return { skills, notes: [...(names.length === 0 ? [] : [`Skills of the agent: ${names.join(", ")}`]), ...notes] };
}

/** A folder, or a file that is all of the skill. */
async function readSkill(source: string): Promise<readonly RunFile[]> {
  if ((await stat(source)).isFile()) return [await readRunFile(source, "SKILL.md")];
  const files = await readFolder(source);
  if (!files.some(({ path }) => path === "SKILL.md")) throw new Error("it has no SKILL.md");
  return files;
}
