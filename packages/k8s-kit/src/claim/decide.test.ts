import { expect, test } from "vitest";
import { ABSENCE_MS, decide, PREPARATION_MS } from "./decide.ts";
import type { JobFact } from "./job-fact.ts";

const job = { namespace: "ns", name: "job", uid: "u" };
const NOW = 1_000_000;

test.each([
  ["no Lease", null, null, 0, { do: "take" }],
  ["released", { holder: null, job: null }, null, 0, { do: "take" }],
  ["held without a Job", { holder: "a", job: null }, null, 1, { do: "wait", until: NOW - 1 + PREPARATION_MS }],
  ["held without a Job for 60 s", { holder: "a", job: null }, null, PREPARATION_MS, { do: "take" }],
  ["its Job runs, for a day", { holder: "a", job }, "live", 86_400_000, { do: "wait", until: null }],
  ["its Job runs, though it was released", { holder: null, job }, "live", 1, { do: "wait", until: null }],
  ["its Job is over", { holder: "a", job }, "over", 1, { do: "take" }],
  ["its Job was not resumed", { holder: "a", job }, "unstarted", 1, { do: "wait", until: NOW - 1 + PREPARATION_MS }],
  ["its Job was not resumed for 60 s", { holder: "a", job }, "unstarted", PREPARATION_MS, { do: "withdraw" }],
  ["released, and its Job was not resumed", { holder: null, job }, "unstarted", 1, { do: "withdraw" }],
] as const)("%s", (_, holding, fact, ageMs, decision) => {
  const record = holding && { ...holding, fencing: 1, id: "" };
  expect(decide(record, { since: NOW - ageMs, fact, absentSince: null }, NOW)).toEqual(decision);
});

test("a Job that is gone is believed to be gone after 5 s", () => {
  const fact: JobFact = "absent";
  const at = (absentSince: number): unknown =>
    decide({ holder: "a", job, fencing: 1, id: "" }, { since: 0, fact, absentSince }, NOW);
  expect(at(NOW)).toEqual({ do: "wait", until: NOW + ABSENCE_MS });
  expect(at(NOW - ABSENCE_MS)).toEqual({ do: "take" });
});
