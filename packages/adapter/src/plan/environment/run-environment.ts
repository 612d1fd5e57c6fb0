import type { AdapterExecutionContext } from "@paperclipai/adapter-utils";
import type { RunInput } from "@opencode-k8s/job-manifest";
import type { RunConfig } from "../../config/index.ts";
import { isLoopback } from "../../loopback.ts";
import { withoutSlash } from "../../paths.ts";
import type { ServerProcess } from "../../server-process.ts";
import { CONFIG_VARIABLES } from "../opencode-config/index.ts";
import { withoutHostValues } from "./host-values.ts";
import { wakeEnv } from "./wake-env.ts";
import { type Place, withWorkspace } from "./workspace-env.ts";

export interface RunEnvironment {
  readonly given: Pick<RunInput, "env" | "envValueFrom" | "envFrom">;
  /** What whoever reads the run should know of it. */
  readonly notes: readonly string[];
}

/**
 * Environment of the agent, later ones over earlier: what the Paperclip pod passes on, what the operator configured, and under which
 * run, task and identity of Paperclip it works. Who the agent is, only Paperclip says.
 */
export function runEnvironment(
  ctx: AdapterExecutionContext,
  config: RunConfig,
  place: Place,
  server: ServerProcess,
): RunEnvironment {
  const configured = withoutHostValues(ctx, config.env, server.env);
  for (const name of CONFIG_VARIABLES) delete configured[name];
  const identity = wakeEnv(ctx);
  // The operator may say where pods reach the API.
  const said = config.paperclipApiUrl ?? (configured["PAPERCLIP_API_URL"] || identity["PAPERCLIP_API_URL"]);
  // Who uses it puts /api behind it, and //api is another path.
  const url = said === undefined ? undefined : withoutSlash(said.trim());
  if (url !== undefined) identity["PAPERCLIP_API_URL"] = url;
  const run = withWorkspace(ctx, identity, configured, place);

  const { inherited, envValueFrom, envFrom = [] } = config;
  const references = { ...without(inherited?.envValueFrom ?? {}, run), ...envValueFrom };
  const sources = [...(inherited?.envFrom ?? []), ...envFrom];
  return {
    given: {
      env: { ...without(inherited?.env ?? {}, envValueFrom ?? {}), ...run },
      ...(Object.keys(references).length === 0 ? {} : { envValueFrom: references }),
      ...(sources.length === 0 ? {} : { envFrom: sources }),
    },
    // Who has no token has nothing to say to it, either.
    notes:
      ctx.authToken && url !== undefined && isLoopback(url)
        ? [`No pod reaches Paperclip at ${url}: set paperclipApiUrl`]
        : [],
  };
}

function without<T>(variables: Readonly<Record<string, T>>, others: object): Record<string, T> {
  return Object.fromEntries(Object.entries(variables).filter(([name]) => !Object.hasOwn(others, name)));
}
