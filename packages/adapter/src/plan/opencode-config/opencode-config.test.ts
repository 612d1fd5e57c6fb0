import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { openCodeConfig as build, type OpenCodeOptions } from "./index.ts";

const MODEL = "stub/large";
type Env = OpenCodeOptions["env"];
const openCodeConfig = (model: string, env: Env, more: Partial<OpenCodeOptions> = {}): Record<string, unknown> =>
  build({ model, env, ...more });
const content = (value: unknown): Record<string, string> => ({ OPENCODE_CONFIG_CONTENT: JSON.stringify(value) });

test("alone, it keeps an unattended run from what it need not do and must not ask", () => {
  expect(openCodeConfig(MODEL, {})).toEqual({
    enabled_providers: ["stub"],
    snapshot: false,
    share: "disabled",
    autoupdate: false,
    small_model: "stub/large",
    experimental: { continue_loop_on_deny: true },
    provider: { stub: { options: { chunkTimeout: 300_000, headerTimeout: 300_000 } } },
    permission: {
      external_directory: "allow",
      doom_loop: "deny",
      read: { "*": "allow", "*.env": "deny", "*.env.*": "deny", "*.env.example": "allow" },
    },
  });
});

describe("who wins", () => {
  test("the operator's own configuration over the providers over our defaults", () => {
    const env = {
      PAPERCLIP_OPENCODE_PROVIDERS: JSON.stringify({ stub: { npm: "a", options: { baseURL: "one", timeout: 1 } } }),
      ...content({ snapshot: true, enabled_providers: ["x"], provider: { stub: { options: { baseURL: "two" } } } }),
    };
    expect(openCodeConfig(MODEL, env)).toMatchObject({
      snapshot: true,
      enabled_providers: ["x"],
      provider: { stub: { npm: "a", options: { baseURL: "two", timeout: 1 } } },
    });
  });

  test.each<[string, object, object]>([
    ["a list of theirs", { disabled_providers: ["a"] }, { disabled_providers: ["a"] }],
    ["a small model of theirs", { small_model: "stub/s" }, { small_model: "stub/s" }],
    [
      "a timeout of theirs",
      { provider: { stub: { options: { chunkTimeout: false } } } },
      { provider: { stub: { options: { chunkTimeout: false, headerTimeout: 300_000 } } } },
    ],
    [
      "a server of theirs over one of ours",
      { mcp: { s: { enabled: false } } },
      { mcp: { s: { enabled: false, type: "local" } } },
    ],
  ])("%s", (_, theirs, wanted) => {
    expect(openCodeConfig(MODEL, content(theirs), { mcpServers: { s: { command: "x" } } })).toMatchObject(wanted);
  });

  test("null takes a default away, but for what cannot be done without", () => {
    const config = openCodeConfig(MODEL, content({ snapshot: null, share: null, small_model: null }));
    expect(config).toMatchObject({ share: "disabled" });
    expect(config).not.toHaveProperty("snapshot");
    expect(config).not.toHaveProperty("small_model");
  });

  test("of rules, theirs come after ours and in their order, for the last one that matches wins", () => {
    const permission = { "*": "deny", external_directory: "allow" };
    const config = openCodeConfig(MODEL, content({ permission }));
    expect(Object.keys(config["permission"] as object)).toEqual(["doom_loop", "read", "*", "external_directory"]);
  });

  test("their small model over that of PAPERCLIP_OPENCODE_SMALL_MODEL", () => {
    const env = { PAPERCLIP_OPENCODE_SMALL_MODEL: " other/s " };
    expect(openCodeConfig(MODEL, env)).toMatchObject({
      small_model: "other/s",
      enabled_providers: ["stub", "other"],
    });
    expect(openCodeConfig(MODEL, { ...env, ...content({ small_model: "stub/s" }) })).toMatchObject({
      small_model: "stub/s",
      enabled_providers: ["stub"],
    });
  });

  test("instructions and skills are put together, ours first", () => {
    const theirs = content({ instructions: ["CONTRIBUTING.md"], skills: { paths: ["/s"], urls: ["u"] } });
    expect(openCodeConfig(MODEL, theirs, { instructions: ["/a.md"], skillFolders: ["/carried"] })).toMatchObject({
      instructions: ["/a.md", "CONTRIBUTING.md"],
      skills: { paths: ["/carried", "/s"], urls: ["u"] },
    });
  });

  test("what an unattended run cannot do without, over all", () => {
    expect(openCodeConfig(MODEL, content({ share: "auto", autoupdate: true }))).toMatchObject({
      share: "disabled",
      autoupdate: false,
    });
  });
});

