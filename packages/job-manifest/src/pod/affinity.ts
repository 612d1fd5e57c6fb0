import type {
  V1Affinity,
  V1LabelSelector,
  V1NodeSelectorRequirement,
  V1NodeSelectorTerm,
  V1PodAffinityTerm,
} from "@kubernetes/client-node";
import { dnsLabel, exactLabelValue, labelKey, objectName, oneOf, refused } from "../values/kubernetes-names.ts";

/**
 * Returns the affinity if the API server takes it.
 * @throws {ManifestError} naming the field, also one that an affinity does not have.
 */
export function checkAffinity(field: string, affinity: V1Affinity): V1Affinity {
  known(field, affinity, ["nodeAffinity", "podAffinity", "podAntiAffinity"]);
  const { nodeAffinity, podAffinity, podAntiAffinity } = affinity;
  if (nodeAffinity) {
    const own = `${field}.nodeAffinity`;
    known(own, nodeAffinity, [REQUIRED, PREFERRED]);
    const { [REQUIRED]: required, [PREFERRED]: preferred } = nodeAffinity;
    if (required) {
      known(`${own}.${REQUIRED}`, required, ["nodeSelectorTerms"]);
      const terms = `${own}.${REQUIRED}.nodeSelectorTerms`;
      if (list(terms, required.nodeSelectorTerms).length === 0) throw refused(terms, [], "give at least one term");
      each(terms, required.nodeSelectorTerms, checkNodeTerm);
    }
    each(`${own}.${PREFERRED}`, preferred, (named, { weight, preference, ...unknown }) => {
      known(named, unknown, []);
      checkWeight(`${named}.weight`, weight);
      checkNodeTerm(`${named}.preference`, preference);
    });
  }
  for (const [name, pods] of Object.entries({ podAffinity, podAntiAffinity })) {
    if (!pods) continue;
    const own = `${field}.${name}`;
    known(own, pods, [REQUIRED, PREFERRED]);
    each(`${own}.${REQUIRED}`, pods[REQUIRED], checkPodTerm);
    each(`${own}.${PREFERRED}`, pods[PREFERRED], (named, { weight, podAffinityTerm, ...unknown }) => {
      known(named, unknown, []);
      checkWeight(`${named}.weight`, weight);
      checkPodTerm(`${named}.podAffinityTerm`, podAffinityTerm);
    });
  }
  return affinity;
}

const REQUIRED = "requiredDuringSchedulingIgnoredDuringExecution";
const PREFERRED = "preferredDuringSchedulingIgnoredDuringExecution";

function checkNodeTerm(field: string, term: V1NodeSelectorTerm): void {
  known(field, term, ["matchExpressions", "matchFields"]);
  each(`${field}.matchExpressions`, term.matchExpressions, checkNodeRequirement);
  each(`${field}.matchFields`, term.matchFields, (named, { key, operator, values, ...unknown }) => {
    known(named, unknown, []);
    oneOf(`${named}.key`, key, ["metadata.name"]);
    oneOf(`${named}.operator`, operator, ["In", "NotIn"]);
    const [name, ...more] = list(`${named}.values`, values);
    if (name === undefined || more.length > 0) throw refused(`${named}.values`, values, "give one name of a node");
    objectName(`${named}.values[0]`, name);
  });
}

function checkNodeRequirement(field: string, requirement: V1NodeSelectorRequirement): void {
  const operators = ["In", "NotIn", "Exists", "DoesNotExist", "Gt", "Lt"] as const;
  const operator = checkRequirement(field, requirement, operators);
  if (operator !== "Gt" && operator !== "Lt") return;
  const values = requirement.values ?? [];
  if (values.length !== 1 || !/^-?\d{1,18}$/.test(values[0] ?? ""))
    throw refused(`${field}.values`, values, "give one whole number");
}

function checkRequirement<T extends string>(
  field: string,
  { key, operator: given, values, ...unknown }: { key: string; operator: string; values?: string[] },
  operators: readonly T[],
): T {
  known(field, unknown, []);
  labelKey(`${field}.key`, key);
  const operator = oneOf(`${field}.operator`, given, operators);
  const none = operator === "Exists" || operator === "DoesNotExist";
  const count = list(`${field}.values`, values).length;
  if (none !== (count === 0))
    throw refused(`${field}.values`, values, none ? `leave it out: ${operator} compares no value` : "give a value");
  if (operator !== "Gt" && operator !== "Lt") each(`${field}.values`, values, exactLabelValue);
  return operator;
}

function checkPodTerm(field: string, term: V1PodAffinityTerm): void {
  known(field, term, ["labelSelector", "namespaceSelector", "namespaces", "topologyKey"]);
  labelKey(`${field}.topologyKey`, term.topologyKey);
  each(`${field}.namespaces`, term.namespaces, dnsLabel);
  checkSelector(`${field}.labelSelector`, term.labelSelector);
  checkSelector(`${field}.namespaceSelector`, term.namespaceSelector);
}

function checkSelector(field: string, selector: V1LabelSelector | undefined): void {
  if (selector === undefined) return;
  known(field, selector, ["matchLabels", "matchExpressions"]);
  for (const [key, value] of Object.entries(selector.matchLabels ?? {}))
    exactLabelValue(`${field}.matchLabels[${JSON.stringify(labelKey(`${field}.matchLabels`, key))}]`, value);
  const operators = ["In", "NotIn", "Exists", "DoesNotExist"] as const;
  each(`${field}.matchExpressions`, selector.matchExpressions, (named, requirement) => {
    checkRequirement(named, requirement, operators);
  });
}

function checkWeight(field: string, weight: number): void {
  if (!Number.isInteger(weight) || weight < 1 || weight > 100) throw refused(field, weight, "give 1 to 100");
}

function each<T>(field: string, items: readonly T[] | undefined, check: (field: string, item: T) => unknown): void {
  list(field, items).forEach((item, index) => check(`${field}[${index}]`, item));
}

/** What users type is plain data: it may lack a list, and have something else in its place. */
function list<T>(field: string, items: readonly T[] | undefined): readonly T[] {
  if (items === undefined) return [];
  if (Array.isArray(items)) return items as readonly T[];
  throw refused(field, items, "give a list");
}

function known(field: string, object: unknown, names: readonly string[]): void {
  if (typeof object !== "object" || object === null || Array.isArray(object))
    throw refused(field, object, "give an object");
  const extra = Object.keys(object).find((name) => !names.includes(name));
  if (extra !== undefined)
    throw refused(field, extra, `it has no such field; use ${names.join(", ") || "none besides"}`);
}
