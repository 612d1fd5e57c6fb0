import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Masker } from "./masker.ts";
import { secretForms } from "./secret-forms.ts";

const masked = (secret: string, text: string): string => new Masker([secret]).mask(text);
const base64 = (text: string): string => Buffer.from(text).toString("base64");
/** Values as they are: of any text, of few letters so that they overlap, and of several lines. */
const secrets = fc.oneof(
  fc.string({ unit: "binary", minLength: 8, maxLength: 200 }),
  fc.string({ unit: fc.constantFrom("a", "b", "*", "\\", '"', "n"), minLength: 8, maxLength: 20 }),
  fc
    .array(fc.base64String({ minLength: 8, maxLength: 76 }), { minLength: 2, maxLength: 4 })
    .map((lines) => lines.join("\n")),
);

describe("a secret is masked", () => {
  const SECRET = 'top "secret"/värde\\1';

  test.each([
    ["as it is", SECRET],
    ["in JSON", JSON.stringify(SECRET)],
    ["in JSON in JSON", JSON.stringify(JSON.stringify({ SECRET }))],
    ["in JSON that is ASCII", '"top \\"secret\\"/v\\u00e4rde\\\\1"'],
    ["in a URL", `https://host/?q=${encodeURIComponent(SECRET)}`],
    [
      "in a URL with small letters",
      encodeURIComponent(SECRET).replaceAll("%C3%A4", "%c3%a4").replaceAll("%5C", "%5c").replaceAll("%2F", "%2f"),
    ],
    ["in a form", encodeURIComponent(SECRET).replaceAll("%20", "+")],
    ["in base64", base64(SECRET)],
    ["in base64, one byte later", base64(`:${SECRET}`)],
    ["in base64, two bytes later", base64(`u:${SECRET}`)],
    ["in base64 for URLs", Buffer.from(SECRET).toString("base64url")],
  ])("%s", (_, text) => {
    const out = masked(SECRET, text);
    expect(out).toContain("***");
    for (const form of secretForms(SECRET)) expect(out).not.toContain(form);
  });

  test("in base64 that is broken into lines, but for the ends of a line", () => {
    const secret = Buffer.from(Array.from({ length: 150 }, (_, at) => (at * 89) % 251)).toString("hex");
    const lines = base64(secret).match(/.{1,76}/g) ?? [];
    for (const line of masked(secret, lines.join("\\n")).split("\\n"))
      expect(line.replaceAll("***", "").length).toBeLessThan(64);
  });

  test("line by line where it has several, but not what only frames it", () => {
    const key = "-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBg\nkqhkiG9w0BAQEFAA\n-----END PRIVATE KEY-----\n";
    expect(masked(key, key)).toBe("***\n");
    expect(masked(key, "  kqhkiG9w0BAQEFAA")).toBe("  ***");
    expect(masked(key, "-----BEGIN PRIVATE KEY-----")).toBe("-----BEGIN PRIVATE KEY-----");
  });

  test("together with those that it overlaps, and with those of which it is a part", () => {
    const masker = new Masker(["abcdefghij", "ghijklmnop", "abcdefgh"]);
    expect(masker.mask("<abcdefghijklmnop> <abcdefghX>")).toBe("<***> <***X>");
  });

  test("when only the masking of another one makes it whole", () => {
    expect(new Masker(["12345678", "secret***"]).mask("secret12345678")).toBe("***");
  });
});

test("a short value is a word, and stays", () => {
  expect(masked("admin12", "admin12")).toBe("admin12");
});

test("of no secret any form is left, whatever the text", () => {
  fc.assert(
    fc.property(fc.array(secrets, { maxLength: 4 }), fc.array(fc.nat()), fc.string(), (values, picks, noise) => {
      const forms = values.flatMap(secretForms);
      const text = picks.map((pick) => `${noise}${forms[pick % forms.length] ?? ""}`).join("");
      const out = new Masker(values).mask(text + JSON.stringify(text));
      for (const form of forms) expect(out.includes(form)).toBe(false);
    }),
  );
});

test("a text without a secret is the same text", () => {
  fc.assert(
    fc.property(secrets, fc.string({ unit: "binary" }), (secret, text) => {
      fc.pre(!secretForms(secret).some((form) => text.includes(form)));
      expect(masked(secret, text)).toBe(text);
    }),
  );
});
