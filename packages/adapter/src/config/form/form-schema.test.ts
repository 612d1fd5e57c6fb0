import { expect, test } from "vitest";
import { readRunConfig } from "../read-run-config.ts";
import { configSchema } from "../schema.ts";
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

test("the form has every key but those for which Paperclip has fields itself, once", () => {
  const asked = fields.map(({ key }) => key);
  expect([...asked, ...PLATFORM_KEYS].toSorted()).toEqual(Object.keys(configSchema.shape).toSorted());
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
  expect(secret).toEqual(["mcpServers", "providerKeys", "authJson"]);
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
