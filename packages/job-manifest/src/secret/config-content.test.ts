import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { configContent, type ConfigContent } from "./config-content.ts";
import { INPUT_DIR } from "../storage/paths.ts";

/** What OpenCode makes of it: a reference becomes the trimmed file, escaped; what was read is not looked through again. */
function resolved({ json, files }: ConfigContent): unknown {
  const texts = new Map(files.map(({ key, text }) => [`${INPUT_DIR}/${key}`, text]));
  const whole = json.replaceAll(/\{file:([^}]+)\}/g, (_, path: string) =>
    JSON.stringify((texts.get(path) ?? "missing").trim()).slice(1, -1),
  );
  return JSON.parse(whole);
}

describe("configContent", () => {
  test("leaves a configuration that fits as it is", () => {
    const config = { agent: { build: { prompt: "x".repeat(5_000) } } };
    expect(configContent(config, 10_000)).toEqual({ json: JSON.stringify(config), files: [] });
  });

  test("moves the longest texts, and no more of them than it must", () => {
    const [long, longer, short] = ["l".repeat(4_000), "r".repeat(6_000), "s".repeat(3_000)];
    const { json, files } = configContent({ agent: { a: { prompt: long }, b: { prompt: longer } }, c: short }, 8_000);
    expect(files).toEqual([{ key: "config-text.0", text: longer }]);
    expect(json).toContain(`"prompt":"{file:${INPUT_DIR}/config-text.0}"`);
  });

  test("moves a text that stands twice once", () => {
    const text = "t".repeat(5_000);
    expect(configContent({ a: text, b: text }, 1_000).files).toEqual([{ key: "config-text.0", text }]);
  });

  test("leaves texts in which OpenCode puts something in, and names of members", () => {
    const config = {
      a: `{env:NAME}${"x".repeat(5_000)}`,
      b: `{file:/name}${"x".repeat(5_000)}`,
      ["k".repeat(5_000)]: "",
    };
    expect(configContent(config, 1_000)).toEqual({ json: JSON.stringify(config), files: [] });
  });

  test("is the same configuration once OpenCode has read it", () => {
    const unit = fc.constantFrom(" ", "\n", "\t", "x", '"', "\\", "$&", "//", "{", "}", "é", "😀");
    const text = fc.string({ unit, minLength: 1, maxLength: 3_000 });
    fc.assert(
      fc.property(fc.dictionary(fc.string(), text), fc.integer({ min: 0, max: 5_000 }), (texts, limit) => {
        const config = { command: texts };
        expect(resolved(configContent(config, limit))).toEqual(JSON.parse(JSON.stringify(config)));
      }),
    );
  });
});
