import type { Command } from "commander";
import { buildInstallation, type InstallationFeatures, type Right } from "@opencode-k8s/job-manifest";
import { type Manifest, writeManifests } from "./output/manifests.ts";
import { UsageError } from "./problem.ts";
import type { Terminal } from "./output/terminal.ts";

export interface RbacOptions extends InstallationFeatures {
  readonly namespace: string;
  readonly name?: string;
  /** `namespace/name` of the ServiceAccount that the Paperclip server runs as. */
  readonly serviceAccount?: string;
  readonly json: boolean;
}

/** Declares `InstallationFeatures`. */
export function withFeatures(command: Command): Command {
  return command
    .option("--database-claims", "databases of agents on claims of their own")
    .option("--network-policies", "a NetworkPolicy for an agent's pods")
    .option("--explain-pending", "why a pod does not start, in the scheduler's words")
    .option("--confirm-secrets", "finds a Secret again whose creation was not answered")
    .option("--shorten-grace", "a cancel gives a pod less time than its own grace")
    .option("--ask-before", "the test of the environment asks for quotas, limits and admission");
}

/**
 * Writes what a platform engineer applies once: the Role for these features and no others, and who has it.
 * @throws ManifestError, UsageError
 */
export function rbac(options: RbacOptions, terminal: Pick<Terminal, "out">): void {
  const { namespace, name, serviceAccount: account, json, ...features } = options;
  const { serviceAccount, role, roleBinding, rights } = buildInstallation({
    namespace,
    ...(name === undefined ? {} : { name }),
    ...(account === undefined ? {} : { paperclip: accountOf(account) }),
    features,
  });
  const manifests: Manifest[] = [
    ...(serviceAccount ? [{ object: serviceAccount, comments: ["As whom Paperclip creates the Jobs."] }] : []),
    { object: role, comments: rights.map(reasonOf) },
    { object: roleBinding },
  ];
  writeManifests(terminal.out, manifests, { json });
}

function reasonOf({ rule: { verbs, resources = [] }, reason }: Right): string {
  return `${resources.join(", ")}: ${verbs.join(", ")}: ${reason}`;
}

function accountOf(text: string): { namespace: string; serviceAccountName: string } {
  const [namespace = "", name = "", ...more] = text.split("/");
  if (namespace === "" || name === "" || more.length > 0)
    throw new UsageError(`--service-account: ${JSON.stringify(text)} is no namespace/name`);
  return { namespace, serviceAccountName: name };
}
