import type { Lease } from "../objects.ts";
import { ForeignLeaseError } from "./errors.ts";
import type { ClaimRecord } from "./holding.ts";

/** On every Lease that is a claim (empty), and on the Jobs that are started under one (the Lease's uid). */
export const CLAIM_LABEL = "k8s-kit/claim";
/** On the Jobs of a claim: its fencing number. As an annotation it says that the Job was resumed. */
export const FENCING = "k8s-kit/fencing";
/** Annotation of a claim: an id made anew by each acquisition, so that nobody takes another's for his own. */
const HOLDING_ID = "k8s-kit/holding";
/** Annotation of a claim: name and uid of the Job that may run, parted by a slash. */
const JOB = "k8s-kit/job";

/** As text, for messages: no more than names. */
export function nameOf({ metadata }: Lease): string {
  return `${metadata?.namespace ?? ""}/${metadata?.name ?? ""}`;
}

/** @throws ForeignLeaseError for a Lease that is no claim, or whose annotation of the Job cannot be read */
export function readClaim(lease: Lease): ClaimRecord {
  const { labels, annotations, namespace = "" } = lease.metadata ?? {};
  if (labels?.[CLAIM_LABEL] === undefined) {
    throw new ForeignLeaseError(nameOf(lease), `it has no label ${CLAIM_LABEL}`);
  }
  const [name = "", uid = "", ...more] = annotations?.[JOB]?.split("/") ?? [];
  if (annotations?.[JOB] !== undefined && (name === "" || uid === "" || more.length > 0)) {
    const value = JSON.stringify(annotations[JOB]);
    throw new ForeignLeaseError(nameOf(lease), `its annotation ${JOB} is ${value}, not a Job's name/uid`);
  }
  return {
    // client-go's leader election releases with an empty holder.
    holder: lease.spec?.holderIdentity || null,
    job: uid === "" ? null : { namespace, name, uid },
    fencing: lease.spec?.leaseTransitions ?? 0,
    id: annotations?.[HOLDING_ID] ?? "",
  };
}

/** Can it be read as a claim? */
export function isClaim(lease: Lease): boolean {
  try {
    readClaim(lease);
    return true;
  } catch {
    return false;
  }
}

/** Is the claim held, and by the acquisition of that id? */
export function isHeldAs({ metadata, spec }: Lease, id: string): boolean {
  return metadata?.annotations?.[HOLDING_ID] === id && Boolean(spec?.holderIdentity);
}

/** A Lease that says `record`, based on one that was read: its uid and resourceVersion make the write a compare-and-swap. */
export function writeClaim(base: Lease, record: ClaimRecord): Lease {
  const { [JOB]: _, ...others } = base.metadata?.annotations ?? {};
  const { holderIdentity: __, ...spec } = base.spec ?? {};
  return {
    ...base,
    apiVersion: "coordination.k8s.io/v1",
    kind: "Lease",
    metadata: {
      ...base.metadata,
      labels: { ...base.metadata?.labels, [CLAIM_LABEL]: "" },
      annotations: {
        ...others,
        [HOLDING_ID]: record.id,
        ...(record.job && { [JOB]: `${record.job.name}/${record.job.uid}` }),
      },
    },
    spec: {
      ...spec,
      ...(record.holder !== null && { holderIdentity: record.holder }),
      leaseTransitions: record.fencing,
    },
  };
}

/** Do both say the same of the claim? */
export function sameClaim(one: ClaimRecord, other: ClaimRecord): boolean {
  const same = one.id === other.id && one.holder === other.holder && one.fencing === other.fencing;
  return same && one.job?.uid === other.job?.uid;
}
