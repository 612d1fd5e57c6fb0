import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { namespaceOf } from "./namespace-template.ts";

const id = "c0ffee00-1111-4222-8333-444455556666";

test("a company's id stands where the template says", () => {
  expect(namespaceOf("namespace", "paperclip-{{company.id}}", { "company.id": id })).toBe(`paperclip-${id}`);
  expect(namespaceOf("namespace", "p-{{ company.id }}-x", { "company.id": "7" })).toBe("p-7-x");
  expect(namespaceOf("namespace", "agents", {})).toBe("agents");
});

test("any two ids give two namespaces, or an error that names the field", () => {
  const text = fc.oneof(fc.string({ unit: "binary" }), fc.string({ unit: fc.constantFrom("a", "A", "-", "/", ".") }));
  fc.assert(
    fc.property(text, text, (one, other) => {
      const [a, b] = [one, other].map((value) => namespaceOf("namespace", "p-{{company.id}}", { "company.id": value }));
      expect(a).toMatch(/^p-[a-z0-9]([-a-z0-9]{0,58}[a-z0-9])?$/);
      expect(a === b).toBe(one === other);
    }),
  );
});

describe("refused by name", () => {
  test.each(["p-{{agent.name}}", "P", "-{{company.id}}", "{{}}", "{{constructor}}", "p".repeat(64)])(
    "%s",
    (template) => {
      expect(() => namespaceOf("namespace", template, { "company.id": id })).toThrow(
        expect.objectContaining({ name: "ManifestError", field: "namespace" }),
      );
    },
  );
});
