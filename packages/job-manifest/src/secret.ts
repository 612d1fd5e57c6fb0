import type { V1Secret } from "@kubernetes/client-node";
import type { RunInput } from "./run-input.ts";
import { agentEnvironment, fitsExec } from "./environment.ts";
import { runAnnotations, runLabels } from "./labels.ts";
import { ManifestError } from "./manifest-error.ts";
import { secretName } from "./names.ts";
import { CONFIG_KEY, environmentKey, PROMPT_KEY } from "./secret-keys.ts";
import { byteLength, required } from "./text.ts";

/** Kubernetes' limit for all values of a Secret together (MaxSecretSize). */
const MAX_SECRET_BYTES = 1024 * 1024;

/**
 * The immutable Secret of a run: prompt, OpenCode's configuration, the agent's environment.
 * @throws {ManifestError} for a value that would not arrive, and for more than Kubernetes keeps in one Secret.
 */
export function runSecret(input: RunInput): V1Secret {
  const values: [key: string, value: string][] = [
    [PROMPT_KEY, required("prompt", input.prompt)],
    [CONFIG_KEY, configText(input.openCodeConfig)],
    ...agentEnvironment(input.env).map(([name, value]): [string, string] => [environmentKey(name), value]),
  ];
  fitsSecret(values);
  return {
    apiVersion: "v1",
    kind: "Secret",
    metadata: {
      name: secretName(input),
      namespace: input.namespace,
      labels: runLabels(input),
      annotations: runAnnotations(input),
    },
    type: "Opaque",
    immutable: true,
    data: Object.fromEntries(values.map(([key, value]) => [key, Buffer.from(value, "utf8").toString("base64")])),
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

function configText(config: Record<string, unknown>): string {
  const text = JSON.stringify(config);
  fitsExec("openCodeConfig", "OPENCODE_CONFIG_CONTENT", text);
  return text;
}

function fitsSecret(values: readonly [key: string, value: string][]): void {
  const sizes = values.map(([key, value]) => ({ key, bytes: byteLength(value) }));
  const total = sizes.reduce((sum, { bytes }) => sum + bytes, 0);
  if (total <= MAX_SECRET_BYTES) return;
  const largest = sizes.toSorted((a, b) => b.bytes - a.bytes).slice(0, 3);
  const named = largest.map(({ key, bytes }) => `${key} ${bytes}`).join(", ");
  throw new ManifestError(
    "prompt, openCodeConfig and env",
    `have ${total} bytes together (largest: ${named})`,
    `a Secret holds ${MAX_SECRET_BYTES}; shorten them`,
  );
}
