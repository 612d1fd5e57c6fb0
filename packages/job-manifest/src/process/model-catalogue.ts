import { isObject, member } from "../values/json-object.ts";

/**
 * Whether OpenCode can do without its catalogue of models, which costs 1.2 s and 220 MB at every start: then every
 * model that the run names is defined in the configuration itself, together with the package that speaks to it.
 */
export function definesItsModels(config: Record<string, unknown>, model: string): boolean {
  return [model, ...configuredModels(config)].every((name) => isDefined(config, name));
}

function isDefined(config: Record<string, unknown>, name: string): boolean {
  const slash = name.indexOf("/");
  const provider = member(member(config, "provider"), name.slice(0, slash));
  const model = member(member(provider, "models"), name.slice(slash + 1));
  return slash > 0 && typeof member(provider, "npm") === "string" && isObject(model);
}

/** The models of `model`, `small_model` and of each agent, command and mode. */
function configuredModels(config: Record<string, unknown>): string[] {
  const groups = ["agent", "command", "mode"].map((key) => member(config, key));
  const entries = groups.flatMap((group): unknown[] => (isObject(group) ? Object.values(group) : []));
  const named = [config["model"], config["small_model"], ...entries.map((entry) => member(entry, "model"))];
  return named.filter((name) => typeof name === "string");
}
