import type { RunInput } from "../input/run-input.ts";
import { fileReference } from "./file-reference.ts";
import { isObject, member } from "../values/json-object.ts";
import { ManifestError } from "../values/manifest-error.ts";
import { providerKeyKey } from "./secret-keys.ts";
import { required } from "../values/text.ts";

/** A provider's API key, and its file in the input directory. */
export interface ProviderKey {
  provider: string;
  field: string;
  key: string;
  text: string;
}

/**
 * The keys that become files: of every provider that has none in the configuration.
 * @throws {ManifestError} naming the provider: an id that is no file's name, an empty or undeliverable key.
 */
export function providerKeys({ openCodeConfig, providerKeys: given = {} }: RunInput): ProviderKey[] {
  return Object.entries(given)
    .map(([provider, text]) => {
      if (!/^[-_.A-Za-z0-9]{1,200}$/.test(provider)) {
        const field = `providerKeys[${JSON.stringify(provider.slice(0, 80))}]`;
        throw new ManifestError(field, "is not the id of a provider", "use letters, digits, -, _ and .");
      }
      const field = `providerKeys.${provider}`;
      return { provider, field, key: providerKeyKey(provider), text: required(field, text) };
    })
    .filter(({ provider }) => options(openCodeConfig, provider)["apiKey"] === undefined)
    .toSorted((a, b) => (a.provider < b.provider ? -1 : 1));
}

/** The configuration with references to the keys' files. */
export function withProviderKeys(
  config: Record<string, unknown>,
  keys: readonly ProviderKey[],
): Record<string, unknown> {
  if (keys.length === 0) return config;
  const configured = config["provider"];
  const providers = new Map(isObject(configured) ? Object.entries(configured) : []);
  for (const { provider, key, text } of keys) {
    const before = providers.get(provider);
    const apiKey = fileReference(key, text);
    providers.set(provider, {
      ...(isObject(before) ? before : {}),
      options: { ...options(config, provider), apiKey },
    });
  }
  return { ...config, provider: Object.fromEntries(providers) };
}

function options(config: Record<string, unknown>, provider: string): Record<string, unknown> {
  const found = member(member(member(config, "provider"), provider), "options");
  return isObject(found) ? found : {};
}
