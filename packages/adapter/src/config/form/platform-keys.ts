/** Keys for which Paperclip has fields of its own: asked for once more, they would stand in the form twice. */
export const PLATFORM_KEYS = [
  "model",
  "effort",
  "thinkingEffort",
  "promptTemplate",
  "bootstrapPromptTemplate",
  "instructionsFilePath",
  "extraArgs",
  "cwd",
  "timeoutSec",
  "graceSec",
] as const;
