import type { V1Job } from "@kubernetes/client-node";
import { ManifestError } from "./values/manifest-error.ts";
import { byteLength } from "./values/text.ts";

/**
 * What a Job may have as JSON. etcd takes requests of 1.5 MiB (`--max-request-bytes`); the API server adds defaults, and for
 * each variable and each argument where it came from (`managedFields`).
 */
const MAX_JOB_BYTES = 1024 * 1024;

/**
 * Returns the Job if the cluster can store it.
 * @throws {ManifestError} naming the field that takes the most of it.
 */
export function storable(job: V1Job): V1Job {
  const bytes = sizeOf(job);
  if (bytes <= MAX_JOB_BYTES) return job;
  const { metadata, spec } = job.spec?.template ?? {};
  const [agent] = spec?.containers ?? [];
  const parts = {
    annotations: 2 * sizeOf(metadata?.annotations),
    labels: 2 * sizeOf(metadata?.labels),
    extraArgs: sizeOf(agent?.args),
    env: sizeOf([agent?.env, agent?.envFrom]),
    files: sizeOf(spec?.volumes),
  };
  const [[field, most] = ["", 0]] = Object.entries(parts).toSorted(([, a], [, b]) => b - a);
  throw new ManifestError(
    field,
    `makes ${most} bytes of a Job of ${bytes}`,
    `a Job may have ${MAX_JOB_BYTES}; give fewer or shorter ones`,
  );
}

function sizeOf(part: unknown): number {
  return byteLength(JSON.stringify(part) ?? "");
}
