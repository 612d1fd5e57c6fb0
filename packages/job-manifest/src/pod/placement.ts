import type { V1PodSpec, V1Toleration } from "@kubernetes/client-node";
import type { RunPlacement } from "../input/placement.ts";
import { checkAffinity } from "./affinity.ts";
import { exactLabelValue, labelKey, objectName, oneOf, refused } from "../values/kubernetes-names.ts";

const OPERATORS = ["Equal", "Exists"] as const;
const EFFECTS = ["NoSchedule", "PreferNoSchedule", "NoExecute"] as const;

/**
 * What the scheduler and the runtime are told. Nothing of it is there unless it is asked for.
 * @throws {ManifestError} naming the field that the API server would refuse.
 */
export function placement(input: RunPlacement): Partial<V1PodSpec> {
  const { nodeSelector, tolerations, affinity, priorityClassName, runtimeClassName } = input;
  return {
    ...(nodeSelector === undefined ? {} : { nodeSelector: checkNodeSelector("nodeSelector", nodeSelector) }),
    ...(tolerations === undefined ? {} : { tolerations: checkTolerations("tolerations", tolerations) }),
    ...(affinity === undefined ? {} : { affinity: checkAffinity("affinity", affinity) }),
    ...(priorityClassName === undefined
      ? {}
      : { priorityClassName: objectName("priorityClassName", priorityClassName) }),
    ...(runtimeClassName === undefined ? {} : { runtimeClassName: objectName("runtimeClassName", runtimeClassName) }),
  };
}

/** @throws {ManifestError} naming the label. */
export function checkNodeSelector(
  field: string,
  selector: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  for (const [key, value] of Object.entries(selector))
    exactLabelValue(`${field}[${JSON.stringify(labelKey(field, key))}]`, value);
  return selector;
}

/** @throws {ManifestError} naming the toleration by its index, and its field. */
export function checkTolerations(field: string, tolerations: readonly V1Toleration[]): V1Toleration[] {
  return tolerations.map((toleration, index) => checkToleration(`${field}[${index}]`, toleration));
}

function checkToleration(field: string, toleration: V1Toleration): V1Toleration {
  const { key = "", operator = "Equal", value = "", effect = "", tolerationSeconds, ...unknown } = toleration;
  const [extra] = Object.keys(unknown);
  if (extra !== undefined)
    throw refused(field, extra, "a toleration has key, operator, value, effect and tolerationSeconds");
  if (key !== "") labelKey(`${field}.key`, key);
  if (effect !== "") oneOf(`${field}.effect`, effect, EFFECTS);
  exactLabelValue(`${field}.value`, value);
  if (oneOf(`${field}.operator`, operator, OPERATORS) === "Exists") {
    if (value !== "") throw refused(`${field}.value`, value, "leave it out: the operator Exists compares no value");
  } else if (key === "") throw refused(`${field}.key`, key, "give a key, or the operator Exists, which tolerates all");
  if (tolerationSeconds !== undefined) {
    const named = `${field}.tolerationSeconds`;
    if (!Number.isSafeInteger(tolerationSeconds)) throw refused(named, tolerationSeconds, "give whole seconds");
    if (effect !== "NoExecute") throw refused(named, tolerationSeconds, "leave it out: it needs the effect NoExecute");
  }
  return toleration;
}
