import type { V1PersistentVolumeClaim } from "@kubernetes/client-node";
import { amount } from "../values/quantity.ts";

/** Why a claim that is there is not the one that is wanted. Only `deleted` and `lost` keep a pod from starting. */
export interface ClaimProblem {
  kind: "deleted" | "lost" | "class" | "capacity" | "access" | "label";
  /** For a person: what is there, and what was wanted. */
  message: string;
}

type Claim = Pick<V1PersistentVolumeClaim, "metadata" | "spec" | "status">;

/** Modes in which one pod can write; a claim of several nodes is as good as one of one. */
const WRITABLE = ["ReadWriteOnce", "ReadWriteOncePod", "ReadWriteMany"];

/** Labels that say whose database a claim holds. */
const IDENTITY = ["paperclip.io/pvc-type", "paperclip.io/agent-id"];

/**
 * Everything in which a claim, as the API server returned it, differs from the one that would have been created: a claim
 * that is there is never changed, and its class, its access modes and most often its size cannot be.
 */
export function claimProblems(existing: Claim, wanted: Claim): ClaimProblem[] {
  const found: (ClaimProblem | undefined)[] = [
    deleted(existing),
    lost(existing),
    otherClass(existing, wanted),
    smaller(existing, wanted),
    readOnly(existing),
    ...IDENTITY.map((label) => otherLabel(label, existing, wanted)),
  ];
  return found.filter((problem) => problem !== undefined);
}

function deleted({ metadata }: Claim): ClaimProblem | undefined {
  if (metadata?.deletionTimestamp === undefined) return undefined;
  return { kind: "deleted", message: "it is being deleted, and no new pod can use it" };
}

function lost({ status }: Claim): ClaimProblem | undefined {
  return status?.phase === "Lost" ? { kind: "lost", message: "the volume that it was bound to is gone" } : undefined;
}

function otherClass(existing: Claim, wanted: Claim): ClaimProblem | undefined {
  const [is, want] = [existing.spec?.storageClassName, wanted.spec?.storageClassName];
  if (want === undefined || is === want) return undefined;
  return {
    kind: "class",
    message: `its StorageClass is ${is ? JSON.stringify(is) : "none"}, not ${JSON.stringify(want)}`,
  };
}

function smaller(existing: Claim, wanted: Claim): ClaimProblem | undefined {
  // Before it is bound a claim has only what it asks for.
  const is = existing.status?.capacity?.["storage"] ?? existing.spec?.resources?.requests?.["storage"];
  const want = wanted.spec?.resources?.requests?.["storage"];
  if (is === undefined || want === undefined || amount(is) >= amount(want)) return undefined;
  return { kind: "capacity", message: `it has ${is}, not ${want}` };
}

function readOnly({ spec }: Claim): ClaimProblem | undefined {
  const modes = spec?.accessModes ?? [];
  if (modes.some((mode) => WRITABLE.includes(mode))) return undefined;
  return { kind: "access", message: `it cannot be written: its access modes are ${modes.join(", ") || "none"}` };
}

function otherLabel(label: string, existing: Claim, wanted: Claim): ClaimProblem | undefined {
  const [is, want] = [existing.metadata?.labels?.[label], wanted.metadata?.labels?.[label]];
  if (is === want) return undefined;
  const found = is === undefined ? "is missing" : `is ${JSON.stringify(is)}`;
  return { kind: "label", message: `its label ${label} ${found}, not ${JSON.stringify(want)}` };
}
