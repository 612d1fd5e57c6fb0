import type { V1PolicyRule } from "@kubernetes/client-node";
import type { AdapterEnvironmentCheck } from "@paperclipai/adapter-utils";
import type { FindingCode } from "./finding-codes.ts";

/** A right that is missing. Objects of a namespace are allowed by a Role there, others by a ClusterRole. */
export interface MissingRule {
  readonly in: "Role" | "ClusterRole";
  readonly rule: V1PolicyRule;
}

/** Something that was found out about an agent's environment. */
export interface Finding {
  /** Stable: `FINDING_CODES` says what each means. */
  readonly code: FindingCode;
  /** `error`: a run fails. `warn`: it may, or is worse than it could be. `info`: for whoever reads it. */
  readonly level: AdapterEnvironmentCheck["level"];
  readonly message: string;
  /** What to do about it. */
  readonly remedy?: string;
  /** What would give the right that is missing. */
  readonly missing?: MissingRule;
}

/** In Paperclip's form: the remedy and the rule are its hint. */
export function toCheck({ code, level, message, remedy, missing }: Finding): AdapterEnvironmentCheck {
  const hint = [remedy, missing && inWords(missing)].filter((part) => part !== undefined).join(" ");
  return { code, level, message, ...(hint === "" ? {} : { hint }) };
}

/** As it stands in YAML. */
function inWords({ in: kind, rule: { apiGroups = [], resources = [], verbs } }: MissingRule): string {
  const list = (texts: readonly string[]): string => `[${texts.map((text) => text || '""').join(", ")}]`;
  const where = kind === "Role" ? "its Role" : "a ClusterRole of its own";
  return `Add to ${where}: - { apiGroups: ${list(apiGroups)}, resources: ${list(resources)}, verbs: ${list(verbs)} }`;
}

/** A rule for one resource. */
export function missingRule(group: string, resource: string, verb: string, kind: MissingRule["in"]): MissingRule {
  return { in: kind, rule: { apiGroups: [group], resources: [resource], verbs: [verb] } };
}
