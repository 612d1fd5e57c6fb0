import type { AdapterModel } from "@paperclipai/adapter-utils";
import { asString, parseObject } from "@paperclipai/adapter-utils/server-utils";
import { asModel } from "./well-known.ts";

/**
 * The models of these providers that an agent can be run with, as the catalogue of models.dev has them: those that write text and
 * call tools, and are not deprecated. By provider, the newest first. What is not as it should be is left out; nothing is thrown.
 */
export function modelsOf(catalogue: unknown, providers: readonly string[]): AdapterModel[] {
  const known = parseObject(catalogue);
  return providers.toSorted().flatMap((provider) => {
    const { name, models } = parseObject(known[provider]);
    return Object.entries(parseObject(models))
      .map(([id, model]) => ({ id, ...described(parseObject(model)) }))
      .filter(({ usable }) => usable)
      .toSorted((a, b) => compare(b.released, a.released) || compare(a.id, b.id))
      .map((model) => asModel(provider, asString(name, provider), model.id, asString(model.name, model.id)));
  });
}

interface Described {
  readonly name: unknown;
  /** Year, month, day. */
  readonly released: string;
  readonly usable: boolean;
}

function described({ name, release_date, status, tool_call, modalities }: Record<string, unknown>): Described {
  const { output } = parseObject(modalities);
  const writes = !Array.isArray(output) || output.includes("text");
  return {
    name,
    released: asString(release_date, ""),
    usable: tool_call === true && writes && status !== "deprecated",
  };
}

function compare(a: string, b: string): number {
  return a === b ? 0 : a < b ? -1 : 1;
}
