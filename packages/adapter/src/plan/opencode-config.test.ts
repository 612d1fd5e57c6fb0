import { describe, expect, test } from "vitest";
import { openCodeConfig } from "./opencode-config.ts";

const MODEL = "stub/large";
const content = (value: unknown): Record<string, string> => ({ OPENCODE_CONFIG_CONTENT: JSON.stringify(value) });

test("alone, it keeps an unattended run from what it need not do and must not ask", () => {
  expect(openCodeConfig(MODEL, {})).toEqual({
    enabled_providers: ["stub"],
    snapshot: false,
    share: "disabled",
    autoupdate: false,
    provider: {},
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
