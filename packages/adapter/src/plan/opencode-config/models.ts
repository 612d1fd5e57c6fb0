import { isObject, type JsonObject, merge, objectAt } from "../../json.ts";

/**
 * Milliseconds without an answer's head, or without a next piece of it, after which OpenCode tries again, up to five times.
 * These are the defaults of OpenCode 1.18.33 (read in its source), written out because older versions wait for ever. They
 * are not shorter, because a model may think unseen for minutes, and one that is cut off is paid for six times.
 */
const SILENCE_MS = 300_000;

/** The provider of `provider/model`. */
function providerOf(model: string): string {
  return model.slice(0, model.indexOf("/"));
}

/** How long the run's provider may be silent. */
export function timeouts(model: string): JsonObject {
  return { provider: { [providerOf(model)]: { options: { chunkTimeout: SILENCE_MS, headerTimeout: SILENCE_MS } } } };
}

/**
 * The configuration with every model registered that it names of a provider that the operator configured: OpenCode uses no
 * model that it does not know, though the provider may have it. An empty entry changes none that the catalogue knows.
 * @param configured the operator's own providers
 */
export function registerModels(model: string, config: JsonObject, configured: JsonObject): JsonObject {
  return namedModels(model, config)
    .filter((name) => isObject(configured[providerOf(name)]))
    .reduce((all, name) => merge(registration(name), all), config);
}

function registration(model: string): JsonObject {
  const provider = providerOf(model);
  return { provider: { [provider]: { models: { [model.slice(provider.length + 1)]: {} } } } };
}

/** The providers of the models that it names: with all others off, no free or foreign one takes the place of a missing key. */
export function namedProviders(model: string, config: JsonObject): string[] {
  return [...new Set(namedModels(model, config).map(providerOf))];
}

/** The run's model, `model`, `small_model`, and those of each agent, mode and command. */
function namedModels(model: string, config: JsonObject): string[] {
  const members = ["agent", "mode", "command"].flatMap((group) => Object.values(objectAt(config, group)));
  const named = [
    config["model"],
    config["small_model"],
    ...members.map((member) => isObject(member) && member["model"]),
  ];
  return [model, ...named.filter((name) => typeof name === "string" && name.indexOf("/") > 0)] as string[];
}
