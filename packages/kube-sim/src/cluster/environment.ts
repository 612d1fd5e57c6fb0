import { SECRETS } from "../api/resources.ts";
import type { Store } from "../store/store.ts";
import type { Container, Pod, Secret } from "../wire.ts";

/** The kubelet cannot make a container's environment: reason CreateContainerConfigError, and it tries again. */
export class ConfigError extends Error {}

/**
 * The environment of a container: `envFrom`, then `env` over it, with `$(VAR)` expanded from what came before.
 * @throws ConfigError when a Secret or a key of it is missing and not optional
 */
export function resolveEnvironment(
  store: Store,
  node: { name: string; ip: string },
  pod: Pod,
  container: Container,
): Record<string, string> {
  const env: Record<string, string> = {};
  for (const { prefix = "", secretRef } of container.envFrom ?? []) {
    if (!secretRef?.name) continue;
    const data = secretData(store, pod, secretRef.name, secretRef.optional ?? false);
    for (const [key, bytes] of Object.entries(data ?? {})) env[prefix + key] = bytes.toString();
  }
  for (const { name, value, valueFrom } of container.env ?? []) {
    const { secretKeyRef, fieldRef } = valueFrom ?? {};
    if (secretKeyRef?.name) {
      const optional = secretKeyRef.optional ?? false;
      const bytes = secretData(store, pod, secretKeyRef.name, optional)?.[secretKeyRef.key];
      if (bytes) env[name] = bytes.toString();
      else if (!optional) {
        throw new ConfigError(
          `couldn't find key ${secretKeyRef.key} in Secret ${pod.metadata.namespace}/${secretKeyRef.name}`,
        );
      }
    } else if (fieldRef) {
      env[name] = fieldValue(pod, node, fieldRef.fieldPath);
    } else {
      env[name] = expand(value ?? "", env);
    }
  }
  return env;
}

/** `$(VAR)` becomes the variable's value if there is one, `$$` a dollar sign that expands nothing. */
export function expand(text: string, env: Record<string, string>): string {
  return text.replace(/\$\$|\$\(([^()]*)\)/g, (match, name: string | undefined) =>
    match === "$$" ? "$" : (env[name ?? ""] ?? match),
  );
}

/** @throws ConfigError when the Secret is missing and not optional */
export function secretData(
  store: Store,
  pod: Pod,
  name: string,
  optional: boolean,
): Record<string, Buffer> | undefined {
  const secret = store.get<Secret>(SECRETS, pod.metadata.namespace, name);
  if (secret)
    return Object.fromEntries(
      Object.entries(secret.data ?? {}).map(([key, text]) => [key, Buffer.from(text, "base64")]),
    );
  if (optional) return undefined;
  throw new ConfigError(`secret "${name}" not found`);
}

function fieldValue({ metadata, spec, status }: Pod, node: { name: string; ip: string }, path: string): string {
  const keyed = /^metadata\.(labels|annotations)\['(.+)'\]$/.exec(path);
  if (keyed) return metadata[keyed[1] as "labels" | "annotations"]?.[keyed[2] as string] ?? "";
  switch (path) {
    case "metadata.name":
      return metadata.name;
    case "metadata.namespace":
      return metadata.namespace;
    case "metadata.uid":
      return metadata.uid;
    case "spec.nodeName":
      return spec.nodeName ?? "";
    case "spec.serviceAccountName":
      return spec.serviceAccountName ?? "default";
    case "status.podIP":
      return status.podIP ?? "";
    case "status.hostIP":
      return node.ip;
    default:
      throw new ConfigError(`unsupported fieldPath: ${path}`);
  }
}
