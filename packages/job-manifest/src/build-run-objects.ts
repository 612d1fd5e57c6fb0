import type { V1Job, V1NetworkPolicy, V1PersistentVolumeClaim, V1Secret } from "@kubernetes/client-node";
import type { RunInput } from "./input/run-input.ts";
import { agentNetworkPolicy } from "./network/agent-network-policy.ts";
import { databaseClaim } from "./storage/claim.ts";
import { runJob } from "./job.ts";
import { ManifestError } from "./values/manifest-error.ts";
import { runValues } from "./secret/run-values.ts";
import { layOutSecrets } from "./secret/secret-layout.ts";
import { runSecret } from "./secret/secret.ts";

/**
 * The objects of one run. Create the claim unless it is there, and the policy, or replace the one that is there; then the Job,
 * then each Secret as `ownedBy` the Job.
 */
export interface RunObjects {
  job: V1Job;
  /** One, or several for a run of more than 1 MiB: the pod starts when it has all of them. */
  secrets: V1Secret[];
  /** Only where the database has a claim of its own. */
  claim?: V1PersistentVolumeClaim;
  /** Only where it is asked for. It is the agent's, and stays: see `agentNetworkPolicy`. */
  networkPolicy?: V1NetworkPolicy;
}

/**
 * Builds the objects of a run. The same input gives the same objects.
 * @throws {ManifestError} naming the field that no object can carry unchanged.
 */
export function buildRunObjects(input: RunInput): RunObjects {
  if (!/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/.test(input.namespace)) {
    const given = `is ${JSON.stringify(input.namespace.slice(0, 80))}`;
    throw new ManifestError("namespace", given, "give the name of a namespace: lower-case letters, digits and dashes");
  }
  const claim = databaseClaim(input);
  const planned = layOutSecrets(input, runValues(input));
  const secrets = planned.map((secret) => runSecret(input, secret));
  const networkPolicy = agentNetworkPolicy(input);
  return {
    job: runJob(input, planned),
    secrets,
    ...(claim === undefined ? {} : { claim }),
    ...(networkPolicy === undefined ? {} : { networkPolicy }),
  };
}