describe("nobody is there to be asked", () => {
  test("ask becomes deny, at the top, in patterns and in every agent and mode", () => {
    const theirs = {
      permission: { bash: { "*": "allow", "rm *": "ask" }, webfetch: "ask" },
      agent: { build: { permission: { edit: "ask" }, model: "a/b" }, plain: {} },
      mode: { plan: { permission: "ask" } },
    };
    expect(openCodeConfig(MODEL, content(theirs))).toMatchObject({
      permission: { bash: { "*": "allow", "rm *": "deny" }, webfetch: "deny" },
      agent: { build: { permission: { edit: "deny" }, model: "a/b" }, plain: {} },
      mode: { plan: { permission: "deny" } },
    });
  });

  test("permissions of OPENCODE_PERMISSION, too, which would override every configuration", () => {
    const env = { ...content({ permission: { bash: "allow" } }), OPENCODE_PERMISSION: '{"bash":"ask"}' };
    expect(openCodeConfig(MODEL, env)).toMatchObject({ permission: { bash: "deny" } });
  });

  test("one word for everything stays one word", () => {
    expect(openCodeConfig(MODEL, content({ permission: "allow" }))).toMatchObject({ permission: "allow" });
  });
});

describe("models", () => {
  test("providers are enabled that the model, the small model, an agent, a mode or a command names", () => {
    const theirs = {
      small_model: "b/m",
      agent: { x: { model: "c/m/n" }, y: {} },
      mode: { z: { model: "d/m" } },
      command: { w: { model: "a/m" } },
    };
    expect(openCodeConfig("a/m", content(theirs))).toMatchObject({ enabled_providers: ["a", "b", "c", "d"] });
  });

  test("are registered where their provider is configured without them, and else not", () => {
    const theirs = { provider: { stub: { models: { other: { name: "O" } } } }, agent: { x: { model: "elsewhere/m" } } };
    const { provider } = openCodeConfig("stub/org/large:free", content(theirs));
    expect(provider).toMatchObject({ stub: { models: { other: { name: "O" }, "org/large:free": {} } } });
    expect(provider).not.toHaveProperty("elsewhere");
  });

  test("keep what they are configured with", () => {
    const theirs = { provider: { stub: { models: { large: { name: "L", limit: { context: 1, output: 1 } } } } } };
    expect(openCodeConfig(MODEL, content(theirs))).toMatchObject(theirs);
  });

  test("a provider that is no object is a problem that names it, and shows nothing of it", () => {
    const read = (): unknown =>
      openCodeConfig(MODEL, { PAPERCLIP_OPENCODE_PROVIDERS: '{"gate":"https://user:pw@gate"}' });
    expect(read).toThrow("env.PAPERCLIP_OPENCODE_PROVIDERS.gate: give an object");
    expect(read).not.toThrow(/user:pw/);
  });
});

describe("files outside of the working directory", () => {
  test("are denied without dangerouslySkipPermissions, but for the skills", () => {
    const more = { dangerouslySkipPermissions: false, skillFolders: ["/run/skills"] };
    expect(openCodeConfig(MODEL, {}, more)).toMatchObject({
      permission: { external_directory: { "*": "deny", "/run/skills/*": "allow" } },
    });
  });

  test("are what the operator's own configuration says, before all", () => {
    const theirs = content({ permission: { external_directory: "deny" } });
    expect(openCodeConfig(MODEL, theirs)).toMatchObject({ permission: { external_directory: "deny" } });
  });
});

