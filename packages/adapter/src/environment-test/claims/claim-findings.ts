import { collectionPath, type PersistentVolumeClaim } from "@opencode-k8s/k8s-kit";
import type { RunConfig } from "../../config/index.ts";
import { type Finding, missingRule } from "../finding.ts";
import type { Answer } from "../look.ts";
import type { Subject } from "../subject.ts";
import { accessConcern } from "./access-mode.ts";

/** A claim that runs mount, and the key that names it. */
interface NamedClaim {
  readonly name: string;
  readonly key: string;
  readonly readOnly: boolean;
}

/** Whether the claims that are configured are there, bound, and can be used by several pods. @throws KubernetesError */
export async function claimFindings({ config, look }: Pick<Subject, "config" | "look">): Promise<Finding[]> {
  const path = collectionPath.claims(config.namespace);
  const found = await Promise.all(
    claimsOf(config).map(async (claim) => judge(claim, await look.get(`${path}/${claim.name}`), config)),
  );
  return found.flat();
}

function claimsOf(config: RunConfig): NamedClaim[] {
  const shared = config["dataClaim.claimName"];
  const readOnly = config["dataClaim.readOnly"];
  const extra = (config.extraVolumes ?? []).flatMap(({ name, source, readOnly: only = false }) => {
    const claim = source.persistentVolumeClaim;
    return claim
      ? [{ name: claim.claimName, key: `extraVolumes (${name})`, readOnly: only || claim.readOnly === true }]
      : [];
  });
  return [...(shared === undefined ? [] : [{ name: shared, key: "dataClaim.claimName", readOnly }]), ...extra];
}

function judge(
  { name, key, readOnly }: NamedClaim,
  answer: Answer<PersistentVolumeClaim>,
  config: RunConfig,
): Finding[] {
  const what = `The claim ${name} (${key})`;
  if (answer.kind === "missing") {
    const message = `${what} is not there in namespace ${config.namespace}.`;
    return [{ code: "k8s_claim_missing", level: "error", message, remedy: `Create it, or check ${key}.` }];
  }
  if (answer.kind === "forbidden") {
    const message = `${what} could not be looked at.`;
    const missing = missingRule("", "persistentvolumeclaims", "get", "Role");
    return [{ code: "k8s_claim_unknown", level: "info", message, missing }];
  }
  const { metadata, spec, status } = answer.object;
  if (metadata?.deletionTimestamp || status?.phase === "Lost") {
    const message = `${what} ${metadata?.deletionTimestamp ? "is being deleted" : "has lost its volume"}.`;
    return [{ code: "k8s_claim_unusable", level: "error", message, remedy: `Create another one, and check ${key}.` }];
  }
  const findings: Finding[] = [];
  if (status?.phase === "Pending") {
    findings.push({
      code: "k8s_claim_unbound",
      level: "warn",
      message: `${what} has no volume yet.`,
      remedy: `That is right for a class that waits for the first pod; else see kubectl -n ${config.namespace} describe pvc ${name}.`,
    });
  }
  const pinned = config.nodeSelector?.["kubernetes.io/hostname"] !== undefined;
  const concern = accessConcern({ accessModes: status?.accessModes ?? spec?.accessModes ?? [], readOnly, pinned });
  if (concern) {
    const unusable = concern.kind === "unusable";
    findings.push({
      code: unusable ? "k8s_claim_unusable" : "k8s_claim_one_node",
      level: unusable ? "error" : "warn",
      message: `${what} does not fit: ${concern.message}.`,
      remedy: concern.remedy,
    });
  }
  return findings;
}
