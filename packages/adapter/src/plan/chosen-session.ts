import type { AdapterExecutionContext } from "@paperclipai/adapter-utils";
import type { RunInput } from "@opencode-k8s/job-manifest";
import type { RunConfig } from "../config/index.ts";
import { readSession } from "./session.ts";

export interface ChosenSession {
  /** The session that is gone on with; `null` for a new one. */
  readonly resumes: string | null;
  /** Why the one that Paperclip has is not gone on with. */
  readonly notes: readonly string[];
}

/** A session lives in the agent's database, and in its folder: without one that outlives the pod there is nothing to resume. */
export function chosenSession(
  { runtime }: Pick<AdapterExecutionContext, "runtime">,
  { resumeLastSession }: Pick<RunConfig, "resumeLastSession">,
  database: RunInput["database"],
  workingDir: string,
): ChosenSession {
  const session = readSession(runtime.sessionParams);
  if (session === null || database.mode === "ephemeral") return { resumes: null, notes: [] };
  const { sessionId, cwd } = session;
  if (!resumeLastSession) return anew(`The session ${sessionId} is not gone on with: resumeLastSession is off`);
  if (cwd === null || cwd === workingDir) return { resumes: sessionId, notes: [] };
  return anew(
    `The session ${sessionId} is not gone on with: it was made in ${cwd}, and the agent works in ${workingDir}`,
  );
}

function anew(note: string): ChosenSession {
  return { resumes: null, notes: [note] };
}
