import { expect, test } from "vitest";
import { configurationPage } from "../../test/configuration-page.ts";
import { AGENT_CONFIGURATION_DOC, DESCRIPTIONS } from "./agent-configuration-doc.ts";
import { configSchema } from "./schema.ts";

test("every key of the configuration is described, and no other", () => {
  expect(Object.keys(DESCRIPTIONS).toSorted()).toEqual([...Object.keys(configSchema.shape), "env"].toSorted());
});

test("what a key is, is whole sentences", () => {
  for (const text of Object.values(DESCRIPTIONS)) expect(text).toMatch(/^\S.*\.$/);
});

test("docs/configuration.md has every key, with its default", async () => {
  // `vitest run -u` writes it.
  await expect(configurationPage()).toMatchFileSnapshot("../../../../docs/configuration.md");
});

test("what Paperclip serves to agents that configure others has every key", () => {
  for (const key of Object.keys(DESCRIPTIONS)) expect(AGENT_CONFIGURATION_DOC).toContain(`- ${key}: `);
});
