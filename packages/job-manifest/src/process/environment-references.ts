import type { V1EnvFromSource, V1EnvVar, V1EnvVarSource } from "@kubernetes/client-node";
import type { RunEnvironmentReferences } from "../input/references.ts";
import { environmentName } from "../values/environment-name.ts";
import { objectName, oneOf, refused } from "../values/kubernetes-names.ts";

/** What Kubernetes lets a variable take from its own pod. */
const POD_FIELD = /^(metadata\.(name|namespace|uid)|spec\.(nodeName|serviceAccountName)|status\.(hostIPs?|podIPs?))$/;
const RESOURCES = ["limits", "requests"].flatMap((kind) =>
  ["cpu", "memory", "ephemeral-storage"].map((name) => `${kind}.${name}`),
);
const KINDS = ["configMapKeyRef", "secretKeyRef", "fieldRef", "resourceFieldRef"] as const;

/**
 * Variables that the kubelet fills from the cluster, in the order of their names.
 * @param env the variables that have a value of their own
 * @throws {ManifestError} naming the variable: no valid name, reserved, in `env` too, or a reference that Kubernetes refuses.
 */
export function referringVariables(
  references: Readonly<Record<string, V1EnvVarSource>>,
  env: Readonly<Record<string, string>>,
): V1EnvVar[] {
  const names = Object.keys(references).toSorted();
  return names.map((name) => {
    environmentName("envValueFrom", name);
    const field = `envValueFrom.${name}`;
    if (Object.hasOwn(env, name)) throw refused(field, "given, and env has it too", "remove one of the two");
    return { name, valueFrom: checkSource(field, references[name] ?? {}) };
  });
}

function checkSource(field: string, source: V1EnvVarSource): V1EnvVarSource {
  const [given, ...more] = Object.keys(source);
  if (more.length > 0) throw refused(field, Object.keys(source), "give one source");
  const kind = oneOf(field, given ?? "", KINDS);
  const { configMapKeyRef, secretKeyRef, fieldRef, resourceFieldRef } = source;
  const keyRef = configMapKeyRef ?? secretKeyRef;
  if (keyRef) {
    objectName(`${field}.${kind}.name`, keyRef.name ?? "");
    if (!/^[-._a-zA-Z0-9]{1,253}$/.test(keyRef.key) || keyRef.key.startsWith(".."))
      throw refused(`${field}.${kind}.key`, keyRef.key, "give a key of letters, digits, dashes, dots and underscores");
  } else if (fieldRef) {
    if (!POD_FIELD.test(fieldRef.fieldPath))
      throw refused(`${field}.fieldRef.fieldPath`, fieldRef.fieldPath, "give a field such as metadata.name");
  } else oneOf(`${field}.resourceFieldRef.resource`, resourceFieldRef?.resource ?? "", RESOURCES);
  return source;
}

/**
 * Secrets and ConfigMaps all of whose keys become variables.
 * @throws {ManifestError} naming the source by its index.
 */
export function environmentSources({ envFrom = [] }: RunEnvironmentReferences): V1EnvFromSource[] {
  return envFrom.map((source, index) => {
    const field = `envFrom[${index}]`;
    const { configMapRef, secretRef, prefix = "" } = source;
    if ((configMapRef === undefined) === (secretRef === undefined))
      throw refused(field, Object.keys(source), "give configMapRef or secretRef");
    const ref = configMapRef ?? secretRef;
    objectName(`${field}.${configMapRef ? "configMapRef" : "secretRef"}.name`, ref?.name ?? "");
    if (!/^([A-Za-z_][A-Za-z0-9_]{0,199})?$/.test(prefix))
      throw refused(`${field}.prefix`, prefix, "use letters, digits and _, and no digit first");
    return source;
  });
}
