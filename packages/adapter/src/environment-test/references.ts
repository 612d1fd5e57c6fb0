import { collectionPath } from "@opencode-k8s/k8s-kit";
import type { RunConfig } from "../config/index.ts";
import { type Finding, missingRule } from "./finding.ts";
import type { Subject } from "./subject.ts";

type Kind = "Secret" | "ConfigMap";

/** An object that a run refers to, and perhaps a key of it. What is optional is none. */
interface Reference {
  readonly kind: Kind;
  readonly name: string;
  readonly key?: string;
  /** What of the configuration names it. */
  readonly from: string;
  /** A pod starts without it, and its image may be there all the same. */
  readonly helpful?: boolean;
}

const RESOURCES: Readonly<Record<Kind, string>> = { Secret: "secrets", ConfigMap: "configmaps" };

/**
 * Whether the Secrets and ConfigMaps that a run refers to are there. The Role of an installation gives no right to read either,
 * because that is one to read all of them: then a note says so, and the pod of the test what is missing first.
 * @throws KubernetesError
 */
export async function referenceFindings({ config, look }: Pick<Subject, "config" | "look">): Promise<Finding[]> {
  const { namespace } = config;
  const unknown = new Map<Kind, Set<string>>();
  const all = await Promise.all(
    referencesOf(config).map(async ({ kind, name, key, from, helpful }): Promise<Finding[]> => {
      const path = kind === "Secret" ? collectionPath.secrets(namespace) : `/api/v1/namespaces/${namespace}/configmaps`;
      const answer = await look.get<{ data?: object; binaryData?: object }>(`${path}/${name}`);
      if (answer.kind === "forbidden") {
        unknown.set(kind, (unknown.get(kind) ?? new Set()).add(name));
        return [];
      }
      const what = `The ${kind} ${name}`;
      const isThere = answer.kind === "there";
      if (isThere && (key === undefined || hasKey(answer.object, key))) return [];
      const message = isThere ? `${what} has no key ${key}` : `${what} is not there in namespace ${namespace}`;
      const level = helpful ? "warn" : "error";
      const remedy = `Create it, or check ${from}.`;
      return [{ code: "k8s_reference_missing", level, message: `${message}: ${from} names it.`, remedy }];
    }),
  );
  const notes = [...unknown].map(([kind, names]): Finding => {
    const message = `Whether the ${kind}s ${[...names].join(", ")} are there could not be looked up.`;
    const remedy = `A right to read ${kind}s is one to read all of the namespace; leave it out if that is too much.`;
    return {
      code: "k8s_reference_unknown",
      level: "info",
      message,
      remedy,
      missing: missingRule("", RESOURCES[kind], "get", "Role"),
    };
  });
  return [...all.flat(), ...notes];
}

function hasKey({ data = {}, binaryData = {} }: { data?: object; binaryData?: object }, key: string): boolean {
  return Object.hasOwn(data, key) || Object.hasOwn(binaryData, key);
}

function referencesOf(config: RunConfig): Reference[] {
  const { imagePullSecrets, envValueFrom = {}, envFrom = [], extraVolumes = [], inherited } = config;
  const references: (Reference & { optional?: boolean | undefined })[] = imagePullSecrets.map((name) => ({
    kind: "Secret",
    name,
    from: "imagePullSecrets",
    helpful: true,
  }));
  for (const [variable, source] of Object.entries({ ...inherited?.envValueFrom, ...envValueFrom })) {
    const from = `envValueFrom.${variable}`;
    const { secretKeyRef, configMapKeyRef } = source;
    if (secretKeyRef) references.push({ kind: "Secret", from, ...named(secretKeyRef) });
    if (configMapKeyRef) references.push({ kind: "ConfigMap", from, ...named(configMapKeyRef) });
  }
  for (const { secretRef, configMapRef } of [...(inherited?.envFrom ?? []), ...envFrom]) {
    if (secretRef) references.push({ kind: "Secret", from: "envFrom", ...named(secretRef) });
    if (configMapRef) references.push({ kind: "ConfigMap", from: "envFrom", ...named(configMapRef) });
  }
  for (const { name, source } of extraVolumes) {
    const from = `extraVolumes (${name})`;
    const { secret, configMap, projected } = source;
    if (secret) references.push({ kind: "Secret", from, ...named({ ...secret, name: secret.secretName }) });
    if (configMap) references.push({ kind: "ConfigMap", from, ...named(configMap) });
    for (const part of projected?.sources ?? []) {
      if (part.secret) references.push({ kind: "Secret", from, ...named(part.secret) });
      if (part.configMap) references.push({ kind: "ConfigMap", from, ...named(part.configMap) });
    }
  }
  return references.filter(({ name, optional }) => name !== "" && optional !== true);
}

function named({
  name = "",
  key,
  optional,
}: {
  name?: string | undefined;
  key?: string;
  optional?: boolean | undefined;
}) {
  return { name, optional, ...(key === undefined ? {} : { key }) };
}
