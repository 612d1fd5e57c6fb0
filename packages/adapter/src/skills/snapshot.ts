import type { AdapterSkillContext, AdapterSkillSnapshot } from "@paperclipai/adapter-utils";
import {
  buildRuntimeMountedSkillSnapshot,
  isPaperclipSkillSourceMissing,
  writePaperclipSkillSyncPreference,
} from "@paperclipai/adapter-utils/server-utils";
import { abortable, type Clock, deadline, systemClock } from "@opencode-k8s/k8s-kit";
import { chooseSkills, findSkills, type FoundSkill, type SkillChoice } from "../plan/index.ts";

/** Milliseconds: somebody waits for the page. A run has more patience with a disk of the network. */
const LOOK_MS = 5_000;

/**
 * The skills that a run of this agent would take with it, and why it would go without one. Ephemeral: they go with each run,
 * nothing is installed. What can be wrong is a warning in it; nothing is thrown.
 */
export async function listSkills(
  { adapterType, config }: AdapterSkillContext,
  clock: Clock = systemClock,
): Promise<AdapterSkillSnapshot> {
  const choice = await chooseSkills(config);
  const snapshot = buildRuntimeMountedSkillSnapshot({
    adapterType,
    availableEntries: [...choice.available],
    desiredSkills: [...choice.desired],
    configuredDetail: "Goes with every run of the agent.",
  });
  try {
    return withProblems(snapshot, await lookFor(choice, clock));
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return { ...snapshot, warnings: [...snapshot.warnings, `It is not known which skills can be read: ${why}`] };
  }
}

/** There is nothing to install: what would go with a run, were these the desired skills. Paperclip has stored them already. */
export function syncSkills(context: AdapterSkillContext, desiredSkills: string[]): Promise<AdapterSkillSnapshot> {
  return listSkills({ ...context, config: writePaperclipSkillSyncPreference(context.config, desiredSkills) });
}

async function lookFor(choice: SkillChoice, clock: Clock): Promise<FoundSkill[]> {
  using limit = deadline(clock, LOOK_MS, "reading the agent's skills");
  return await abortable(findSkills(choice), limit.signal);
}

/**
 * A skill that a run cannot read is missing, with the words that the run would have for it. Not so one that Paperclip itself calls
 * missing: it says that, and before a run, not for a list, it fetches what it has not on its disk.
 */
function withProblems(snapshot: AdapterSkillSnapshot, found: readonly FoundSkill[]): AdapterSkillSnapshot {
  const problems = new Map(
    found.flatMap((skill) =>
      "files" in skill || isPaperclipSkillSourceMissing(skill.entry) ? [] : [[skill.entry.key, skill.problem]],
    ),
  );
  return {
    ...snapshot,
    entries: snapshot.entries.map((entry) => {
      const problem = problems.get(entry.key);
      return problem === undefined
        ? entry
        : { ...entry, state: "missing", detail: `A run goes without it: ${problem}` };
    }),
    warnings: [...snapshot.warnings, ...[...problems.values()].map((problem) => `A run goes without it: ${problem}`)],
  };
}
