import { RESOURCES, type ResourceType } from "./resources.ts";

/** The reviews of their own rights that everybody may make. */
const REVIEWS = ["selfsubjectaccessreviews", "selfsubjectrulesreviews"] as const;
export type Review = (typeof REVIEWS)[number];

/** Where a request goes. */
export type Route =
  | { kind: "collection"; resource: ResourceType; namespace?: string }
  | { kind: "object"; resource: ResourceType; namespace?: string; name: string }
  | { kind: "subresource"; resource: ResourceType; namespace: string; name: string; subresource: string }
  | { kind: "review"; review: Review }
  | { kind: "version" }
  | { kind: "health" }
  /** A path of a known API group that names no resource. */
  | { kind: "unknown-resource" }
  /** A path of no API group. */
  | { kind: "unknown-path" };

const HEALTH = ["/healthz", "/livez", "/readyz"];

export function parseRoute(path: string): Route {
  if (path === "/version") return { kind: "version" };
  if (HEALTH.includes(path)) return { kind: "health" };
  const [root, ...rest] = path.split("/").slice(1).map(decodeURIComponent);
  if (root === "api") return route("", rest);
  if (root === "apis") return route(rest[0] ?? "", rest.slice(1));
  return { kind: "unknown-path" };
}

function route(group: string, [version, ...rest]: string[]): Route {
  const review = REVIEWS.find(
    (name) => group === "authorization.k8s.io" && version === "v1" && rest.join("/") === name,
  );
  if (review) return { kind: "review", review };
  const types = RESOURCES.filter((type) => type.group === group && type.version === version);
  const core = RESOURCES.filter((type) => type.group === "" && type.version === "v1");
  if (types.length === 0) return { kind: "unknown-path" };
  const inNamespace = rest[0] === "namespaces" && rest.length > 2;
  const [namespace, plural, name, subresource, ...more] = inNamespace ? rest.slice(1) : [undefined, ...rest];
  const resource = (inNamespace || rest[0] !== "namespaces" ? types : core).find((type) => type.plural === plural);
  if (!resource || more.length > 0 || (resource.namespaced && name !== undefined && namespace === undefined)) {
    return { kind: "unknown-resource" };
  }
  const place = { resource, ...(namespace !== undefined && { namespace }) };
  if (name === undefined) return { kind: "collection", ...place };
  if (subresource === undefined) return { kind: "object", ...place, name };
  if (namespace === undefined) return { kind: "unknown-resource" };
  return { kind: "subresource", resource, namespace, name, subresource };
}
