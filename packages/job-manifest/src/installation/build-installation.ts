import type { V1PolicyRule, V1Role, V1RoleBinding, V1ServiceAccount } from "@kubernetes/client-node";
import { dnsLabel, objectName } from "../values/kubernetes-names.ts";
import { type InstallationFeatures, type Right, rightsOf } from "./rights.ts";

/** Where agents run, and as whom the adapter creates them. */
export interface InstallationInput {
  /** Of the Jobs. */
  namespace: string;
  /** Of the objects; `opencode-k8s` unless given. */
  name?: string;
  /** The ServiceAccount of the Paperclip server, where it runs in a cluster. Without one an account is made. */
  paperclip?: { namespace: string; serviceAccountName: string };
  features: InstallationFeatures;
}

/** What a platform engineer applies once, before the first run. A Role of a namespace: nothing of it is cluster-wide. */
export interface Installation {
  /** Only where Paperclip has none. A kubeconfig with a token of it is the adapter's way in. */
  serviceAccount?: V1ServiceAccount;
  role: V1Role;
  roleBinding: V1RoleBinding;
  /** The rules of the Role one by one, each with its reason. */
  rights: Right[];
}

/**
 * Builds the objects of an installation. The same input gives the same objects.
 * @throws {ManifestError} naming the field that is no name.
 */
export function buildInstallation(input: InstallationInput): Installation {
  const { name = "opencode-k8s", paperclip, features } = input;
  const metadata = {
    name: objectName("name", name),
    namespace: dnsLabel("namespace", input.namespace),
    labels: { "app.kubernetes.io/name": "opencode-k8s", "app.kubernetes.io/component": "adapter" },
  };
  const account = {
    name: objectName("paperclip.serviceAccountName", paperclip?.serviceAccountName ?? name),
    namespace: dnsLabel("paperclip.namespace", paperclip?.namespace ?? input.namespace),
  };
  const rights = rightsOf(features);
  const rbac = "rbac.authorization.k8s.io";
  return {
    ...(paperclip === undefined
      ? {
          // Paperclip's pods do not run as it: what needs a token asks for one.
          serviceAccount: { apiVersion: "v1", kind: "ServiceAccount", metadata, automountServiceAccountToken: false },
        }
      : {}),
    role: { apiVersion: `${rbac}/v1`, kind: "Role", metadata, rules: merged(rights) },
    roleBinding: {
      apiVersion: `${rbac}/v1`,
      kind: "RoleBinding",
      metadata,
      roleRef: { apiGroup: rbac, kind: "Role", name },
      subjects: [{ kind: "ServiceAccount", ...account }],
    },
    rights,
  };
}

/** One rule for each resource. */
function merged(rights: readonly Right[]): V1PolicyRule[] {
  const rules = new Map<string, V1PolicyRule>();
  for (const { rule } of rights) {
    const key = JSON.stringify([rule.apiGroups, rule.resources]);
    rules.set(key, { ...rule, verbs: [...(rules.get(key)?.verbs ?? []), ...rule.verbs] });
  }
  return [...rules.values()];
}
