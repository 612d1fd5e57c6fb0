import { expect, test } from "vitest";
import { unknownKeys } from "./unknown-keys.ts";

test.each([
  [{ timeoutSecs: 5 }, "timeoutSec"],
  [{ imagePullSecret: "a" }, "imagePullSecrets"],
  [{ NodeSelector: {} }, "nodeSelector"],
  [{ "resources.limit.cpu": "1" }, "resources.limits.cpu"],
  [{ resources: { limits: { cpus: "1" } } }, "resources.limits.cpu"],
  [{ modle: "a/b" }, "model"],
  // They begin as Paperclip's own do.
  [{ paperclipApiURL: "http://paperclip:3100" }, "paperclipApiUrl"],
  [{ instructionsFilepath: "/a" }, "instructionsFilePath"],
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
      instructionsRootPath: "/a",
      instructionsEntryFile: "AGENTS.md",
      workspaceStrategy: { type: "git_worktree" },
      modelProfile: "cheap",
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

test.each([
  [{ user: 5 }, "user.uid"],
  [{ resources: "cpu=1" }, "resources.requests.cpu"],
  [{ scratch: ["1Gi"] }, "scratch.workspace"],
])("what is no object has no effect where keys are grouped, and that is told: %j", (config, member) => {
  expect(unknownKeys(config)).toEqual([expect.stringMatching(new RegExp(`object.*such as ${member}$`))]);
});

test("what only a process on the server has a use for is told with the reason", () => {
  expect(unknownKeys({ command: "opencode", args: ["--x"], helloProbeTimeoutSec: 30 })).toEqual([
    '"command" has no effect: a Job runs the opencode of its image',
    '"args" has no effect: give arguments of OpenCode in extraArgs',
    '"helloProbeTimeoutSec" has no effect: the environment is tested without a model\'s answer',
  ]);
});
