import type { AdapterExecutionContext } from "@paperclipai/adapter-utils";
import { parseObject } from "@paperclipai/adapter-utils/server-utils";
import { abortable, deadline, systemClock } from "@opencode-k8s/k8s-kit";
import type { RunConfig } from "../../config/index.ts";
import type { AgentFiles } from "./found.ts";
import { readInstructions } from "./instructions.ts";
import { readSkills } from "./skills.ts";

/** Milliseconds for all of it: a disk of the network that does not answer costs a run its skills, not more. */
const READ_MS = 20_000;

/**
 * The agent's instructions and skills. What cannot be read is told in a note, and the run goes without.
 * @throws the signal's reason, and nothing else
 */
export async function readAgentFiles(
  { config: raw, context }: Pick<AdapterExecutionContext, "config" | "context">,
  config: Pick<RunConfig, "instructionsFilePath" | "cwd">,
  signal: AbortSignal,
): Promise<AgentFiles> {
  using limit = deadline(systemClock, READ_MS, "reading the agent's instructions and skills", signal);
  const { cwd } = parseObject(context.paperclipWorkspace);
  const workspace = typeof cwd === "string" && cwd !== "" ? cwd : (config.cwd ?? "/");
  const parts: (() => Promise<Partial<AgentFiles>>)[] = [
    () => readInstructions(config.instructionsFilePath, workspace),
    () => readSkills(raw),
  ];
  const read = await Promise.all(
    parts.map(async (part): Promise<Partial<AgentFiles>> => {
      try {
        return await abortable(part(), limit.signal);
      } catch (error) {
        signal.throwIfAborted();
        return { notes: [`Warning: ${error instanceof Error ? error.message : String(error)}`] };
      }
    }),
  );
  return {
    skills: read.flatMap(({ skills = [] }) => skills),
    instructions: read.flatMap(({ instructions = [] }) => instructions),
    notes: read.flatMap(({ notes = [] }) => notes),
  };
}
