import { expect, test } from "vitest";
import { changelogEntry } from "./changelog.ts";

const CHANGELOG = "# one\n\n## 0.10.0\n\n### Minor Changes\n\n- Newer.\n\n## 0.1.0\n\n### Minor Changes\n\n- First.\n";

test("is what stands below the heading of the version, and no other's", () => {
  expect(changelogEntry(CHANGELOG, "0.10.0")).toBe("### Minor Changes\n\n- Newer.");
  expect(changelogEntry(CHANGELOG, "0.1.0")).toBe("### Minor Changes\n\n- First.");
  expect(changelogEntry(CHANGELOG, "0.1")).toBe("");
});
