import { expect, test } from "vitest";
import { recordedFailures } from "../../test/recorded-failures.ts";
import { dedupeKey, diagnose, type Diagnosis } from "./index.ts";

const recorded = recordedFailures();
function keyOf(moment: string): string {
  const evidence = recorded.get(moment);
  const diagnosis = evidence && diagnose(evidence);
  if (!diagnosis) throw new Error(`nothing is wrong with ${moment}`);
  return dedupeKey(diagnosis);
}

const unschedulable = (detail: string): Diagnosis => ({
  category: "unschedulable",
  summary: "No node has room for the pod",
  detail,
  remedy: "",
  startedUserCode: false,
  retryable: false,
  final: false,
});

test("complaint 17: the scheduler that counts other nodes says the same", () => {
  const [one, other] = [
    "0/3 nodes are available: 3 Insufficient cpu.",
    "0/12 nodes are available: 12 Insufficient cpu.",
  ];
  expect(dedupeKey(unschedulable(one))).toBe(dedupeKey(unschedulable(other)));
});

test("another cause is another story", () => {
  const [one, other] = ["3 Insufficient cpu.", "3 Insufficient memory."];
  expect(dedupeKey(unschedulable(one))).not.toBe(dedupeKey(unschedulable(other)));
});

test("complaint 16: a pull that goes to and fro between its error and its back-off is told once", () => {
  expect(keyOf("image-not-found/ErrImagePull")).toBe(keyOf("image-not-found/ImagePullBackOff"));
});

test("the Job controller that tries another pod's name says the same", () => {
  const evidence = recorded.get("refused-quota/FailedCreate");
  const [first, second] = (evidence?.events ?? []).map((event) => ({
    pod: null,
    job: null,
    container: "main",
    events: [event],
  }));
  if (!first || !second) throw new Error("the fixture has two refusals");
  const [one, other] = [diagnose(first), diagnose(second)];
  expect(one?.detail).not.toBe(other?.detail);
  expect(one && dedupeKey(one)).toBe(other && dedupeKey(other));
});
