import type { AdapterExecutionContext } from "@paperclipai/adapter-utils";
import { asString, parseObject } from "@paperclipai/adapter-utils/server-utils";
import type { RunInput } from "@opencode-k8s/job-manifest";
import type { RunConfig } from "../config/index.ts";
import { given } from "./given.ts";

/** Where an agent works that has no shared claim: an emptyDir. */
const WORKING_DIRECTORY = "/workspace";

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
 * workspace, as far as these lie on the claim; else at its top.
 */
export function runPlace({ context }: AdapterExecutionContext, config: RunConfig): RunPlace {
  const { cwd, extraVolumes } = config;
  const claimName = config["dataClaim.claimName"];
  const mountPath = config["dataClaim.mountPath"];
  if (claimName === undefined) {
    const notes = cwd === undefined ? [] : [`cwd ${cwd} is not used: without dataClaim.claimName nothing is shared`];
    return { storage: { ...given({ extraVolumes }), workingDir: WORKING_DIRECTORY }, notes };
  }
  const workspace = asString(parseObject(context.paperclipWorkspace).cwd, "");
  const workingDir = [cwd ?? "", workspace].map(withoutSlash).find((path) => isInside(path, mountPath)) ?? mountPath;
  const dataClaim = {
    claimName,
    mountPath,
    ...given({ subPath: config["dataClaim.subPath"] }),
    readOnly: config["dataClaim.readOnly"],
  };
  const kept = dataClaim.readOnly ? {} : { keptOutputs: KEPT_OUTPUTS };
  const isUsed = cwd === undefined || withoutSlash(cwd) === workingDir;
  const notes = isUsed ? [] : [`cwd ${cwd} is not used: it is not on the shared claim, which is at ${mountPath}`];
  return { storage: { dataClaim, ...kept, ...given({ extraVolumes }), workingDir }, notes };
}

function withoutSlash(path: string): string {
  return path.replace(/\/+$/, "");
}

/** Does the path lie in the folder, or is it the folder? */
export function isInside(path: string, folder: string): boolean {
  return `${path}/`.startsWith(`${folder}/`);
}
