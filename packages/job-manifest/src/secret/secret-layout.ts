import type { RunInput } from "../input/run-input.ts";
import type { RunValue } from "./run-values.ts";
import { ManifestError } from "../values/manifest-error.ts";
import { secretName } from "../names.ts";
import { partKey } from "./secret-keys.ts";

/** Kubernetes' limit for all values of a Secret together (MaxSecretSize). */
const MAX_SECRET_BYTES = 1024 * 1024;

/** What a run may carry in all. Its files lie in the memory of its node, and count as the pod's. */
const MAX_RUN_BYTES = 8 * 1024 * 1024;

/** A Secret of the run, and what of the run it holds. */
export interface PlannedSecret {
  name: string;
  /** Whole files, or parts of one, by their names in the input directory, which are their keys. */
  files: Record<string, Buffer>;
  variables: { name: string; key: string; value: Buffer }[];
}

/**
 * Lays the values out over as few Secrets as it takes them in order: each where there is room first. A value is divided
 * only when it is longer than a Secret; its parts are called `key.000`, `key.001`, and together they are the value.
 * @throws {ManifestError} for a value that is too long for a Secret and cannot be divided, and for too much in all.
 */
export function layOutSecrets(run: Pick<RunInput, "agentId" | "runId">, values: readonly RunValue[]): PlannedSecret[] {
  const sized = values.map((value) => ({ ...value, bytes: Buffer.from(value.text) }));
  fitsRun(sized);
  const secrets: (PlannedSecret & { free: number })[] = [];
  function withRoom(bytes: number): PlannedSecret {
    let secret = secrets.find(({ free }) => free >= bytes);
    if (secret === undefined) {
      secret = { name: secretName(run, secrets.length), files: {}, variables: [], free: MAX_SECRET_BYTES };
      secrets.push(secret);
    }
    secret.free -= bytes;
    return secret;
  }
  for (const value of sized) {
    const { key, bytes } = value;
    if (value.as === "variable") {
      withRoom(bytes.length).variables.push({ name: value.name, key, value: bytes });
    } else if (bytes.length <= MAX_SECRET_BYTES) {
      withRoom(bytes.length).files[key] = bytes;
    } else if (value.divisible) {
      divided(bytes).forEach((part, index) => (withRoom(part.length).files[partKey(key, index)] = part));
    } else {
      const limit = `a Secret holds ${MAX_SECRET_BYTES}; shorten it`;
      throw new ManifestError(value.field, `has ${bytes.length} bytes`, limit);
    }
  }
  return secrets.map(({ name, files, variables }) => ({ name, files, variables }));
}

function divided(bytes: Buffer): Buffer[] {
  const count = Math.ceil(bytes.length / MAX_SECRET_BYTES);
  return Array.from({ length: count }, (_, index) =>
    bytes.subarray(index * MAX_SECRET_BYTES, (index + 1) * MAX_SECRET_BYTES),
  );
}

function fitsRun(values: readonly { field: string; bytes: Buffer }[]): void {
  const total = values.reduce((sum, { bytes }) => sum + bytes.length, 0);
  if (total <= MAX_RUN_BYTES) return;
  const largest = values.toSorted((a, b) => b.bytes.length - a.bytes.length).slice(0, 3);
  throw new ManifestError(
    largest[0]?.field ?? "",
    `and what else the run's Secrets hold have ${total} bytes together (largest: ${largest
      .map(({ field, bytes }) => `${field} ${bytes.length}`)
      .join(", ")})`,
    `a run carries ${MAX_RUN_BYTES}; shorten them`,
  );
}
