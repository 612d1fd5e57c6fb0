import type { V1Secret } from "@kubernetes/client-node";
import type { RunInput } from "../input/run-input.ts";
import type { PlannedSecret } from "./secret-layout.ts";
import { runAnnotations, runLabels } from "../labels.ts";
import { ManifestError } from "../values/manifest-error.ts";

/** An immutable Secret of a run. */
export function runSecret(input: RunInput, { name, files, variables }: PlannedSecret): V1Secret {
  const values: [key: string, value: Buffer][] = [
    ...Object.entries(files),
    ...variables.map(({ key, value }): [string, Buffer] => [key, value]),
  ];
  return {
    apiVersion: "v1",
    kind: "Secret",
    metadata: { name, namespace: input.namespace, labels: runLabels(input), annotations: runAnnotations(input) },
    type: "Opaque",
    immutable: true,
    data: Object.fromEntries(values.map(([key, value]) => [key, value.toString("base64")])),
  };
}

/**
 * The Secret as a part of its Job, so that it is collected with it. The Job is created first: its pod waits for the
 * Secret, while a Secret that came first could be left behind.
 * @throws {ManifestError} for a Job that no API server has answered with yet.
 */
export function ownedBy(secret: V1Secret, job: { metadata?: { name?: string; uid?: string } }): V1Secret {
  const { name, uid } = job.metadata ?? {};
  if (!name || !uid)
    throw new ManifestError("job.metadata.uid", "is missing", "pass the Job as the API server returned it");
  const owner = { apiVersion: "batch/v1", kind: "Job", name, uid, controller: false, blockOwnerDeletion: false };
  return { ...secret, metadata: { ...secret.metadata, ownerReferences: [owner] } };
}
