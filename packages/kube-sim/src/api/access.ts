import type { Clock } from "../clock.ts";
import type { RequestRecord } from "./request.ts";
import { ApiFailure } from "./status.ts";

/** A rule of RBAC: what is not allowed by one is forbidden. `*` stands for all. */
export interface PolicyRule {
  /** Empty for the core group. */
  apiGroups: string[];
  /** With the subresource: `pods/log`. */
  resources: string[];
  verbs: string[];
  /** Only these names; by default all. */
  resourceNames?: string[];
}

/** What somebody wants to do, as an access review asks and as rules judge it. */
export interface Attempt {
  verb: string;
  group: string;
  /** With the subresource. */
  resource: string;
  namespace?: string | undefined;
  name?: string | undefined;
}

/** Takes something away, whatever the rules allow. All fields that are given must match; none matches everything. */
export type Denial = Partial<Attempt> & { user?: string };

interface User {
  name: string;
  rules: PolicyRule[];
  /** The rules hold in this namespace only, as those of a Role do. */
  namespace?: string | undefined;
  /** Wall time from which the token is refused, milliseconds since the epoch. */
  expiresAt: number;
}

/** Who makes a request. */
export type Asker = Omit<User, "expiresAt">;

const EVERYTHING: PolicyRule[] = [{ apiGroups: ["*"], resources: ["*"], verbs: ["*"] }];

/** Who does not say who they are: the tests themselves. */
const ADMIN = { name: "kubernetes-admin", rules: EVERYTHING, expiresAt: Infinity };

/** Who may do what: users by token, with rules, and denials over them. A request without a token may do everything. */
export class Access {
  readonly #clock: Clock;
  readonly #users = new Map<string, User>();
  readonly #denials: Denial[] = [];

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** A token is valid from now until `expiresAt` (milliseconds since the epoch); its user may do everything unless there are rules. */
  addUser(
    token: string,
    { name, rules = EVERYTHING, namespace, expiresAt = Infinity }: Partial<User> & { name: string },
  ): void {
    this.#users.set(token, { name, rules, namespace, expiresAt });
  }

  /** The token is answered with 401 from now on. */
  revoke(token: string): void {
    this.#users.delete(token);
  }

  /** Forbids what matches; returns the function that allows it again. */
  deny(denial: Denial): () => void {
    this.#denials.push(denial);
    return () => void this.#denials.splice(this.#denials.indexOf(denial), 1);
  }

  /** @throws ApiFailure 401 for a token that nobody has, or has no more */
  authenticate(authorization: string | null): Asker {
    const token = /^Bearer (?<token>\S+)$/i.exec(authorization ?? "")?.groups?.["token"];
    if (token === undefined) return ADMIN;
    const user = this.#users.get(token);
    if (user && this.#clock.now() < user.expiresAt) return user;
    throw new ApiFailure(401, "Unauthorized", "Unauthorized");
  }

  isAllowed({ name: user, rules, namespace }: Asker, attempt: Attempt): boolean {
    const denied = this.#denials.some((denial) =>
      Object.entries(denial).every(([key, value]) => value === (key === "user" ? user : attempt[key as keyof Attempt])),
    );
    const isInside = namespace === undefined || namespace === attempt.namespace;
    return !denied && isInside && rules.some((rule) => allows(rule, attempt));
  }

  /** @throws ApiFailure 403 in the words of RBAC */
  authorize(user: Asker, { verb, resource, namespace, name }: RequestRecord, group: string): void {
    if (resource === "" || this.isAllowed(user, { verb, group, resource, namespace, name })) return;
    const plural = resource.split("/")[0] ?? "";
    const qualified = group ? `${plural}.${group}` : plural;
    const subject = name === undefined ? qualified : `${qualified} ${JSON.stringify(name)}`;
    const scope = namespace === undefined ? "at the cluster scope" : `in the namespace ${JSON.stringify(namespace)}`;
    const what = `cannot ${verb} resource ${JSON.stringify(resource)} in API group ${JSON.stringify(group)} ${scope}`;
    const details = { ...(name !== undefined && { name }), ...(group && { group }), kind: plural };
    throw new ApiFailure(
      403,
      "Forbidden",
      `${subject} is forbidden: User ${JSON.stringify(user.name)} ${what}`,
      details,
    );
  }
}

function allows(
  { apiGroups, resources, verbs, resourceNames }: PolicyRule,
  { verb, group, resource, name }: Attempt,
): boolean {
  const names = (list: string[], value: string): boolean => list.includes("*") || list.includes(value);
  return (
    names(apiGroups, group) &&
    names(resources, resource) &&
    names(verbs, verb) &&
    (resourceNames === undefined || (name !== undefined && resourceNames.includes(name)))
  );
}
