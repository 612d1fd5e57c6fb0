import type { V1PersistentVolumeClaim } from "@kubernetes/client-node";
import { describe, expect, test } from "vitest";
import { claimProblems } from "./claim-problems.ts";
import { databaseClaim } from "./claim.ts";
import { sampleInput } from "../sample-input.ts";

const wanted = databaseClaim({
  ...sampleInput,
  database: { mode: "dedicated_pvc", storageClass: "fast", capacity: "1Gi" },
})!;

/** The claim as a server returns it, with only what is given different. */
function existing(change: {
  metadata?: Partial<V1PersistentVolumeClaim["metadata"]>;
  spec?: Partial<V1PersistentVolumeClaim["spec"]>;
  status?: V1PersistentVolumeClaim["status"];
}): V1PersistentVolumeClaim {
  return {
    metadata: { ...wanted.metadata, ...change.metadata },
    spec: { ...wanted.spec, volumeName: "pv-1", ...change.spec },
    status: { phase: "Bound", capacity: { storage: "1Gi" }, ...change.status },
  };
}

describe("a claim that is there", () => {
  test("is fine when it is the one that was created, or a larger one of several nodes", () => {
    expect(claimProblems(existing({}), wanted)).toEqual([]);
    const larger = existing({ spec: { accessModes: ["ReadWriteMany"] }, status: { capacity: { storage: "2048Mi" } } });
    expect(claimProblems(larger, wanted)).toEqual([]);
  });

  test.each<[string, string, Parameters<typeof existing>[0], RegExp]>([
    ["deletion", "deleted", { metadata: { deletionTimestamp: new Date(0) } }, /being deleted/],
    ["a volume that is gone", "lost", { status: { phase: "Lost" } }, /is gone/],
    ["another class", "class", { spec: { storageClassName: "slow" } }, /is "slow", not "fast"/],
    ["no class", "class", { spec: { storageClassName: "" } }, /is none, not "fast"/],
    ["less room", "capacity", { status: { capacity: { storage: "1G" } } }, /has 1G, not 1Gi/],
    ["no right to write", "access", { spec: { accessModes: ["ReadOnlyMany"] } }, /are ReadOnlyMany/],
    [
      "another agent",
      "label",
      { metadata: { labels: { ...wanted.metadata!.labels, "paperclip.io/agent-id": "bob" } } },
      /agent-id is "bob", not "5f3c/,
    ],
    [
      "another purpose",
      "label",
      { metadata: { labels: { "paperclip.io/agent-id": sampleInput.agentId } } },
      /pvc-type is missing, not "agent-db"/,
    ],
  ])("reports %s", (_, kind, change, message) => {
    expect(claimProblems(existing(change), wanted)).toEqual([{ kind, message: expect.stringMatching(message) }]);
  });

  test("before it is bound has what it asks for", () => {
    const pending = { ...existing({}), status: { phase: "Pending" } };
    pending.spec!.resources = { requests: { storage: "512Mi" } };
    expect(claimProblems(pending, wanted)).toMatchObject([{ kind: "capacity" }]);
  });

  test("may be of any class where none is asked for", () => {
    const any = databaseClaim({ ...sampleInput, database: { mode: "dedicated_pvc", capacity: "1Gi" } })!;
    expect(claimProblems(existing({}), any)).toEqual([]);
  });
});
