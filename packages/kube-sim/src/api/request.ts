import type { Route } from "./route.ts";

export type Verb = "get" | "list" | "watch" | "create" | "update" | "patch" | "delete" | "deletecollection";

/** A request as the API server's audit log has it. */
export interface RequestRecord {
  /** Milliseconds since the epoch. */
  at: number;
  method: string;
  /** Path and query. */
  path: string;
  verb: Verb;
  /** With the subresource: `pods/log`. Empty for a path that is no resource. */
  resource: string;
  namespace: string | undefined;
  name: string | undefined;
  /** HTTP status; undefined while it is being answered, and when it was refused or aborted before an answer. */
  status: number | undefined;
}

export function verbOf(method: string, route: Route, query: URLSearchParams): Verb {
  const many = route.kind === "collection";
  switch (method) {
    case "POST":
      return "create";
    case "PUT":
      return "update";
    case "PATCH":
      return "patch";
    case "DELETE":
      return many ? "deletecollection" : "delete";
    default:
      if (!many) return "get";
      return ["1", "true"].includes(query.get("watch") ?? "") ? "watch" : "list";
  }
}

/** Resource and subresource, as rules of RBAC name them. */
export function resourceOf(route: Route): string {
  if (route.kind === "subresource") return `${route.resource.plural}/${route.subresource}`;
  return route.kind === "collection" || route.kind === "object" ? route.resource.plural : "";
}

/** The API group that rules of RBAC name; empty for the core group, and for what is no resource. */
export function groupOf(route: Route): string {
  return "resource" in route ? route.resource.group : "";
}
