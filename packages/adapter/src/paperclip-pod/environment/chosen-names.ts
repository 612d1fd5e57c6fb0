import { isReservedEnvironmentName } from "@opencode-k8s/job-manifest";
import type { RunConfig } from "../../config/index.ts";
import type { EnvironmentSource } from "./container-variables.ts";

/** Passes on the whole environment that the pod's specification has. */
export const ALL = "all";

/** Sets up the container, or describes it; and `NODE_ENV`, with which `npm install` leaves the tools of development out. */
const ITS_OWN =
  /^(PATH|HOSTNAME|PWD|OLDPWD|SHLVL|_|USER|LOGNAME|SHELL|TERM|NODE_ENV|NODE_VERSION|YARN_VERSION|KUBERNETES_.*)$/;

/**
 * Variables of the container that the key `inheritEnv` chooses. What comes from `envFrom` is not in the pod's specification: a
 * pattern finds it among the variables of the server's process, while `all` keeps the reference.
 */
export function chosenNames({ container, server }: EnvironmentSource, { inheritEnv }: RunConfig): string[] {
  const own = container.env?.map(({ name }) => name) ?? [];
  const patterns = inheritEnv.filter((pattern) => pattern !== ALL);
  const loaded = container.envFrom?.length && patterns.length > 0 ? Object.keys(server.env) : [];
  const isAll = inheritEnv.includes(ALL);
  return [...new Set([...own, ...loaded])].filter((name) => {
    if (inheritEnv.includes(name)) return true;
    if (ITS_OWN.test(name)) return false;
    return (isAll && own.includes(name)) || patterns.some((pattern) => fits(name, pattern));
  });
}

/** Can a run have a variable of that name from elsewhere? */
export function isPassable(name: string): boolean {
  return /^[A-Za-z_][A-Za-z0-9_]{0,199}$/.test(name) && !isReservedEnvironmentName(name);
}

/** Is all of the name as the pattern has it, in which `*` is any text? In linear time: a regular expression of many stars never ends. */
function fits(name: string, pattern: string): boolean {
  const [begin = "", ...parts] = pattern.split("*");
  const end = parts.pop();
  if (end === undefined) return name === begin;
  if (!name.startsWith(begin)) return false;
  let at = begin.length;
  for (const part of parts) {
    const found = name.indexOf(part, at);
    if (found === -1) return false;
    at = found + part.length;
  }
  return name.length - end.length >= at && name.endsWith(end);
}
