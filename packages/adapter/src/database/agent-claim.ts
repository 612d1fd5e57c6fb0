import { claimName, claimProblems, type RunObjects } from "@opencode-k8s/job-manifest";
import {
  type Cluster,
  collectionPath,
  createOnce,
  isAlreadyExists,
  isForbidden,
  isNotFound,
} from "@opencode-k8s/k8s-kit";
import { ConfigError, type RunConfig } from "../config/index.ts";
import { needsToKnowTheClaim } from "../plan/index.ts";

type Claim = NonNullable<RunObjects["claim"]>;

/**
 * Whether the agent has a claim of its own. Asked only where the database depends on it, and where nobody asked for a claim it
 * takes no right: who may not look at claims has none.
 * @throws KubernetesError
 */
export async function hasDatabaseClaim(
  cluster: Cluster,
  config: RunConfig,
  agentId: string,
  signal: AbortSignal,
): Promise<boolean> {
  if (!needsToKnowTheClaim(config)) return false;
  const path = `${collectionPath.claims(config.namespace)}/${claimName(agentId)}`;
  try {
    await cluster.persist<Claim>("GET", path, { signal });
    return true;
  } catch (error) {
    if (isNotFound(error) || (config.agentDbMode === undefined && isForbidden(error))) return false;
    throw error;
  }
}

/**
 * Creates the claim of the agent's database, unless it is there. One that is there is taken as it is.
 * @returns what is not as it is wanted, for whoever reads the run
 * @throws ConfigError for a claim that no pod can use, KubernetesError
 */
export async function ensureDatabaseClaim(cluster: Cluster, claim: Claim, signal: AbortSignal): Promise<string[]> {
  const { namespace = "", name = "" } = claim.metadata ?? {};
  const path = collectionPath.claims(namespace);
  let there: Claim;
  try {
    // On the wire a time is a text; of times it is asked only whether they are there.
    there = (await createOnce(cluster, path, claim, signal)) as unknown as Claim;
  } catch (error) {
    if (!isAlreadyExists(error)) throw error;
    try {
      there = await cluster.persist<Claim>("GET", `${path}/${name}`, { signal });
    } catch (unseen) {
      if (!isForbidden(unseen)) throw unseen;
      return [`The claim ${name} is there, and the right to get it is not: whether it is as wanted is not known`];
    }
  }
  const problems = claimProblems(there, claim);
  const fatal = problems.filter(({ kind }) => kind === "deleted" || kind === "lost");
  if (fatal.length > 0) {
    const why = fatal.map(({ message }) => message).join("; ");
    const want = `delete the claim ${name}, and with it the agent's sessions, or choose another mode: ${why}`;
    throw new ConfigError([{ key: "agentDbMode", got: "dedicated_pvc", want }]);
  }
  return problems.map(({ message }) => `The claim ${name} is used as it is: ${message}`);
}
