import type { RunConfig } from "../config/index.ts";
import type { ServerProcess } from "../server-process.ts";

/**
 * The configuration with the values of what is inherited among its variables, for whoever looks for secrets in it. The server
 * has the values of references, too; which variables come of `envFrom` is not known, so with that it is all that it has.
 */
export function withInheritedValues(config: RunConfig, server: ServerProcess): RunConfig {
  const { env = {}, envValueFrom = {}, envFrom = [] } = config.inherited ?? {};
  const referred = envFrom.length > 0 ? Object.keys(server.env) : Object.keys(envValueFrom);
  const values = referred.flatMap((name): [string, string][] => {
    const value = server.env[name];
    return value ? [[name, value]] : [];
  });
  return { ...config, env: { ...Object.fromEntries(values), ...env, ...config.env } };
}
