import { type Cluster, collectionPath, type Job, type Secret } from "@opencode-k8s/k8s-kit";
import { Cleaner, secretsOfRun } from "../../log/index.ts";

/** What a run's log is shown through. */
export interface Masking {
  readonly cleaner: Cleaner;
  /** Why secrets are not masked, as a sentence; `null` where they are. */
  readonly problem: string | null;
}

/** What the keys of a run's Secrets begin with. */
const ENVIRONMENT = "env.";
const PROVIDER_KEY = "provider-key.";

/**
 * Masks what the run's own Secrets hold, as the adapter does: it has the values, a person at a terminal has to read them. Secrets
 * of others, which the agent's environment refers to, are not read.
 * @throws the signal's reason
 */
export async function maskingOf(cluster: Cluster, job: Job, signal: AbortSignal): Promise<Masking> {
  try {
    const secrets = await Promise.all(namesOfSecrets(job).map((name) => dataOf(cluster, job, name, signal)));
    return { cleaner: new Cleaner(valuesOf(new Map(secrets.flat()))), problem: null };
  } catch (error) {
    signal.throwIfAborted();
    const why = error instanceof Error ? error.message : String(error);
    const rule = `{ apiGroups: [""], resources: [secrets], verbs: [get] }`;
    const problem = `Secrets of the run are shown as the agent printed them, because its Secret cannot be read: ${why}. To have them masked: - ${rule}`;
    return { cleaner: new Cleaner([]), problem };
  }
}

/** Those of the run itself are called as its Job, and `-input`. */
function namesOfSecrets({ metadata, spec }: Job): readonly string[] {
  const text = JSON.stringify(spec?.template.spec ?? {});
  const called = text.match(/"[^"\\]*"/g) ?? [];
  const own = `"${metadata?.name ?? ""}-input`;
  return [...new Set(called.filter((name) => name.startsWith(own)).map((name) => name.slice(1, -1)))];
}

async function dataOf(
  cluster: Cluster,
  { metadata }: Job,
  name: string,
  signal: AbortSignal,
): Promise<readonly (readonly [key: string, text: string])[]> {
  const path = `${collectionPath.secrets(metadata?.namespace ?? "")}/${name}`;
  const { data } = await cluster.request<Secret>("GET", path, { signal });
  return Object.entries(data ?? {}).map(([key, value]) => [key, Buffer.from(value, "base64").toString("utf8")]);
}

/** The values that the adapter would take for secrets, had it been given these. */
function valuesOf(data: ReadonlyMap<string, string>): string[] {
  const named = (prefix: string): Record<string, string> =>
    Object.fromEntries(
      [...data].filter(([key]) => key.startsWith(prefix)).map(([key, text]) => [key.slice(prefix.length), text]),
    );
  const config = {
    env: { ...named(ENVIRONMENT), OPENCODE_CONFIG_CONTENT: data.get("opencode.json") },
    providerKeys: named(PROVIDER_KEY),
    authJson: data.get("auth.json"),
  };
  const agent = { id: "", companyId: "", name: "", adapterType: null, adapterConfig: {} };
  return secretsOfRun({ config, agent });
}
