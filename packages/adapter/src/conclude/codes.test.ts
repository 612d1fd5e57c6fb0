import { expect, test } from "vitest";
import { errorsPage } from "../../test/errors-page.ts";
import { CODES } from "./codes.ts";

test("docs/errors.md has every code, with what it means, what to do, and who tries again", async () => {
  // `vitest run -u` writes it.
  await expect(errorsPage()).toMatchFileSnapshot("../../../../docs/errors.md");
});

test("what a code says is whole sentences", () => {
  for (const { meaning, remedy } of Object.values(CODES)) {
    expect(meaning).toMatch(/^[A-Z].*\.$/);
    expect(remedy).toMatch(/^[A-Z].*\.$/);
  }
});
