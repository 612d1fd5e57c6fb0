import { expect, test } from "vitest";
import { unknownKeys } from "./unknown-keys.ts";

test.each([
  [{ timeoutSecs: 5 }, "timeoutSec"],
  [{ imagePullSecret: "a" }, "imagePullSecrets"],
  [{ NodeSelector: {} }, "nodeSelector"],
  [{ "resources.limit.cpu": "1" }, "resources.limits.cpu"],
  [{ resources: { limits: { cpus: "1" } } }, "resources.limits.cpu"],
])("a slip of the pen is told, with the key that may have been meant: %j", (config, key) => {
  expect(unknownKeys(config)).toEqual([expect.stringMatching(new RegExp(`no effect: did you mean ${key}\\?$`))]);
});

test("a name that is like no key is told by itself", () => {
  expect(unknownKeys({ colour: "red" })).toEqual(['"colour" is no key of this adapter, and has no effect']);
});

test.each([
  [{ model: "a/b", env: { ANY: "1" }, namespace: "n", "dataClaim.subPath": "x", scratch: { tmp: "1Gi" } }],
  // Paperclip's own, and what an agent of another type had.
  [
    {
      paperclipRuntimeSkills: [],
      paperclipSkillSync: {},
      instructionsBundleMode: "managed",
      command: "opencode",
      args: [],
    },
  ],
  // What another key holds is that key's to judge.
  [{ mcpServers: { any: { command: ["x"] } }, tolerations: [{ key: "a" }] }],
  [{ image: undefined, colour: null }],
])("a configuration without a slip has nothing to tell: %j", (config) => {
  expect(unknownKeys(config)).toEqual([]);
});

test("another adapter's configuration is not told key by key", () => {
  const config = Object.fromEntries(Array.from({ length: 30 }, (_, at) => [`another${at}`, at]));
  expect(unknownKeys(config)).toHaveLength(11);
  expect(unknownKeys(config).at(-1)).toBe("20 further keys of the configuration have no effect");
});
