import { stat } from "node:fs/promises";
import {
  isPaperclipSkillSourceMissing,
  type PaperclipSkillEntry,
  readPaperclipRuntimeSkillEntries,
  resolveLegacyPaperclipDesiredSkillNames,
} from "@paperclipai/adapter-utils/server-utils";
import type { RunFile } from "@opencode-k8s/job-manifest";
import type { Skill } from "../carried-files.ts";
import type { AgentFiles } from "./found.ts";
import { readRunFile } from "./read-file.ts";
import { readFolder } from "./read-folder.ts";
import { sizeInWords, whyUnreadable } from "./words.ts";

/** Of all skills together: a Job names each file, and takes 2000 of them. */
const MAX_FILES = 1_000;
const MAX_BYTES = 16 * 1024 * 1024;

/** What an agent's configuration says of skills. */
export interface SkillChoice {
  /** All that Paperclip has for the agent. */
  readonly available: readonly PaperclipSkillEntry[];
  /** Keys of those that the agent is to have; some may not be available. */
  readonly desired: readonly string[];
}

/** A skill as a run finds it: its files, or why it goes without. */
export type FoundSkill =
  | { readonly entry: PaperclipSkillEntry; readonly files: readonly RunFile[] }
  | { readonly entry: PaperclipSkillEntry; readonly problem: string };

/** The agent's skills, among them Paperclip's own, as `opencode_local` of 2026.916 chooses them. */
export async function chooseSkills(config: Readonly<Record<string, unknown>>): Promise<SkillChoice> {
  // Without a list the helper would look for skills beside the program.
  const listed = Array.isArray(config["paperclipRuntimeSkills"]) ? config : { ...config, paperclipRuntimeSkills: [] };
  const available = await readPaperclipRuntimeSkillEntries({ ...listed }, "");
  return { available, desired: resolveLegacyPaperclipDesiredSkillNames({ ...listed }, available) };
}

/** What of the desired skills is on the server's disk, and fits into a run. */
export async function findSkills({ available, desired }: SkillChoice): Promise<FoundSkill[]> {
  const found: FoundSkill[] = [];
  let [count, bytes] = [0, 0];
  for (const entry of available.filter(({ key }) => desired.includes(key))) {
    try {
      if (isPaperclipSkillSourceMissing(entry)) throw new Error(entry.missingDetail ?? "it is missing");
      const files = await readSkill(entry.source);
      const size = files.reduce((sum, { content }) => sum + content.length, 0);
      if (count + files.length > MAX_FILES || bytes + size > MAX_BYTES)
        throw new Error(`with it the skills would have more than ${MAX_FILES} files, or ${sizeInWords(MAX_BYTES)}`);
      [count, bytes] = [count + files.length, bytes + size];
      found.push({ entry, files });
    } catch (error) {
      const why = whyUnreadable(error);
      found.push({ entry, problem: `the skill ${entry.key} cannot be read from ${entry.source}: ${why}` });
    }
  }
  return found;
}

/** The skills that a run takes with it, and what to say of them. */
export async function readSkills(
  config: Readonly<Record<string, unknown>>,
): Promise<Pick<AgentFiles, "skills" | "notes">> {
  const found = await findSkills(await chooseSkills(config));
  const skills = found.flatMap((skill) =>
    "files" in skill ? [{ kind: "carried", name: skill.entry.runtimeName, files: skill.files } satisfies Skill] : [],
  );
  const warnings = found.flatMap((skill) => ("problem" in skill ? [`Warning: ${skill.problem}`] : []));
  const names = skills.map(({ name }) => name).join(", ");
  return { skills, notes: [...(names === "" ? [] : [`Skills of the agent: ${names}`]), ...warnings] };
}

/** A folder, or a file that is all of the skill. */
async function readSkill(source: string): Promise<readonly RunFile[]> {
  if ((await stat(source)).isFile()) return [await readRunFile(source, "SKILL.md")];
  const files = await readFolder(source);
  if (!files.some(({ path }) => path === "SKILL.md")) throw new Error("it has no SKILL.md");
  return files;
}
