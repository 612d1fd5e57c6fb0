import type { RunInput } from "@opencode-k8s/job-manifest";
import { expect, test } from "vitest";
import { options, plainRun, UNRESTRICTED } from "./options.ts";

/** Every field of a run: one that is new does not compile before it is here, and is none of the options before it is there. */
const FIELDS: Record<keyof RunInput, "an option" | "in every run"> = {
  namespace: "in every run",
  agentId: "in every run",
  agentName: "in every run",
  runId: "in every run",
  companyId: "in every run",
  taskId: "in every run",
  image: "in every run",
  model: "in every run",
  graceSec: "in every run",
  ttlSecondsAfterFinished: "in every run",
  activeDeadlineSeconds: "an option",
  affinity: "an option",
  annotations: "an option",
  authJson: "an option",
  automountServiceAccountToken: "an option",
  dataClaim: "an option",
  database: "an option",
  dind: "an option",
  dnsConfig: "an option",
  dnsPolicy: "an option",
  env: "an option",
  envFrom: "an option",
  envValueFrom: "an option",
  extraArgs: "an option",
  extraVolumes: "an option",
  files: "an option",
  imagePullPolicy: "an option",
  imagePullSecrets: "an option",
  keptOutputs: "an option",
  labels: "an option",
  maxOutputBytes: "an option",
  networkPolicy: "an option",
  nodeSelector: "an option",
  openCodeConfig: "an option",
  priorityClassName: "an option",
  prompt: "an option",
  providerKeys: "an option",
  resources: "an option",
  runtimeClassName: "an option",
  scratch: "an option",
  serviceAccountName: "an option",
  sessionId: "an option",
  timeoutSec: "an option",
  title: "an option",
  tolerations: "an option",
  user: "an option",
  variant: "an option",
  workingDir: "an option",
};

function fieldsOf(kind: string): string[] {
  return Object.entries(FIELDS).flatMap(([field, is]) => (is === kind ? [field] : []));
}

test("every field of a run is tried out in all its ways, or is in every run", () => {
  const ways = Object.values({ ...options("class", "account"), ...UNRESTRICTED }).flat();
  const tried = new Set(ways.flatMap((way) => Object.keys(way)));
  expect([...tried].toSorted()).toEqual(fieldsOf("an option").toSorted());
  expect(Object.keys(plainRun("agents"))).toEqual(expect.arrayContaining(fieldsOf("in every run")));
});
