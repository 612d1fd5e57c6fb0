import type { V1PodSpec } from "@kubernetes/client-node";
import type { RunIdentity } from "../input/identity.ts";
import { objectName, refused } from "../values/kubernetes-names.ts";

/** uid, gid and fsGroup: those of the predecessor's pods, so that claims stay readable. */
const USER = 1000;

/**
 * Who the pod is, to the kernel, the cluster and the registry. Never root, and without a token unless it is asked for.
 * @throws {ManifestError} naming the field.
 */
export function identity(input: RunIdentity): Partial<V1PodSpec> {
  const { user = {}, serviceAccountName, automountServiceAccountToken = false, imagePullSecrets = [] } = input;
  const names = imagePullSecrets.map((name, index) => objectName(`imagePullSecrets[${index}]`, name));
  return {
    ...(serviceAccountName === undefined
      ? {}
      : { serviceAccountName: objectName("serviceAccountName", serviceAccountName) }),
    automountServiceAccountToken,
    ...(names.length === 0 ? {} : { imagePullSecrets: [...new Set(names)].map((name) => ({ name })) }),
    securityContext: {
      runAsNonRoot: true,
      runAsUser: id("user.uid", user.uid),
      runAsGroup: groupOf(input),
      fsGroup: id("user.fsGroup", user.fsGroup),
      // A claim whose top has the right group is not walked: of a large one that takes minutes.
      fsGroupChangePolicy: "OnRootMismatch",
      seccompProfile: { type: "RuntimeDefault" },
    },
  };
}

/** The group that the agent's processes have. @throws {ManifestError} */
export function groupOf({ user }: RunIdentity): number {
  return id("user.gid", user?.gid);
}

/** @throws {ManifestError} for root, and for what is no id of Linux. */
function id(field: string, value: number = USER): number {
  if (Number.isInteger(value) && value >= 1 && value <= 2 ** 31 - 1) return value;
  throw refused(field, value, "give a number from 1 on; 0 is root, which an agent never is");
}
