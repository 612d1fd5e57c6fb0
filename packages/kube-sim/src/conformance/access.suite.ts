import { beforeAll, describe, expect, it } from "vitest";
import type { Status } from "../api/status.ts";
import { Client } from "./client.ts";
import type { ConformanceWorld } from "./world.ts";

const RULES = [
  { apiGroups: [""], resources: ["pods"], verbs: ["get", "list"] },
  { apiGroups: ["batch"], resources: ["jobs"], verbs: ["create"] },
  { apiGroups: [""], resources: ["secrets"], verbs: ["get"], resourceNames: ["only"] },
];

const REVIEW = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews";

/** Who may do what: tokens, rules, and the words in which something is refused. */
export function accessSuite(world: () => ConformanceWorld): void {
  const run = <T>(work: (client: Client) => Promise<T>): Promise<T> => world().run(() => work(new Client(world())));
  let user = { name: "", token: "" };
  const ask = async (method: string, path: string, body?: object, token: string = user.token): Promise<Status> => {
    const response = await world().fetch(path, {
      method,
      headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
      ...(body && { body: JSON.stringify(body) }),
    });
    return { ...((await response.json()) as Status), code: response.status };
  };

  describe("access", () => {
    beforeAll(async () => {
      user = await world().run(() => world().makeUser(RULES));
      // A new rule is in force a moment later.
      await run(async (client) => {
        while ((await ask("GET", client.pods)).code !== 200) await world().sleep(100);
      });
    });

    it("answers a token that nobody has with 401", () =>
      run(async (client) => {
        expect(await ask("GET", client.pods, undefined, "garbage")).toEqual({
          kind: "Status",
          apiVersion: "v1",
          metadata: {},
          status: "Failure",
          message: "Unauthorized",
          reason: "Unauthorized",
          code: 401,
        });
      }));

    it("forbids what no rule allows, before it looks whether that is there", () =>
      run(async (client) => {
        const { namespace } = world();
        const refused = async (method: string, path: string, body?: object): Promise<unknown> => {
          const { code, reason, message, details } = await ask(method, path, body);
          return { code, reason, message, details };
        };
        const forbidden = (subject: string, what: string, scope: string, details: object): object => ({
          code: 403,
          reason: "Forbidden",
          message: `${subject} is forbidden: User "${user.name}" cannot ${what} ${scope}`,
          details,
        });
        const here = `in the namespace "${namespace}"`;
        expect((await ask("GET", `${client.pods}/x`)).code).toBe(404);
        expect(await refused("GET", `${client.pods}/x/log`)).toEqual(
          forbidden('pods "x"', 'get resource "pods/log" in API group ""', here, { name: "x", kind: "pods" }),
        );
        expect(await refused("GET", `${client.pods}?watch=true`)).toEqual(
          forbidden("pods", 'watch resource "pods" in API group ""', here, { kind: "pods" }),
        );
        expect(await refused("POST", client.secrets, { metadata: { name: "q" } })).toEqual(
          forbidden("secrets", 'create resource "secrets" in API group ""', here, { kind: "secrets" }),
        );
        expect(await refused("DELETE", `${client.jobs}/x`)).toEqual(
          forbidden('jobs.batch "x"', 'delete resource "jobs" in API group "batch"', here, {
            name: "x",
            group: "batch",
            kind: "jobs",
          }),
        );
        expect(await refused("GET", `/api/v1/namespaces/${namespace}`)).toEqual(
          forbidden(`namespaces "${namespace}"`, 'get resource "namespaces" in API group ""', here, {
            name: namespace,
            kind: "namespaces",
          }),
        );
        expect(await refused("GET", "/api/v1/pods")).toEqual(
          forbidden("pods", 'list resource "pods" in API group ""', "at the cluster scope", { kind: "pods" }),
        );
        expect((await ask("GET", `${client.secrets}/only`)).code).toBe(404);
        expect((await ask("GET", `${client.secrets}/other`)).code).toBe(403);
      }));

    it("tells everybody what they may do themselves", () =>
      run(async () => {
        const { namespace } = world();
        const may = async (resourceAttributes: object): Promise<unknown> => {
          const answer = await ask("POST", REVIEW, {
            spec: { resourceAttributes: { namespace, ...resourceAttributes } },
          });
          return [answer.code, (answer as { status: unknown }).status];
        };
        const yes = [201, expect.objectContaining({ allowed: true }) as unknown];
        const no = [201, expect.objectContaining({ allowed: false }) as unknown];
        expect(await may({ verb: "get", resource: "pods" })).toEqual(yes);
        expect(await may({ verb: "get", resource: "pods", subresource: "log" })).toEqual(no);
        expect(await may({ verb: "create", group: "batch", resource: "jobs" })).toEqual(yes);
        expect(await may({ verb: "create", resource: "jobs" })).toEqual(no);
        expect(await may({ verb: "get", resource: "secrets" })).toEqual(no);
        expect(await may({ verb: "get", resource: "secrets", name: "only" })).toEqual(yes);
        expect(await ask("POST", REVIEW, { spec: {} })).toMatchObject({
          code: 422,
          message:
            '.authorization.k8s.io "" is invalid: spec.resourceAttributes: Invalid value: null: exactly one of nonResourceAttributes or resourceAttributes must be specified',
        });
        const rules = await ask("POST", REVIEW.replace("access", "rules"), { spec: { namespace } });
        expect((rules as unknown as { status: { resourceRules: object[] } }).status.resourceRules).toEqual(
          expect.arrayContaining(RULES),
        );
      }));
  });
}
