import { chown, mkdtemp, readFile, rm, writeFile, chmod } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { AuthorizationV1Api, CoreV1Api, KubeConfig, RbacAuthorizationV1Api } from "@kubernetes/client-node";
import type { Cluster } from "@kubernetes/client-node";
import { buildInstallation } from "@opencode-k8s/job-manifest";
import { ordinaryUser } from "./ordinary-user.ts";

const name = "opencode-k8s";

/** How long the token is good for, in seconds: longer than any run of the suite. */
const tokenSeconds = 2 * 60 * 60;

/** How long the API server may take to act on a new Role, in ms: its authorizer learns of it by a watch. */
const grantPatienceMs = 120_000;

/** A ServiceAccount's way into the cluster, as a file. */
export interface AdapterAccess {
  /** The kubeconfig with the token, readable by the user that Paperclip runs as. */
  readonly kubeconfig: string;
  /** What the cluster's audit log calls it. */
  readonly user: string;
  /** Removes the file. The objects go with their namespace. */
  readonly remove: () => Promise<void>;
}

/** The cluster with its CA inside: the file that holds it may be closed to another user. */
export async function selfContained(admin: KubeConfig): Promise<Cluster> {
  const cluster = admin.getCurrentCluster();
  if (!cluster) throw new Error(`the kubeconfig's current context "${admin.getCurrentContext()}" leads to no cluster`);
  const { caFile, ...rest } = cluster;
  return caFile ? { ...rest, caData: (await readFile(caFile)).toString("base64") } : rest;
}

async function createAccount(admin: KubeConfig, namespace: string): Promise<string> {
  const core = admin.makeApiClient(CoreV1Api);
  const rbac = admin.makeApiClient(RbacAuthorizationV1Api);
  // What a platform engineer would apply: every run of the suite has these rights, and no other.
  const features = { databaseClaims: true, explainPending: true };
  const { serviceAccount, role, roleBinding } = buildInstallation({ namespace, name, features });
  await core.createNamespacedServiceAccount({ namespace, body: serviceAccount ?? {} });
  await rbac.createNamespacedRole({ namespace, body: role });
  await rbac.createNamespacedRoleBinding({ namespace, body: roleBinding });
  const { status } = await core.createNamespacedServiceAccountToken({
    name,
    namespace,
    body: { spec: { audiences: [], expirationSeconds: tokenSeconds } },
  });
  if (!status?.token) throw new Error(`the cluster gave no token for the ServiceAccount ${namespace}/${name}`);
  return status.token;
}

async function untilGranted(config: KubeConfig, namespace: string): Promise<void> {
  const authorization = config.makeApiClient(AuthorizationV1Api);
  const resourceAttributes = { namespace, group: "batch", resource: "jobs", verb: "create" };
  for (const deadline = Date.now() + grantPatienceMs; Date.now() < deadline; await sleep(50)) {
    const review = await authorization.createSelfSubjectAccessReview({ body: { spec: { resourceAttributes } } });
    if (review.status?.allowed) return;
  }
  throw new Error(`the Role ${namespace}/${name} is without effect after ${grantPatienceMs / 1000} s`);
}

async function writeForPaperclip(text: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "kubeconfig-"));
  const file = join(folder, "config");
  await writeFile(file, text, { mode: 0o600 });
  const user = ordinaryUser();
  if (user) {
    await chmod(folder, 0o755);
    await chown(file, user.uid, user.gid);
  }
  return file;
}

/**
 * Gives the adapter what it needs in a namespace, and no more: a ServiceAccount with a Role of its own, and a
 * kubeconfig with a token of it.
 *
 * @param admin may create ServiceAccounts, Roles and RoleBindings there.
 * @throws client-node's `ApiException` when the cluster refuses.
 */
export async function grantAdapterAccess(admin: KubeConfig, namespace: string): Promise<AdapterAccess> {
  const cluster = await selfContained(admin);
  const token = await createAccount(admin, namespace);
  const config = new KubeConfig();
  config.loadFromOptions({
    clusters: [cluster],
    users: [{ name, token }],
    contexts: [{ name, cluster: cluster.name, user: name, namespace }],
    currentContext: name,
  });
  await untilGranted(config, namespace);
  const kubeconfig = await writeForPaperclip(config.exportConfig());
  return {
    kubeconfig,
    user: `system:serviceaccount:${namespace}:${name}`,
    remove: () => rm(join(kubeconfig, ".."), { recursive: true, force: true }),
  };
}
