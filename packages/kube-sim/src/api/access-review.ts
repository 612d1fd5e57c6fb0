import type { Access, Asker } from "./access.ts";
import type { Review } from "./route.ts";
import { invalid } from "./status.ts";

const API_VERSION = "authorization.k8s.io/v1";

interface Asked {
  resourceAttributes?: {
    namespace?: string;
    verb?: string;
    group?: string;
    resource?: string;
    subresource?: string;
    name?: string;
  };
  nonResourceAttributes?: object;
}

/**
 * Says what the one who asks may do: whether one thing, or everything.
 * @throws ApiFailure 422 when nothing is asked
 */
export function review(access: Access, user: Asker, kind: Review, spec: Asked = {}): object {
  if (kind === "selfsubjectrulesreviews") {
    const status = { resourceRules: user.rules, nonResourceRules: [], incomplete: false };
    return { kind: "SelfSubjectRulesReview", apiVersion: API_VERSION, metadata: {}, spec: {}, status };
  }
  const { resourceAttributes: asked, nonResourceAttributes } = spec;
  if (!asked && !nonResourceAttributes) {
    const message = "Invalid value: null: exactly one of nonResourceAttributes or resourceAttributes must be specified";
    throw invalid({ kind: "", group: "authorization.k8s.io" }, "", [
      { reason: "FieldValueInvalid", message, field: "spec.resourceAttributes" },
    ]);
  }
  // The paths that are no resources (health, version) are open to all.
  const allowed = !asked || access.isAllowed(user, attempted(asked));
  return { kind: "SelfSubjectAccessReview", apiVersion: API_VERSION, metadata: {}, spec, status: { allowed } };
}

function attempted(asked: NonNullable<Asked["resourceAttributes"]>): Parameters<Access["isAllowed"]>[1] {
  const { verb = "", group = "", resource = "", subresource, namespace, name } = asked;
  return { verb, group, resource: subresource ? `${resource}/${subresource}` : resource, namespace, name };
}
