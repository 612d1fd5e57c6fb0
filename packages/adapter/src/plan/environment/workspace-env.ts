import type { AdapterExecutionContext } from "@paperclipai/adapter-utils";
import {
  asString,
  parseObject,
  refreshPaperclipWorkspaceEnvForExecution,
} from "@paperclipai/adapter-utils/server-utils";
import type { RunInput } from "@opencode-k8s/job-manifest";
import { isInside } from "../../paths.ts";

/** Where the agent works, and what of the server's folders its pod has. */
export type Place = Pick<RunInput, "dataClaim" | "workingDir">;

/**
 * Adds Paperclip's workspace, and the configured environment, which changes nothing that Paperclip says. A folder on the shared claim has
 * the same path in the pod; every other folder of the server has none, and for the workspace and the agent's home it is the
 * working directory.
 */
export function withWorkspace(
  { context }: Pick<AdapterExecutionContext, "context">,
  identity: Readonly<Record<string, string>>,
  configured: Readonly<Record<string, string>>,
  { dataClaim, workingDir }: Place,
): Record<string, string> {
  const workspace = parseObject(context.paperclipWorkspace);
  const textOf = (key: string): string | null => asString(workspace[key], "").trim() || null;
  const isShared = (path: string): boolean => dataClaim !== undefined && isInside(path, dataClaim.mountPath);
  const shared = (path: string | null): string | null => (path !== null && isShared(path) ? path : null);
  const cwd = textOf("cwd");
  const hints = Array.isArray(context.paperclipWorkspaces) ? context.paperclipWorkspaces : [];
  const env = { ...identity };
  refreshPaperclipWorkspaceEnvForExecution({
    env,
    envConfig: { ...configured },
    workspaceCwd: cwd,
    workspaceSource: textOf("source"),
    workspaceStrategy: textOf("strategy"),
    workspaceId: textOf("workspaceId"),
    workspaceRepoUrl: textOf("repoUrl"),
    workspaceRepoRef: textOf("repoRef"),
    workspaceBranch: textOf("branchName"),
    workspaceWorktreePath: shared(textOf("worktreePath")),
    workspaceHints: hints.map((hint) => {
      const { cwd: at, ...rest } = parseObject(hint);
      return typeof at === "string" && (isShared(at) || at === cwd) ? { ...rest, cwd: at } : rest;
    }),
    agentHome: textOf("agentHome") && (shared(textOf("agentHome")) ?? workingDir),
    executionTargetIsRemote: cwd !== null && !isShared(cwd),
    executionCwd: workingDir,
  });
  return env;
}
