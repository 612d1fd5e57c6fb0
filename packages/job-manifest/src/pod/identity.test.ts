import { describe, expect, test } from "vitest";
import { identity } from "./identity.ts";
import type { RunIdentity } from "../input/identity.ts";

test("a pod is user 1000 of group 1000, and has no token", () => {
  expect(identity({})).toEqual({
    automountServiceAccountToken: false,
    securityContext: {
      runAsNonRoot: true,
      runAsUser: 1000,
      runAsGroup: 1000,
      fsGroup: 1000,
      fsGroupChangePolicy: "OnRootMismatch",
      seccompProfile: { type: "RuntimeDefault" },
    },
  });
});

test("a ServiceAccount brings no token with it", () => {
  expect(identity({ serviceAccountName: "agent" })).toMatchObject({
    serviceAccountName: "agent",
    automountServiceAccountToken: false,
  });
});

test("a pull secret that is named twice is there once: Kubernetes keeps them by name", () => {
  expect(identity({ imagePullSecrets: ["a", "b", "a"] }).imagePullSecrets).toEqual([{ name: "a" }, { name: "b" }]);
});

describe("refused by name", () => {
  test.each<[RunIdentity, string]>([
    [{ user: { uid: 0 } }, "user.uid"],
    [{ user: { gid: 0 } }, "user.gid"],
    [{ user: { fsGroup: -1 } }, "user.fsGroup"],
    [{ user: { uid: 1.5 } }, "user.uid"],
    [{ user: { uid: 2 ** 31 } }, "user.uid"],
    [{ serviceAccountName: "" }, "serviceAccountName"],
    [{ imagePullSecrets: ["a", "../b"] }, "imagePullSecrets[1]"],
  ])("%j", (asked, field) => {
    expect(() => identity(asked)).toThrow(expect.objectContaining({ name: "ManifestError", field }));
  });
});
