import { expect, test } from "vitest";
import { amount, capacityOf, isQuantity } from "./quantity.ts";

test.each(["1", "+1", "1.5", ".5", "1.", "100m", "2Gi", "1e3", "1E", "1E-2", "0"])("%s is a quantity", (text) => {
  expect(isQuantity(text)).toBe(true);
});

test.each(["", "-1", "1 Gi", "1gi", "Gi", "1e99", "1".repeat(19), "0x10", "1,5"])("%j is none", (text) => {
  expect(isQuantity(text)).toBe(false);
});

test.each([
  ["1", "1000m"],
  ["1Ki", "1024"],
  ["1.5Gi", "1536Mi"],
  ["1e3", "1k"],
  [".5", "500m"],
  ["1E", "1000e15"],
  ["1n", "1e-9"],
])("%s and %s are the same amount", (one, other) => {
  expect(amount(one)).toBe(amount(other));
});

test.each(["0", "0Gi", "500m", "1.0001"])("a claim of %j is refused by name", (text) => {
  expect(() => capacityOf("database.capacity", text)).toThrow(
    expect.objectContaining({ name: "ManifestError", field: "database.capacity" }),
  );
});
