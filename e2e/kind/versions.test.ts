import { expect, test } from "vitest";
import { isOlder, newestMinor, nodeImage, readVersions } from "./versions.ts";

const versions = await readVersions();

test("every node image has its digest, and is of its minor", () => {
  expect(Object.keys(versions.nodes)).toHaveLength(5);
  for (const [minor, image] of Object.entries(versions.nodes)) {
    expect(image).toMatch(new RegExp(`^kindest/node:v${minor.replace(".", "\\.")}\\.\\d+@sha256:[0-9a-f]{64}$`));
  }
});

test("the newest minor goes by its number", () => {
  expect(newestMinor({ ...versions, nodes: { "1.9": "a", "1.10": "b", "1.8": "c" } })).toBe("1.10");
});

test("an image in full is taken as it is", () => {
  expect(nodeImage(versions, "kindest/node:v1.30.0")).toBe("kindest/node:v1.30.0");
});

test.each([
  ["0.30.0", "0.33.0", true],
  ["0.33.0", "0.33.0", false],
  ["0.34.0-alpha", "0.33.0", false],
  ["23.0", "23.0.0", false],
  ["9.10.0", "23.0.0", true],
])("%s comes before %s: %s", (version, than, older) => {
  expect(isOlder(version, than)).toBe(older);
});
