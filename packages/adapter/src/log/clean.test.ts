import { parseLine } from "@opencode-k8s/opencode-parse";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Cleaner } from "./clean.ts";
import { secretForms } from "./secret-forms.ts";

const text = (said: string, timestamp = 1): string =>
  JSON.stringify({ type: "text", timestamp, sessionID: "ses_1", part: { id: "prt_1", text: said } });

describe("a line", () => {
  test("that holds nothing of the kind is the same line", () => {
    const line = text('plain "text"\n/homework/ \ud83d\ude00');
    expect(new Cleaner(["a secret value"]).line(line)).toBe(line);
  });

  test("that was JSON is JSON, when a secret lies at an escape, is a number, or ends with a backslash", () => {
    for (const [secret, line] of [
      ["nsecret-1", text("\nsecret-1")],
      ["secret-1\\", text('secret-1\\"')],
      ["secret-1\\", text('secret-1"')],
      ["17001234", text("x", 1_700_123_456)],
      ['","part":{', text("x")],
    ] as const) {
      const out = new Cleaner([secret]).line(line);
      expect(out).not.toContain(secret);
      if (secret !== '","part":{') expect(parseLine(out)).toMatchObject({ type: "text", sessionID: "ses_1" });
    }
  });

  test("that is too long is masked before it is shortened: no half of a secret is left", () => {
    const secret = Array.from({ length: 40 }, (_, at) => `${at}-${at * 7}`).join("_");
    for (let before = 4000; before < 5200; before += 7) {
      const out = new Cleaner([secret]).line(text(`${"x".repeat(before)}${secret}${"y".repeat(9000)}`));
      expect(/x(\*{1,3}y*)?… /.test(out)).toBe(true);
      expect(out.includes("0-0_1-7")).toBe(false);
    }
  });

  test("shows no user's name in a home path, and stays JSON", () => {
    const out = new Cleaner([]).line(JSON.stringify({ a: "/home/alice", b: "/Users/bob/x", c: "/home/" }));
    expect(JSON.parse(out)).toEqual({ a: "/home/a****", b: "/Users/b**/x", c: "/home/" });
  });

  test("holds no NUL and no half of a surrogate pair", () => {
    expect(new Cleaner([]).line("a\0b\ud83dc")).toBe("a\ufffdb\ufffdc");
  });

  test("holds no form of any secret, whatever the line and whatever is shortened", () => {
    const secret = fc.oneof(
      fc.string({ unit: "binary", minLength: 8 }),
      fc.constantFrom("characters", "left out] ", "sessionID", "1700000000"),
    );
    const said = fc.array(fc.oneof(fc.string(), fc.constant("/home/alice "), fc.nat()), { maxLength: 10 });
    fc.assert(
      fc.property(fc.array(secret, { maxLength: 3 }), said, fc.nat(300), (secrets, words, times) => {
        const forms = secrets.flatMap(secretForms);
        const spelled = words
          .map((word) => (typeof word === "number" ? (forms[word % forms.length] ?? "") : word))
          .join("");
        const cleaner = new Cleaner(secrets);
        for (const line of [text(spelled.repeat(times)), text(spelled, 1_700_000_000), spelled.repeat(times)]) {
          const out = cleaner.line(line);
          for (const form of forms) expect(out.includes(form)).toBe(false);
        }
      }),
    );
  });
});

test("data are clean at every depth, in names and numbers too, and a text of any length stays whole", () => {
  const cleaner = new Cleaner(["secret-1", "12345678"]);
  const long = "x".repeat(20_000);
  const data = { a: [{ b: "<secret-1> /home/alice/x\0" }], "secret-1": 123456789, ok: 1.5, none: null, long };
  expect(cleaner.data(data)).toEqual({
    a: [{ b: "<***> /home/a****/x\ufffd" }],
    "***": 0,
    ok: 1.5,
    none: null,
    long,
  });
});

test("lines that come together are cleaned as each alone is, whatever they hold, and a secret of several lines too", () => {
  const secret = fc.constantFrom("secret-1", "first line\nsecond line", "ö-secret-ö");
  const piece = fc.constantFrom(
    "secret-1",
    "first line",
    "second line",
    "ö-secret-ö",
    "/home/al",
    "ice/x",
    "\0",
    "\ud83d",
    "é",
  );
  const line = fc.oneof(
    fc.array(fc.oneof(piece, fc.string({ unit: "binary" })), { maxLength: 6 }).map((all) => all.join("")),
    fc.constant(text("x".repeat(9000))),
  );
  fc.assert(
    fc.property(fc.array(secret, { maxLength: 2 }), fc.array(line, { maxLength: 6 }), (secrets, lines) => {
      const cleaner = new Cleaner(secrets);
      expect(cleaner.lines(lines)).toEqual(lines.map((each) => cleaner.line(each)));
    }),
  );
});
