import type { AdapterExecutionContext } from "@paperclipai/adapter-utils";
import { asString, parseObject } from "@paperclipai/adapter-utils/server-utils";
import { TMPDIR } from "@opencode-k8s/job-manifest";
import { isInside } from "../../paths.ts";
import type { ServerProcess } from "../../server-process.ts";

/**
 * Folders of the Paperclip server, which it puts into `config.env` for adapters that run beside it (2026.824 and later).
 * They do not exist in a pod: OpenCode would fail at its first temporary file.
 */
const HOST_SCRATCH = [
  "PAPERCLIP_RUN_SCRATCH_DIR",
  "PAPERCLIP_TASK_SCRATCH_DIR",
  "PAPERCLIP_SCRATCH_DIR",
  "PAPERCLIP_TMPDIR",
];
const HOST_TEMP = ["TMPDIR", "TEMP", "TMP"];

/** What 2026.916 puts there of the server's own network and git set-up (facts of Paperclip 2026.916, 6). */
const HOST_SETUP = /^(GH_CONFIG_DIR|PAPERCLIP_(RUNNER_NETWORK|GITHUB|GIT)_.*)$/;

/** Its credentials and git identity, which it copies there, too: they are the server's where they equal its environment. */
const HOST_IDENTITY = /^(GH_TOKEN|GITHUB_TOKEN|GIT_.*)$/;

/**
 * The configured environment without what is the server's own, and with the pod's folder for temporary files in place of the server's.
 * @param server environment of the server's process
 */
export function withoutHostValues(
  { agent, context }: Pick<AdapterExecutionContext, "agent" | "context">,
  env: Readonly<Record<string, string>>,
  server: ServerProcess["env"],
): Record<string, string> {
  const byAgent = parseObject(parseObject(agent.adapterConfig).env);
  const scratch = asString(parseObject(context.paperclipScratch).dir, "");
  const kept: Record<string, string> = {};
  for (const [name, value] of Object.entries(env)) {
    if (HOST_SCRATCH.includes(name) || (HOST_TEMP.includes(name) && scratch !== "" && isInside(value, scratch))) {
      // The manifest sets TMPDIR itself.
      if (name !== "TMPDIR") kept[name] = TMPDIR;
    } else if (
      Object.hasOwn(byAgent, name) ||
      !(HOST_SETUP.test(name) || (HOST_IDENTITY.test(name) && server[name] === value))
    ) {
      kept[name] = value;
    }
  }
  return kept;
}
