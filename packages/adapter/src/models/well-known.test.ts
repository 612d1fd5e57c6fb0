import { expect, test } from "vitest";
import { WELL_KNOWN_PROVIDERS, wellKnownModels } from "./well-known.ts";

test("are named as an agent's configuration names them, each once", () => {
  const ids = wellKnownModels(WELL_KNOWN_PROVIDERS).map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
  for (const id of ids) expect(id).toMatch(/^[a-z]+\/[a-z0-9.-]+$/);
});

test("are those of the providers in use, and all where none of these is well known", () => {
  expect(wellKnownModels(["groq", "xai"]).map(({ id }) => id)).toEqual(["xai/grok-4.7", "xai/grok-4.5"]);
  expect(wellKnownModels(["groq"])).toEqual(wellKnownModels(WELL_KNOWN_PROVIDERS));
});
