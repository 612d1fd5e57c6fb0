import { expect, test } from "vitest";
import { observabilityPage } from "../../test/observability-page.ts";

test("docs/observability.md has every span, event, attribute and instrument", async () => {
  // `vitest run -u` writes it.
  await expect(observabilityPage()).toMatchFileSnapshot("../../../../docs/observability.md");
});
