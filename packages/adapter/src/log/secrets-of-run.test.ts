import { describe, expect, test } from "vitest";
import { secretsOfRun } from "./secrets-of-run.ts";

const agent = (adapterConfig: unknown = {}) => ({
  id: "a",
  companyId: "c",
  name: "n",
  adapterType: "t",
  adapterConfig,
});
const secretsIn = (config: Record<string, unknown>, stored?: unknown): string[] =>
  secretsOfRun({ config, agent: agent(stored) });

describe("secrets of a run are", () => {
  test.each([
    ["a variable with the name of a secret", { GITHUB_TOKEN: "value-1" }, ["value-1"]],
    ["one with the look of a secret", { SOMETHING: "sk-abcdefgh" }, ["sk-abcdefgh"]],
    ["the token of a header, without its scheme", { AUTH_HEADER: "Bearer value-1" }, ["value-1"]],
    ["the password in a URL", { REGISTRY: "https://user:pass-word@host/x" }, ["pass-word"]],
    [
      "a token in the place of the user",
      { REMOTE: "https://ghp_value-1:x-oauth-basic@host/x" },
      ["x-oauth-basic", "ghp_value-1"],
    ],
    ["one without a password", { REMOTE: "https://value-1@host/x" }, ["value-1"]],
    ["no user of a database", { DATABASE: "postgres://somebody@host/x" }, []],
    [
      "what OpenCode's configuration holds of keys",
      { OPENCODE_CONFIG_CONTENT: '{"provider":{"a":{"options":{"apiKey":"value-1","baseURL":"http://x"}}}, // why\n}' },
      ["value-1"],
    ],
    [
      "headers of its servers",
      { OPENCODE_CONFIG_CONTENT: '{"mcp":{"a":{"headers":{"Authorization":"Bearer value-1"}}}}' },
      ["value-1"],
    ],
  ])("%s", (_, env, secrets) => {
    expect(secretsIn({ env })).toEqual(secrets);
  });

  test("what Paperclip stores as a secret, whatever it is called", () => {
    const reference = { type: "secret_ref", secretId: "s" };
    const config = { env: { STAGE: "value-1", OTHER: "plain-1" }, kubeconfig: "value-2", image: "x" };
    expect(secretsIn(config, { env: { STAGE: reference }, kubeconfig: reference })).toEqual(["value-1", "value-2"]);
  });

  test("what its manifest says that Paperclip resolved, of a project or a routine", () => {
    const context = { paperclipSecrets: { manifest: [{ envKey: "STAGE" }, { envKey: null, configPath: "apiToken" }] } };
    const config = { env: { STAGE: "value-1", OTHER: "plain-1" } };
    expect(secretsOfRun({ config, agent: agent(), context })).toEqual(["value-1"]);
  });

  test("keys of providers and OpenCode's auth.json, as text or as data", () => {
    const authJson = { github: { type: "oauth", access: "value-1", refresh: "value-2" } };
    const kubeconfigText = `users: [{ name: agent, user: { token: value-4, client-key-data: value-5 } }]`;
    expect(secretsIn({ kubeconfigText })).toEqual(["value-4", "value-5"]);
    for (const given of [authJson, JSON.stringify(authJson)])
      expect(secretsIn({ authJson: given, providerKeys: "openai: value-3" })).toEqual([
        "value-1",
        "value-2",
        "value-3",
      ]);
  });

  test("what MCP servers are given, and what is inherited", () => {
    const config = { mcpServers: '{"a":{"url":"http://host","headers":{"X-Api-Key":"value-1"}}}' };
    const completed = { env: { HTTPS_PROXY: "http://user:value-2@proxy" }, providerKeys: { openai: "value-3" } };
    expect(secretsOfRun({ config, agent: agent() }, completed)).toEqual(["value-2", "value-1", "value-3"]);
  });

  test("the tokens that Paperclip gives the run", () => {
    const servers = [{ name: "s", url: "u", token: "token-2", connectionId: "c" }];
    const sources = { config: {}, agent: agent(), authToken: "token-1", runtimeMcp: { getServers: () => servers } };
    expect(secretsOfRun(sources)).toEqual(["token-1", "token-2"]);
  });
});

test("settings are none, whatever they are called", () => {
  const env = {
    MAX_TOKENS: "100000000",
    USE_PASSWORD: "false",
    GIT_AUTHOR_NAME: "Ada Lovelace",
    PATH_PREFIX: "/usr/local",
  };
  expect(secretsIn({ env })).toEqual([]);
});

test.each([[{ env: 5 }], [{ env: { A: null, KEY: [1] }, authJson: "{", providerKeys: "\t: [" }]])(
  "a configuration that is none is read without an error: %j",
  (config) => {
    expect(() => secretsIn(config, "nonsense")).not.toThrow();
  },
);

test("YAML that refers to itself, or that would grow without end, is not followed", () => {
  const levels = Array.from({ length: 60 }, (_, level) => `l${level}: &l${level} [*l${level - 1}, *l${level - 1}]`);
  const bomb = ["l-1: &l-1 x", ...levels].join("\n");
  expect(secretsIn({ env: { LOOP: "a: &a { b: *a }", BOMB: bomb, A_TOKEN: "t0ken" } })).toEqual(["t0ken"]);
});
