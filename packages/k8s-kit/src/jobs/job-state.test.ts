import { expect, test } from "vitest";
import type { Job } from "../objects.ts";
import { jobState, type JobState } from "./job-state.ts";

const job = (conditions: [type: string, status?: string][], rest: Partial<Job> = {}): Job => ({
  ...rest,
  status: {
    conditions: conditions.map(([type, status = "True"]) => ({ type, status, reason: `By${type}`, message: "why" })),
  },
});
const failed = (reason: string, settled: boolean): JobState => ({ kind: "failed", reason, message: "why", settled });

test.each<[what: string, job: Job, state: JobState]>([
  ["no status yet", {}, { kind: "active" }],
  ["suspended", { spec: { suspend: true, template: {} } }, { kind: "suspended" }],
  ["was suspended", job([["Suspended", "False"]]), { kind: "active" }],
  ["its criteria are met, its pods still end", job([["SuccessCriteriaMet"]]), { kind: "succeeded", settled: false }],
  ["complete", job([["SuccessCriteriaMet"], ["Complete"]]), { kind: "succeeded", settled: true }],
  ["complete, before 1.31", job([["Complete"]]), { kind: "succeeded", settled: true }],
  ["it will fail, its pods still end", job([["FailureTarget"]]), failed("ByFailureTarget", false)],
  ["failed", job([["FailureTarget"], ["Failed"]]), failed("ByFailureTarget", true)],
  ["failed, before 1.31", job([["Failed"]]), failed("ByFailed", true)],
  ["a condition that does not hold", job([["Failed", "False"]]), { kind: "active" }],
  ["on its way out", job([], { metadata: { deletionTimestamp: "2026-01-01T00:00:00Z" } }), { kind: "deleting" }],
  [
    "on its way out, but it had a verdict",
    job([["Complete"]], { metadata: { deletionTimestamp: "2026-01-01T00:00:00Z" } }),
    { kind: "succeeded", settled: true },
  ],
])("%s", (_, object, state) => {
  expect(jobState(object)).toEqual(state);
});

test("counters are not asked: a pod that failed is no failed Job while another may be tried", () => {
  expect(jobState({ status: { failed: 1, active: 0 } }).kind).toBe("active");
});
