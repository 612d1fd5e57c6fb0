import type { Instructions, Skill } from "../carried-files.ts";

/** What the Paperclip server has on its disk for an agent. */
export interface AgentFiles {
  readonly skills: readonly Skill[];
  readonly instructions: readonly Instructions[];
  /** What is there, and what could not be read. */
  readonly notes: readonly string[];
}
