import { expect, test } from "vitest";
import { accessConcern, type ClaimUse } from "./access-mode.ts";

const use = { readOnly: false, pinned: false };

test.each<[string, ClaimUse]>([
  ["ReadWriteMany", { ...use, accessModes: ["ReadWriteMany"] }],
  ["ReadWriteMany among others", { ...use, accessModes: ["ReadWriteOnce", "ReadWriteMany"] }],
  ["ReadOnlyMany for runs that only read", { ...use, accessModes: ["ReadOnlyMany"], readOnly: true }],
  ["ReadWriteOnce for runs that are kept on one node", { ...use, accessModes: ["ReadWriteOnce"], pinned: true }],
  ["what Kubernetes may have one day", { ...use, accessModes: ["ReadWriteSometimes"] }],
])("nothing speaks against %s", (_, claim) => {
  expect(accessConcern(claim)).toBeNull();
});

test.each<[string, ClaimUse, string, RegExp]>([
  ["ReadWriteOnce is for one node", { ...use, accessModes: ["ReadWriteOnce"] }, "one node", /another node waits/],
  [
    "ReadWriteOnce is for one node, also to read",
    { ...use, accessModes: ["ReadWriteOnce"], readOnly: true },
    "one node",
    /another node waits/,
  ],
  ["ReadOnlyMany cannot be written", { ...use, accessModes: ["ReadOnlyMany"] }, "unusable", /are to write/],
  [
    "ReadWriteOncePod is for one pod, wherever it is",
    { ...use, accessModes: ["ReadWriteOncePod"], pinned: true },
    "unusable",
    /one pod at a time/,
  ],
])("%s", (_, claim, kind, message) => {
  expect(accessConcern(claim)).toMatchObject({ kind, message: expect.stringMatching(message) as string });
});
