import { isNotFound, KubernetesError } from "@opencode-k8s/k8s-kit";
import { ConfigError } from "../config/index.ts";

/** A list in a namespace that does not exist is empty; only a create says 404. */
export function isMissingNamespace(error: unknown): boolean {
  return (
    isNotFound(error) &&
    error instanceof KubernetesError &&
    error.request.method === "POST" &&
    /namespaces? "/.test(error.message)
  );
}

export function missingNamespace(namespace: string): ConfigError {
  const want = "name a namespace that exists, or create it with `kubectl create namespace`";
  return new ConfigError([{ key: "namespace", got: namespace, want }]);
}
