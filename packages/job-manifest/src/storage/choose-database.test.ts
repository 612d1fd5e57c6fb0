import { describe, expect, test } from "vitest";
import { chooseDatabase, type DatabaseChoice } from "./choose-database.ts";
import { ManifestError } from "../values/manifest-error.ts";

const nothing: DatabaseChoice = { existingClaim: false, sharedClaim: false, capacity: "1Gi", taskId: "T1" };
const choose = (change: Partial<DatabaseChoice>): string => chooseDatabase({ ...nothing, ...change }).database.mode;
const noteOf = (change: Partial<DatabaseChoice>): string | undefined => chooseDatabase({ ...nothing, ...change }).note;

describe("where nobody has asked for a database", () => {
  test("a claim that the agent has wins, and says so where another would do", () => {
    expect(choose({ existingClaim: true, sharedClaim: true, storageClass: "fast" })).toBe("dedicated_pvc");
    expect(noteOf({ existingClaim: true, sharedClaim: true })).toMatch(/claim that the agent has/);
    expect(noteOf({ existingClaim: true })).toBeUndefined();
  });

  test("then it is the shared claim, also where a class is named", () => {
    expect(choose({ sharedClaim: true, storageClass: "fast" })).toBe("workspace_subpath");
    expect(noteOf({ sharedClaim: true })).toBeUndefined();
  });

  test("then a claim of the class that is named", () => {
    expect(chooseDatabase({ ...nothing, storageClass: "fast" })).toEqual({
      database: { mode: "dedicated_pvc", storageClass: "fast", capacity: "1Gi" },
    });
  });

  test("else it ends with the run, and a note says why", () => {
    expect(choose({})).toBe("ephemeral");
    expect(noteOf({})).toMatch(/no shared claim, and no StorageClass/);
  });
});

describe("a mode that was asked for", () => {
  test("is the mode, whatever else there is", () => {
    expect(choose({ mode: "ephemeral", existingClaim: true, sharedClaim: true })).toBe("ephemeral");
    expect(choose({ mode: "dedicated_pvc", sharedClaim: true, storageClass: "fast" })).toBe("dedicated_pvc");
    expect(choose({ mode: "workspace_subpath", existingClaim: true, sharedClaim: true })).toBe("workspace_subpath");
  });

  test("needs what it rests on", () => {
    const refused =
      (change: Partial<DatabaseChoice>): unknown =>
      () =>
        choose(change);
    expect(refused({ mode: "dedicated_pvc" })).toThrow(ManifestError);
    expect(refused({ mode: "dedicated_pvc" })).toThrow(expect.objectContaining({ field: "database.storageClass" }));
    expect(refused({ mode: "workspace_subpath" })).toThrow(expect.objectContaining({ field: "database.mode" }));
  });

  test("needs no class where the claim is there", () => {
    expect(choose({ mode: "dedicated_pvc", existingClaim: true })).toBe("dedicated_pvc");
  });
});

test("on the shared claim a run without a task is ephemeral, and a note says so", () => {
  for (const mode of [undefined, "workspace_subpath"] as const) {
    const change = { sharedClaim: true, taskId: "", ...(mode ? { mode } : {}) };
    expect(choose(change)).toBe("ephemeral");
    expect(noteOf(change)).toMatch(/belongs to no task/);
  }
});
