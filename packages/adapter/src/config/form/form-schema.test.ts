import { expect, test } from "vitest";
import { readRunConfig } from "../read-run-config.ts";
import { configSchema } from "../schema.ts";
import { FORM_NAMES } from "./fields.ts";
import { formSchema } from "./form-schema.ts";
import { PLATFORM_KEYS } from "./platform-keys.ts";

const { fields } = formSchema();
const field = (key: string) => fields.find((each) => each.key === key);

/** What Paperclip's form stores of an agent when nobody touches a field. */
function untouched(): Record<string, unknown> {
  const stored = fields.map(({ key, type, default: given, options }): [string, unknown] => {
    if (given !== undefined) return [key, given];
    return [key, type === "number" ? 0 : type === "toggle" ? false : type === "select" ? options?.[0]?.value : ""];
  });
  return Object.fromEntries(stored.filter(([, value]) => value !== ""));
}

/** Of Paperclip 2026.916.1: `dist/redaction.js` of its server. */
const TAKEN_FOR_SECRET =
  /api[-_]?key|access[-_]?token|auth(?:_?token)?|token|authorization|bearer|secret|passwd|password|credential|jwt|private[-_]?key|cookie|connectionstring|browser[-_]?code|login[-_]?url/i;

test("no field has a name by which Paperclip would hide its value, but those that are secrets", () => {
  const hidden = fields.filter(({ key, meta }) => TAKEN_FOR_SECRET.test(key) && meta?.secret !== true);
  expect(hidden).toEqual([]);
});

test("what the form stores under a name of its own is read as the key, and wins over it", () => {
  const least = { model: "example/m", namespace: "agents", image: "opencode:1" };
  const stored = {
    imageRegistryAccess: "one two",
    mountServiceAccount: true,
    maxUsage: "1000",
    modelPrices: '{"a/b":{"input":1,"output":2}}',
  };
  const hidden = { imagePullSecrets: "***REDACTED***", maxTokens: 7 };
  expect(readRunConfig({ ...least, ...hidden, ...stored }, "company")).toMatchObject({
    imagePullSecrets: ["one", "two"],
    automountServiceAccountToken: true,
    maxTokens: 1000,
    tokenPrices: { "a/b": { input: 1, output: 2 } },
  });
});

test("the form has every key but those for which Paperclip has fields itself, once", () => {
  const ownNames = new Map(Object.entries(FORM_NAMES).map(([key, inForm]) => [inForm, key]));
  const asked = fields.map(({ key }) => ownNames.get(key) ?? key);
  expect([...asked, ...PLATFORM_KEYS].toSorted()).toEqual([...Object.keys(configSchema.shape), "env"].toSorted());
  expect(asked).not.toContain("command");
  expect(asked).not.toContain("args");
});

test("a form that nobody touched means the same as no form", () => {
  const least = { model: "example/m", namespace: "agents", image: "opencode:1" };
  expect(readRunConfig({ ...least, ...untouched() }, "company")).toEqual(readRunConfig(least, "company"));
});

test("what a form stores at once has a default, and a select begins with it", () => {
  for (const { key, type, default: given, options } of fields) {
    if (type === "toggle") expect(given, key).toBeTypeOf("boolean");
    if (type === "number") expect(given, key).toBeTypeOf("number");
    if (type === "select") expect(options?.[0]?.value, key).toBe(given ?? "");
  }
});

test("each choice of a select is a value of its key", () => {
  const shape: Readonly<Record<string, { safeParse(value: unknown): { success: boolean } }>> = configSchema.shape;
  for (const { key, options = [] } of fields)
    for (const { value } of options)
      if (value !== "") expect(shape[key]?.safeParse(value).success, `${key} ${value}`).toBe(true);
});

test("what may hold a secret is stored as one", () => {
  const secret = fields.filter(({ meta }) => meta?.secret === true).map(({ key }) => key);
  expect(secret).toEqual(["kubeconfigText", "mcpServers", "providerKeys", "authJson"]);
});

test("a text that has a default says so, and stores nothing", () => {
  expect(field("resources.limits.memory")).toEqual({
    key: "resources.limits.memory",
    label: "Memory limit",
    hint: "Kubernetes quantity, such as 512Mi or 4Gi. Empty: 8Gi.",
    type: "text",
  });
});

test("a field that means something only with another is shown with it", () => {
  const visibleWhen = { key: "agentDbMode", values: ["", "dedicated_pvc"] };
  expect(field("agentDbStorageClass")?.meta).toEqual({ visibleWhen });
});
