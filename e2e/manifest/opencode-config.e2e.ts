import { afterAll, beforeAll, expect, test } from "vitest";
import { parseLine } from "@opencode-k8s/opencode-parse";
import type { RunInput } from "@opencode-k8s/job-manifest";
import { carriedFiles, openCodeConfig } from "../../packages/adapter/src/plan/index.ts";
import { type ModelServer, providerConfig, startModelServer } from "../../packages/kube-sim/src/model-server/index.ts";
import { settings } from "../world/index.ts";
import { RunNamespace } from "./run-namespace.ts";
import { shellRun } from "./small-run.ts";

const { kubeconfig, hostIp, image } = settings();

let namespace: RunNamespace;
let models: ModelServer;
beforeAll(async () => {
  models = await startModelServer({ host: hostIp });
  namespace = await RunNamespace.open(kubeconfig);
});
afterAll(async () => {
  await namespace[Symbol.asyncDispose]();
  await models.close();
});

const SKILL = "---\nname: release\ndescription: How a release is made here.\n---\nRun check.sh.\n";
const carried = carriedFiles(
  [
    {
      kind: "carried",
      name: "release",
      files: [
        { path: "SKILL.md", content: SKILL },
        { path: "check.sh", content: "#!/bin/sh\necho the release is checked\n", executable: true },
      ],
    },
  ],
  [{ kind: "carried", name: "RULES.md", content: "Rule of this house: answer in one sentence.\n" }],
);

/** A new session of the real OpenCode. The secret is in its environment, as an agent's would be. */
function input(model: string, prompt: string): RunInput {
  const name = `demo/${model}`;
  const env = { PAPERCLIP_OPENCODE_PROVIDERS: JSON.stringify(providerConfig(models.url, [model])) };
  const options = { ...carried, dangerouslySkipPermissions: false, hideEnvironment: true };
  return shellRun({
    image,
    prompt,
    model: name,
    openCodeConfig: openCodeConfig({ model: name, env, ...options }),
    files: carried.files,
    env: { CANARY: "canary-of-the-environment" },
  });
}

/** The image's own OpenCode, which the namespace's script stands before. */
const OPENCODE = 'PATH=${PATH#*:}; exec opencode "$@"';

/** Tells of each switch of its environment whether the image's OpenCode, one file with all of its source, has the name. */
const UNKNOWN_SWITCHES = `
PATH=\${PATH#*:}
binary=$(readlink -f "$(command -v opencode)")
for switch in $(env | grep -o '^OPENCODE_[A-Z_]*DISABLE_[A-Z_]*'); do
  if grep -aqw "$switch" "$binary"; then echo known; else echo "unknown: $switch"; fi
done
`;

test("every switch that makes the start lean is one that OpenCode knows", async () => {
  const { output } = await namespace.run(input("text", "Hello."), UNKNOWN_SWITCHES);
  expect(output).toMatch(/^(known\n)+$/);
});

test("a new session of one step asks the model once, and begins with the instructions and the skill", async () => {
  const { exitCode, message } = await namespace.run(input("text", "Hello."), OPENCODE);
  expect({ exitCode, message }).toEqual({ exitCode: 0, message: "" });
  const asked = models.requests.filter(({ model }) => model === "text");
  expect(asked).toHaveLength(1);
  const system = asked[0]?.messages.find(({ role }) => role === "system")?.text;
  expect(system).toContain("Rule of this house: answer in one sentence.");
  expect(system).toContain("How a release is made here.");
});

test("commands that print the environment are denied, a skill's own file runs, and the run ends well", async () => {
  const folder = carried.skillFolders[0] ?? "";
  const tried = {
    env: "error",
    "env | sort": "error",
    "cat /proc/self/environ": "error",
    [`cat ${folder}/release/SKILL.md && ${folder}/release/check.sh`]: "completed",
    "cat /etc/hostname": "error",
    "env A=1 sh -c 'echo $A'": "completed",
  };
  const prompt = Object.keys(tried).map((command) => `$ ${command}`);
  const { output, exitCode } = await namespace.run(input("commands", prompt.join("\n")), OPENCODE);
  expect(exitCode).toBe(0);
  const events = output
    .trimEnd()
    .split("\n")
    .map((line) => parseLine(line));
  const statuses = events.flatMap((event) => (event.type === "tool_use" ? [JSON.stringify(event)] : []));
  expect(statuses).toHaveLength(Object.keys(tried).length);
  for (const [index, status] of Object.values(tried).entries())
    expect(statuses[index]).toContain(`"status":"${status}"`);
  expect(output).toContain("the release is checked");
  expect(output).toContain(`Commands tried: ${Object.keys(tried).length}.`);
  expect(output).not.toContain("canary-of-the-environment");
});
