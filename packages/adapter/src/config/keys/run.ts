import type { z } from "zod";
import { seconds, text, whole, words, yesOrNo } from "../scalars.ts";

const MODEL = "give the model as provider/model, for example anthropic/claude-sonnet-4-5";
const EFFORT = "name an effort of the model, such as high";

/** What OpenCode is asked to do, and for how long. */
export const runKeys = {
  model: text(MODEL).regex(/^[^/\s]+\/\S+$/, MODEL),
  variant: text(EFFORT).optional(),
  // The platform's own names of it: an edit writes the one, a create the other.
  effort: text(EFFORT).optional(),
  thinkingEffort: text(EFFORT).optional(),
  promptTemplate: text("give the rules of a heartbeat as a text").optional(),
  bootstrapPromptTemplate: text("give what a new session begins with as a text").optional(),
  instructionsFilePath: text("give the path of a file on the Paperclip server").optional(),
  resumeLastSession: yesOrNo.default(true),
  extraArgs: words("give arguments of `opencode run`, as a list or with blanks between them", /\s+/).default([]),
  dangerouslySkipPermissions: yesOrNo.default(true),
  hideEnvironment: yesOrNo.default(false),
  timeoutSec: seconds("give whole seconds; 0 is no limit", 0).default(0),
  graceSec: seconds("give whole seconds, 0 or more", 0).default(60),
  scheduleTimeoutSec: seconds("give whole seconds, 1 or more", 1).default(120),
  imagePullTimeoutSec: seconds("give whole seconds, 1 or more", 1).default(300),
  startTimeoutSec: seconds("give whole seconds, 1 or more", 1).default(600),
  // The API server's own default is 300: an agent whose node is gone is not worth waiting for so long.
  nodeLostTimeoutSec: seconds("give whole seconds, 0 or more", 0).default(60),
  // Longer than an upgrade of a control plane takes.
  apiOutageSec: seconds("give whole seconds, 30 or more", 30).default(600),
  // A day: the adapter deletes what it collected; this is for Jobs that nobody collected, and that may still be adopted.
  ttlSecondsAfterFinished: seconds("give whole seconds, 0 or more", 0).default(24 * 3600),
  retainJobs: yesOrNo.default(false),
  reattachOrphanedJobs: yesOrNo.default(true),
  allowConcurrentTasks: yesOrNo.default(false),
  maxOutputBytes: whole("give whole bytes, 1 or more", 1, Number.MAX_SAFE_INTEGER).optional(),
} satisfies z.ZodRawShape;
