import { expect, test } from "vitest";
import { KubernetesError } from "../errors/index.ts";
import { listed } from "./listed.ts";

const PATH = "/api/v1/namespaces/agents/pods";

test("a list says what there is, and when", () => {
  const page = { items: ["a"], metadata: { resourceVersion: "7" } };
  expect(listed(page, PATH)).toEqual({ items: ["a"], version: "7" });
  expect(listed({ items: null, metadata: { resourceVersion: "7" } }, PATH).items).toEqual([]);
});

test.each([{}, { items: [] }, { metadata: {} }, null])(
  "%j says nothing, least of all that there is nothing",
  (page) => {
    expect(() => listed(page, PATH)).toThrow(KubernetesError);
    expect(() => listed(page, PATH)).toThrow(`GET ${PATH}: the answer is no list`);
  },
);
