/** Keys for which Paperclip has fields of its own, with what they are: asked for once more, they would stand in the form twice. */
export const PLATFORM_FIELDS = {
  model: "provider/model, as OpenCode names it.",
  effort: "As variant, and after it: an edit by Paperclip's form writes this one.",
  thinkingEffort: "As variant, and after it: Paperclip's form of a new agent writes this one.",
  promptTemplate:
    "Rules of a heartbeat, at the end of the prompt: {{agent.name}}, {{runId}}, {{context.…}} stand for what they name. Empty: Paperclip's own.",
  bootstrapPromptTemplate: "What a new session begins with.",
  instructionsFilePath: "File on the Paperclip server that every conversation of the agent begins with.",
  extraArgs: "Further arguments of `opencode run`: a list, or words.",
  cwd: "Working directory: only a folder that is on the shared claim, and there already. Empty: Paperclip's workspace on that claim, or /workspace without one.",
  timeoutSec: "Seconds that OpenCode may take. 0: no limit.",
  graceSec: "Seconds to end after SIGTERM.",
  env: "Environment of the agent, names and values. All of it goes through a Secret.",
} as const;

export type PlatformKey = keyof typeof PLATFORM_FIELDS;

export const PLATFORM_KEYS: readonly PlatformKey[] = Object.keys(PLATFORM_FIELDS) as PlatformKey[];
