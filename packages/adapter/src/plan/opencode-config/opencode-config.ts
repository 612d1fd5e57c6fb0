import { type JsonObject, merge, objectAt } from "../../json.ts";
import { type McpServers, mcpConfig } from "./mcp-servers.ts";
import { namedProviders, registerModels, timeouts } from "./models.ts";
import { defaultPermissions, unattended } from "./permissions.ts";
import { readVariables } from "./read-variables.ts";

export { CONFIG_VARIABLES } from "./read-variables.ts";

export interface OpenCodeOptions {
  /** The run's model, `provider/model`. */
  readonly model: string;
  /** The operator's variables, of which only `CONFIG_VARIABLES` are read. */
  readonly env: Readonly<Record<string, string>>;
  /** Whether files outside of the working directory may be used, unless the configuration itself says; true by default. */
  readonly dangerouslySkipPermissions?: boolean;
  /** Denies commands that print the environment, as a guard against accidents; false by default. */
  readonly hideEnvironment?: boolean;
  readonly mcpServers?: McpServers;
  /** Absolute paths of files that every conversation begins with, before the operator's own. */
  readonly instructions?: readonly string[];
  /** Absolute folders with skills, before the operator's own. The agent may always read them. */
  readonly skillFolders?: readonly string[];
}

/**
 * OpenCode's configuration of a run: our defaults < the options < the operator's own < what an unattended run in a pod cannot
 * do without. Objects merge deeply; of two values, and of two lists, the later wins, but for `instructions` and
 * `skills.paths`, which are put one after the other; `null` takes a default away.
 * @throws ConfigError when a variable holds no JSON object, or a server of `mcpServers` cannot be one
 */
export function openCodeConfig(options: OpenCodeOptions): JsonObject {
  const { model, env, hideEnvironment = false, mcpServers = {} } = options;
  const theirs = readVariables(env);
  const layers = [defaults(options), timeouts(model), mcpConfig(mcpServers), ...theirs];
  const merged = withFiles(options, layers.reduce(merge, {}));
  const configured = objectAt(theirs.reduce(merge, {}), "provider");
  const registered = registerModels(model, merged, configured);
  const providers = { enabled_providers: namedProviders(model, registered) };
  return unattended(merge(merge(providers, registered), FORCED), hideEnvironment);
}

function defaults(options: OpenCodeOptions): JsonObject {
  const { model, dangerouslySkipPermissions = true, skillFolders = [] } = options;
  return {
    // OpenCode would choose one of another provider, or a free one.
    small_model: model,
    // A git repository and commits for every step cost more than the step; a pod has nothing to roll back to.
    snapshot: false,
    permission: defaultPermissions(dangerouslySkipPermissions, skillFolders),
  };
}

const FORCED: JsonObject = {
  share: "disabled",
  autoupdate: false,
  // Should a rule still ask, such as one in a file of the image: the question is rejected, and the run goes on.
  experimental: { continue_loop_on_deny: true },
};

function withFiles({ instructions = [], skillFolders = [] }: OpenCodeOptions, config: JsonObject): JsonObject {
  const skills = objectAt(config, "skills");
  return {
    ...config,
    ...(instructions.length === 0 ? {} : { instructions: [...instructions, ...list(config["instructions"])] }),
    ...(skillFolders.length === 0 ? {} : { skills: { ...skills, paths: [...skillFolders, ...list(skills["paths"])] } }),
  };
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
