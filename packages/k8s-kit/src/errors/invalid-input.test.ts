import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { assertLabelName, assertLabelSelector, assertObjectName, InvalidInputError } from "./invalid-input.ts";

describe("names", () => {
  test.each(["a", "a-b", "0", "a".repeat(63)])("%s may name a namespace or a container", (name) => {
    expect(() => assertLabelName("namespace", name)).not.toThrow();
  });
  test.each(["", "A", "a.b", "-a", "a-", "a_b", "a".repeat(64), "a/../b", "a\n", 7, undefined])(
    "%j may not",
    (name) => {
      expect(() => assertLabelName("namespace", name)).toThrow(InvalidInputError);
    },
  );
  test.each(["a.b", "a-1.b", "a".repeat(253)])("%s may name an object", (name) => {
    expect(() => assertObjectName("pod", name)).not.toThrow();
  });
  test.each(["", "a..b", ".a", "a.", "a.-b", "a".repeat(254), "a?b", "a%2Fb"])("%j may not, either", (name) => {
    expect(() => assertObjectName("pod", name)).toThrow(InvalidInputError);
  });
  test("the message names field, value and rule", () => {
    expect(() => assertLabelName("container", "My_App")).toThrow(
      'container "My_App" must be 1 to 63 characters of a-z, 0-9 and "-", and begin and end with a letter or digit',
    );
  });
});

describe("label selectors", () => {
  test.each([
    "",
    "a",
    "!a",
    "a=b",
    "a==b",
    "a!=b",
    "a=",
    "a in (b,c), d notin (e)",
    "example.com/a=B_c.d,x",
    "a>1,b<2",
    "a in (b, c)",
  ])("%j is one", (selector) => {
    expect(() => assertLabelSelector("labelSelector", selector)).not.toThrow();
  });
  test.each([
    ",",
    "a=b,",
    "a=b c",
    "=a",
    "a in b",
    "a in (b",
    "a=b=c",
    "a/b/c=d",
    "A_/b=c",
    "a=-b",
    "a=b;c=d",
    "a&b",
    {},
  ])("%j is none", (selector) => {
    expect(() => assertLabelSelector("labelSelector", selector)).toThrow(InvalidInputError);
  });
  test("the message names the part that does not fit", () => {
    expect(() => assertLabelSelector("labelSelector", "a=b,c=d e")).toThrow(
      'labelSelector "a=b,c=d e" has a part "c=d e"',
    );
  });
  test("labels that a server accepts make a selector, whatever they are", () => {
    const value = fc.stringMatching(/^[A-Za-z0-9]([-A-Za-z0-9_.]{0,20}[A-Za-z0-9])?$/);
    fc.assert(
      fc.property(fc.dictionary(value, value, { minKeys: 1 }), (labels) => {
        const pairs = Object.entries(labels).map(([key, label]) => `${key}=${label}`);
        assertLabelSelector("labelSelector", pairs.join(","));
      }),
    );
  });
});
