import type { AdapterExecutionContext } from "@paperclipai/adapter-utils";
import { asString, parseObject } from "@paperclipai/adapter-utils/server-utils";
import type { RunInput } from "@opencode-k8s/job-manifest";
import type { RunConfig } from "../config/index.ts";
import { isInside, withoutSlash } from "../paths.ts";
import { given } from "./given.ts";

/** Where an agent works that has no shared claim: an emptyDir. */
export const WORKING_DIRECTORY = "/workspace";

/**
 * Runs of an agent whose output stays on the shared claim, for what a rotated log has lost. Enough for the runs that somebody
 * still looks into; with `maxOutputBytes` it bounds what an agent takes of the claim.
 */
const KEPT_OUTPUTS = 10;

export interface RunPlace {
  readonly storage: Pick<RunInput, "dataClaim" | "extraVolumes" | "keptOutputs" | "workingDir">;
  /** What whoever reads the run should know of it. */
  readonly notes: readonly string[];
}

/**
 * What a run mounts, and where it works: with the shared claim in the folder that is configured, else in that of Paperclip's
 * workspace, as far as these lie on the claim; else at its top. Where tasks run at the same time, in the worktree that Paperclip
 * made for the task, else in an empty folder of the pod.
 */
export function runPlace({ context }: AdapterExecutionContext, config: RunConfig): RunPlace {
  const { cwd, extraVolumes } = config;
  const claimName = config["dataClaim.claimName"];
  const mountPath = config["dataClaim.mountPath"];
  if (claimName === undefined) {
    const notes = cwd === undefined ? [] : [`cwd ${cwd} is not used: without dataClaim.claimName nothing is shared`];
    return { storage: { ...given({ extraVolumes }), workingDir: WORKING_DIRECTORY }, notes };
  }
  const workspace = parseObject(context.paperclipWorkspace);
  const folders = config.allowConcurrentTasks ? [ownTree(workspace)] : [cwd ?? "", asString(workspace.cwd, "")];
  const last = config.allowConcurrentTasks ? WORKING_DIRECTORY : mountPath;
  const workingDir = folders.map(withoutSlash).find((path) => isInside(path, mountPath)) ?? last;
  const dataClaim = {
    claimName,
    mountPath,
    ...given({ subPath: config["dataClaim.subPath"] }),
    readOnly: config["dataClaim.readOnly"],
  };
  const kept = dataClaim.readOnly ? {} : { keptOutputs: KEPT_OUTPUTS };
  const isUsed = cwd === undefined || withoutSlash(cwd) === workingDir;
  const why = config.allowConcurrentTasks
    ? "with allowConcurrentTasks each task has a working tree of its own"
    : `it is not on the shared claim, which is at ${mountPath}`;
  const notes = isUsed ? [] : [`cwd ${cwd} is not used: ${why}`];
  if (config.allowConcurrentTasks && workingDir === WORKING_DIRECTORY)
    notes.push("The working tree ends with the run: Paperclip has no worktree of this task on the shared claim");
  return { storage: { dataClaim, ...kept, ...given({ extraVolumes }), workingDir }, notes };
}

/** Where Paperclip works in a worktree; empty where it shares the project's with other tasks. */
function ownTree({ cwd, worktreePath }: Record<string, unknown>): string {
  const tree = withoutSlash(asString(worktreePath, ""));
  const path = asString(cwd, tree);
  return tree !== "" && isInside(withoutSlash(path), tree) ? path : tree;
}
