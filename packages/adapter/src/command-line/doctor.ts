import type { V1ClusterRole, V1Role } from "@kubernetes/client-node";
import { environmentFindings, type Finding, type MissingRule } from "../environment-test/index.ts";
import type { ClusterSource } from "../clusters.ts";
import { agentConfiguration, type AgentOptions } from "./options/agent-configuration.ts";
import { EXIT, type ExitCode } from "./exit-codes.ts";
import { asServer } from "./heartbeat.ts";
import { type Manifest, writeManifests } from "./output/manifests.ts";
import type { Terminal } from "./output/terminal.ts";

export interface DoctorOptions extends AgentOptions {
  readonly namespace: string;
  readonly json: boolean;
}

const MARKS: Readonly<Record<Finding["level"], string>> = { info: "✔", warn: "!", error: "✖" };

/** A cluster that a person waits for may take longer than one that a form waits for, milliseconds. */
const WITHIN_MS = 30_000;

/**
 * Tells whether a run of this configuration would begin, as a list of all that was looked at, and ends with the objects that give
 * the rights that are missing. What it creates to find out is deleted.
 * @throws UsageError
 */
export async function doctor(options: DoctorOptions, terminal: Terminal, clusterFor: ClusterSource): Promise<ExitCode> {
  const { namespace, json } = options;
  const { out, signal } = terminal;
  const config = { namespace, ...agentConfiguration(options, terminal) };
  const server = asServer(terminal);
  const findings = await environmentFindings(config, "command-line", {
    clusterFor,
    server,
    withinMs: WITHIN_MS,
    signal,
  });
  if (json) out.write(`${JSON.stringify(findings, null, 2)}\n`);
  else {
    for (const finding of findings) out.write(inLines(finding));
    const missing = findings.flatMap((finding) => (finding.missing ? [finding.missing] : []));
    if (missing.length > 0) {
      out.write("\n# What is missing; bind it to whom Paperclip is:\n");
      writeManifests(out, rolesFor(missing, namespace), { json });
    }
  }
  if (signal.aborted) return EXIT.interrupted;
  return findings.some(({ level }) => level === "error") ? EXIT.failed : EXIT.done;
}

function inLines({ level, code, message, remedy, missing }: Finding): string {
  const what = `${MARKS[level]} ${message}${level === "info" ? "" : ` (${code})`}\n`;
  const todo = [remedy, missing && "The rule is at the end."].filter((part) => part !== undefined).join(" ");
  return todo === "" ? what : `${what}  → ${todo}\n`;
}

function rolesFor(missing: readonly MissingRule[], namespace: string): Manifest[] {
  const metadata = { name: "opencode-k8s-missing" };
  const apiVersion = "rbac.authorization.k8s.io/v1";
  const rulesIn = (kind: MissingRule["in"]): MissingRule["rule"][] =>
    missing.filter((each) => each.in === kind).map(({ rule }) => rule);
  const role: V1Role = { apiVersion, kind: "Role", metadata: { ...metadata, namespace }, rules: rulesIn("Role") };
  const clusterRole: V1ClusterRole = { apiVersion, kind: "ClusterRole", metadata, rules: rulesIn("ClusterRole") };
  return [role, clusterRole].filter(({ rules = [] }) => rules.length > 0).map((object) => ({ object }));
}
