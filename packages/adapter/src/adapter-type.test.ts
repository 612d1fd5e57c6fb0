import { expect, test } from "vitest";
import { adapterType } from "./adapter-type.ts";

test.each([
  ["has a name of its own", {}, "opencode_k8s"],
  ["takes the place of a built-in one by its name", { OPENCODE_K8S_TYPE: "opencode_local" }, "opencode_local"],
  ["has its own name where the variable is empty", { OPENCODE_K8S_TYPE: " " }, "opencode_k8s"],
])("the adapter %s", (_, env, type) => {
  expect(adapterType({ env })).toBe(type);
});
