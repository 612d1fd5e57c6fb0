import { ManifestError } from "@opencode-k8s/job-manifest";

/** Fields of the manifest whose key is called otherwise; the others have the key's name. */
const KEYS: Readonly<Record<string, string>> = {
  "database.mode": "agentDbMode",
  "database.storageClass": "agentDbStorageClass",
  "database.capacity": "agentDbStorageCapacity",
  workingDir: "cwd",
};

/** Does what may throw a ManifestError, which then names the key of the configuration. */
export function inWordsOfTheConfiguration<T>(build: () => T): T {
  try {
    return build();
  } catch (error) {
    if (!(error instanceof ManifestError)) throw error;
    throw new ManifestError(KEYS[error.field] ?? error.field, error.value, error.remedy);
  }
}