describe("commands that print the environment", () => {
  const hidden = { hideEnvironment: true };
  const lastRule = (permission: unknown): unknown => Object.entries(permission as object).at(-1);

  test("are denied by the last rule, at the top and in every agent that has rules", () => {
    const theirs = {
      permission: "allow",
      agent: { a: { permission: { bash: "allow" } }, b: { tools: { bash: true } }, c: {} },
    };
    const { permission, agent } = openCodeConfig(MODEL, content(theirs), hidden) as {
      permission: unknown;
      agent: Record<string, { permission?: unknown }>;
    };
    const guard = ["bash*", expect.objectContaining({ env: "deny", "printenv *": "deny" })];
    expect(permission).toMatchObject({ "*": "allow" });
    expect([permission, agent["a"]?.permission, agent["b"]?.permission].map(lastRule)).toEqual([guard, guard, guard]);
    expect(agent["c"]).toEqual({});
  });

  test("stay denied whatever the operator allows by the same names", () => {
    const theirs = content({ permission: { "bash*": { env: "allow", "rm *": "deny" } } });
    const { permission } = openCodeConfig(MODEL, theirs, hidden) as { permission: { "bash*": object } };
    expect(permission["bash*"]).toMatchObject({ env: "deny", "rm *": "deny" });
  });

  test.each(["deny", { bash: "deny" }])("need no rule where nothing may be run: %j", (permission) => {
    const config = openCodeConfig(MODEL, content({ permission }), hidden);
    expect(JSON.stringify(config["permission"])).not.toContain("printenv");
  });

  test("are allowed unless asked for", () => {
    expect(JSON.stringify(openCodeConfig(MODEL, {}))).not.toContain("printenv");
  });
});

test("no rule asks, whatever comes in", () => {
  const rule = fc.constantFrom("ask", "allow", "deny");
  const key = fc.constantFrom("*", "bash", "bash*", "edit", "read", "external_directory", "s_*", "__proto__");
  const permission = fc.oneof(
    rule,
    fc.dictionary(key, fc.oneof(rule, fc.dictionary(key, rule)), { noNullPrototype: true }),
  );
  const members = fc.dictionary(key, fc.record({ permission }, { requiredKeys: [] }), { noNullPrototype: true });
  const theirs = fc.record({ permission, agent: members, mode: members }, { requiredKeys: [] });
  fc.assert(
    fc.property(theirs, permission, fc.boolean(), fc.boolean(), (own, overruled, hideEnvironment, skip) => {
      const env = {
        ...content(own),
        ...(typeof overruled === "string" ? {} : { OPENCODE_PERMISSION: JSON.stringify(overruled) }),
      };
      const config = openCodeConfig(MODEL, env, { hideEnvironment, dangerouslySkipPermissions: skip });
      expect(JSON.stringify(config)).not.toContain('"ask"');
    }),
  );
});

test("comments and commas at the end are allowed, as OpenCode allows them", () => {
  const env = { OPENCODE_CONFIG_CONTENT: '{\n // why\n "snapshot": true,\n}' };
  expect(openCodeConfig(MODEL, env)).toMatchObject({ snapshot: true });
});

test.each(["PAPERCLIP_OPENCODE_PROVIDERS", "OPENCODE_CONFIG_CONTENT", "OPENCODE_PERMISSION"])(
  "%s that is no JSON object is a problem of that key, which does not show what it holds",
  (variable) => {
    for (const text of ['{"apiKey":"sk-secret"', '["sk-secret"]', "sk-secret"]) {
      const read = (): unknown => openCodeConfig(MODEL, { [variable]: text });
      expect(read).toThrow(`env.${variable}: give a JSON object`);
      expect(read).not.toThrow(/sk-secret/);
    }
  },
);

test("a key named __proto__ changes no other object", () => {
  openCodeConfig(MODEL, { OPENCODE_CONFIG_CONTENT: '{"__proto__": {"polluted": true}}' });
  expect(({} as Record<string, unknown>).polluted).toBeUndefined();
});
