import type { RunInput } from "../input/run-input.ts";
import { ManifestError } from "../values/manifest-error.ts";
import { isInside } from "./mounts.ts";
import { labelValue } from "../names.ts";
import * as paths from "./paths.ts";
import { required } from "../values/text.ts";

/** Folder on the shared claim in which we keep what belongs to one agent. */
export const OWN_FOLDER = ".opencode-k8s";

/** The agent's home: the shared claim, as users of Paperclip have it, where the run can write to it. */
export function homeDirectory(input: RunInput): string {
  return sharedFolder(input) ?? paths.HOME;
}

/**
 * OpenCode's data, its database with it. On the shared claim this is a folder for each company, agent and task, which the
 * program makes. It is no `subPath` mount: the kubelet makes those as root and with the mode of the volume's top, so that
 * the agent cannot write where fsGroup has no effect and the top has mode 0755 (hostPath; measured on Kubernetes 1.35).
 * @throws {ManifestError} for `workspace_subpath` without a task, or without a claim to write to.
 */
export function dataDirectory(input: RunInput): string {
  if (input.database.mode !== "workspace_subpath") return paths.DATA_DIR;
  const shared = sharedFolder(input);
  if (shared === undefined) {
    const remedy = "give dataClaim, not read-only, or choose another mode";
    throw new ManifestError("database.mode", "is workspace_subpath without a shared claim to write to", remedy);
  }
  const { companyId, agentId, taskId = "" } = input;
  // What is the value of a label is a safe name of a folder, too: no `..`, no slash, and two ids never become one.
  const folders = Object.entries({ companyId, agentId, taskId }).map(([field, id]) => labelValue(required(field, id)));
  return [shared, OWN_FOLDER, ...folders].join("/");
}

/**
 * Where the container starts. A folder that is not on the shared claim yet would be made by the container runtime, as root:
 * there it starts at the claim's top, and the program enters the right folder.
 */
export function startDirectory({ workingDir, dataClaim }: RunInput): string {
  const path = paths.workingDirectory(workingDir);
  return dataClaim !== undefined && isInside(path, dataClaim.mountPath) ? dataClaim.mountPath : path;
}

/** The top of the shared claim, where the run can write to it. */
export function sharedFolder({ dataClaim }: RunInput): string | undefined {
  return dataClaim === undefined || dataClaim.readOnly ? undefined : dataClaim.mountPath;
}
