import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { V1Job, V1Role, V1Secret } from "@kubernetes/client-node";
import { loadAll } from "js-yaml";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import manifest from "../../package.json" with { type: "json" };
import { FakeTerminal } from "../../test/fake-terminal.ts";
import { carryOut } from "./program.ts";

const LEAST = ["--model", "stub/m", "--image", "opencode:1"];

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "command-line-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

function file(name: string, content: string): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

interface Ended {
  readonly code: number;
  readonly terminal: FakeTerminal;
}

async function carriedOut(words: readonly string[], env: Record<string, string> = {}): Promise<Ended> {
  const terminal = new FakeTerminal(env);
  return { code: await carryOut(words, terminal), terminal };
}

function objectsOf({ terminal: { written } }: Ended): unknown[] {
  return loadAll(written);
}

describe("render", () => {
  test("writes the Job and the Secret of a run as YAML that kubectl takes", async () => {
    const ended = await carriedOut(["render", "Fix it", ...LEAST, "-n", "agents"]);
    expect(ended.code).toBe(0);
    expect(objectsOf(ended)).toMatchObject([
      { apiVersion: "batch/v1", kind: "Job", metadata: { namespace: "agents" } },
      { apiVersion: "v1", kind: "Secret", metadata: { namespace: "agents" } },
    ]);
  });

  test("does not show what is secret, unless it is asked to", async () => {
    const words = ["render", "Fix it", ...LEAST, "--env", "KEY"];
    const env = { KEY: "sk-secret-value" };
    const base64 = Buffer.from("sk-secret-value").toString("base64");
    expect((await carriedOut(words, env)).terminal.written).not.toContain(base64);
    const shown = await carriedOut([...words, "--show-secrets"], env);
    const [, secret] = objectsOf(shown) as [V1Job, V1Secret];
    expect(Object.values(secret.data ?? {})).toContain(base64);
  });

  test("takes an agent's configuration from a file, and single keys of it from the line", async () => {
    const config = file("agent.yaml", "model: stub/m\nimage: opencode:1\ntimeoutSec: 60\nnodeSelector:\n  disk: ssd\n");
    const ended = await carriedOut(["render", "-c", config, "--set", "timeoutSec=120", "--json"]);
    const { items } = JSON.parse(ended.terminal.written) as { items: [V1Job] };
    const spec = items[0].spec?.template.spec;
    expect(spec?.nodeSelector).toEqual({ disk: "ssd" });
    expect(JSON.stringify(spec)).toContain("120");
  });

  test("names every problem of a configuration, a line each, and its remedy", async () => {
    const { code, terminal } = await carriedOut(["render", "--model", "m", "--set", "timeoutSec=soon"]);
    expect(code).toBe(2);
    expect(terminal.problems).toMatch(/^model: give the model as provider\/model.*\n/m);
    expect(terminal.problems).toMatch(/^timeoutSec: give whole seconds.*\(got "soon"\)$/m);
    expect(terminal.problems).toMatch(/^image: /m);
    expect(terminal.written).toBe("");
  });
});

describe("rbac", () => {
  test("writes account, Role and binding, with the reason of each right", async () => {
    const ended = await carriedOut(["rbac", "-n", "agents"]);
    expect(ended.code).toBe(0);
    expect(objectsOf(ended)).toMatchObject([
      { kind: "ServiceAccount" },
      { kind: "Role", metadata: { namespace: "agents" } },
      { kind: "RoleBinding" },
    ]);
    expect(ended.terminal.written).toContain("# pods/log: get: what the agent says\n");
  });

  test("grants what is asked for, and to whom", async () => {
    const words = ["rbac", "-n", "agents", "--service-account", "paperclip/server", "--explain-pending"];
    const [role, binding] = objectsOf(await carriedOut(words)) as [V1Role, object];
    expect(role.rules).toContainEqual({ apiGroups: [""], resources: ["events"], verbs: ["list"] });
    expect(binding).toMatchObject({ subjects: [{ kind: "ServiceAccount", name: "server", namespace: "paperclip" }] });
  });
});

describe("what makes no sense is said in a sentence, with what would, and no stack", () => {
  test.each<[what: string, words: () => string[], message: RegExp]>([
    ["no such command", () => ["rnu"], /unknown command 'rnu'.*\n.*Did you mean run/],
    ["no such option", () => ["render", "--modle", "m"], /unknown option '--modle'/],
    ["a prompt that is missing", () => ["run", ...LEAST], /missing required argument 'prompt'/],
    ["a namespace that is missing", () => ["rbac"], /required option '-n, --namespace <name>' not specified/],
    ["a namespace that is none", () => ["rbac", "-n", "A b"], /namespace.*"A b"/],
    ["an account that is none", () => ["rbac", "-n", "a", "--service-account", "x"], /"x" is no namespace\/name/],
    ["a key without a value", () => ["render", ...LEAST, "-s", "timeoutSec"], /--set: "timeoutSec" is no name=value/],
    ["a variable that is not set", () => ["render", ...LEAST, "-e", "NO_SUCH"], /--env: NO_SUCH is not set here/],
    ["a file that is not there", () => ["render", "-c", "/no/such.yaml"], /\/no\/such.yaml cannot be read \(ENOENT\)/],
    ["a file that is no YAML", () => ["render", "-c", file("a.yaml", "a: [")], /cannot be read at line/],
    ["a file that holds no object", () => ["render", "-c", file("a.yaml", "- a")], /holds no object/],
    ["a kubeconfig that is not there", () => ["run", "Hi", ...LEAST, "--kubeconfig", "/no"], /\/no cannot be read/],
    [
      "a context that is not there",
      () => ["run", "Hi", ...LEAST, "--context", "b", "--kubeconfig", file("k", KUBECONFIG)],
      /there is no context b; there are: a/,
    ],
  ])("%s", async (_, words, message) => {
    const { code, terminal } = await carriedOut(words());
    expect(code).toBe(2);
    expect(terminal.problems).toMatch(message);
    expect(terminal.problems).not.toMatch(/^\s+at /m);
    expect(terminal.written).toBe("");
  });
});

const KUBECONFIG = JSON.stringify({
  clusters: [{ name: "c", cluster: { server: "https://host:6443" } }],
  contexts: [{ name: "a", context: { cluster: "c" } }],
  "current-context": "a",
});

test("--version writes the version of the package", async () => {
  const { code, terminal } = await carriedOut(["--version"]);
  expect(code).toBe(0);
  expect(terminal.written).toBe(`${manifest.version}\n`);
});

describe("help", () => {
  test.each([
    ["--help"],
    ["run", "--help"],
    ["render", "--help"],
    ["rbac", "--help"],
    ["doctor", "--help"],
    ["logs", "--help"],
    ["explain", "--help"],
    ["gc", "--help"],
  ])("%s %s", async (...words) => {
    const { code, terminal } = await carriedOut(words);
    expect(code).toBe(0);
    expect(terminal.written).toMatch(words.length === 1 ? /Exit codes:/ : /Examples:\n {2}\$ paperclip-adapter/);
  });

  test("fits into the terminal, but for the examples", async () => {
    const terminal = new FakeTerminal({}, 80);
    await carryOut(["run", "--help"], terminal);
    const [help = ""] = terminal.written.split("\nExamples:");
    for (const line of help.split("\n")) expect(line.length).toBeLessThanOrEqual(80);
  });
});
