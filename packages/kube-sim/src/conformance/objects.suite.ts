import { describe, expect, it } from "vitest";
import type { KubeObject, Secret } from "../wire.ts";
import { Client } from "./client.ts";
import type { Status } from "../api/status.ts";
import type { ConformanceWorld } from "./world.ts";

/** Objects: create, get, list, replace, delete, and what the server says when it does not like something. */
export function objectsSuite(world: () => ConformanceWorld): void {
  const run = <T>(work: (client: Client, world: ConformanceWorld) => Promise<T>): Promise<T> =>
    world().run(() => work(new Client(world()), world()));
  const secret = (name: string, rest: object = {}): object => ({
    apiVersion: "v1",
    kind: "Secret",
    metadata: { name },
    ...rest,
  });

  describe("objects", () => {
    it("answers a list of a namespace that does not exist with an empty list", () =>
      run(async (client) => {
        const { code, body } = await client.ask<{ kind: string; items: [] }>(
          "GET",
          "/api/v1/namespaces/no-such-namespace/pods",
        );
        expect({ code, kind: body.kind, items: body.items }).toEqual({ code: 200, kind: "PodList", items: [] });
      }));

    it("refuses to create in a namespace that does not exist", () =>
      run(async (client) => {
        const { body } = await client.ask<Status>("POST", "/api/v1/namespaces/no-such-namespace/secrets", secret("a"));
        expect(body).toEqual(
          failure(404, "NotFound", 'namespaces "no-such-namespace" not found', {
            name: "no-such-namespace",
            kind: "namespaces",
          }),
        );
      }));

    it("creates, encodes stringData, gets, refuses the name twice, deletes", () =>
      run(async (client) => {
        const created = await client.create<Secret>(client.secrets, secret("twice", { stringData: { key: "text" } }));
        expect(created).toMatchObject({ kind: "Secret", type: "Opaque", data: { key: "dGV4dA==" } });
        expect(created.metadata.uid).toMatch(/^[0-9a-f-]{36}$/);
        expect(created.metadata.creationTimestamp).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
        expect(created).not.toHaveProperty("stringData");

        const again = await client.ask<Status>("POST", client.secrets, secret("twice"));
        expect(again.body).toEqual(
          failure(409, "AlreadyExists", 'secrets "twice" already exists', { name: "twice", kind: "secrets" }),
        );

        const got = await client.ask<Secret>("GET", `${client.secrets}/twice`);
        expect(got.body.metadata.uid).toBe(created.metadata.uid);

        const deleted = await client.ask<Status>("DELETE", `${client.secrets}/twice`);
        const details = { name: "twice", kind: "secrets", uid: created.metadata.uid };
        expect(deleted).toEqual({
          code: 200,
          body: { kind: "Status", apiVersion: "v1", metadata: {}, status: "Success", details },
        });

        const gone = await client.ask<Status>("DELETE", `${client.secrets}/twice`);
        expect(gone.body).toEqual(
          failure(404, "NotFound", 'secrets "twice" not found', { name: "twice", kind: "secrets" }),
        );
      }));

    it("deletes only the uid that was meant", () =>
      run(async (client) => {
        const { metadata } = await client.create<Secret>(client.secrets, secret("precious"));
        const wrong = await client.ask<Status>("DELETE", `${client.secrets}/precious`, {
          preconditions: { uid: "other" },
        });
        const why = `the UID in the precondition (other) does not match the UID in record (${metadata.uid}). The object might have been deleted and then recreated`;
        const message = `Operation cannot be fulfilled on Secret "precious": ${why}`;
        expect(wrong.body).toEqual(failure(409, "Conflict", message, { name: "precious", kind: "Secret" }));
        const right = await client.ask<Status>("DELETE", `${client.secrets}/precious`, {
          preconditions: { uid: metadata.uid },
        });
        expect(right.code).toBe(200);
      }));

    it("makes a name from generateName, and stores nothing in a dry run", () =>
      run(async (client) => {
        const draft = { apiVersion: "v1", kind: "Secret", metadata: { generateName: "made-" } };
        const dry = await client.create<Secret>(`${client.secrets}?dryRun=All`, draft);
        expect(dry.metadata.name).toMatch(/^made-[a-z0-9]{5}$/);
        expect((await client.send("GET", `${client.secrets}/${dry.metadata.name}`)).status).toBe(404);
      }));

    it("replaces a Lease only at the version that the writer saw", () =>
      run(async (client) => {
        const lease = {
          apiVersion: "coordination.k8s.io/v1",
          kind: "Lease",
          metadata: { name: "claim" },
          spec: { holderIdentity: "a" },
        };
        const created = await client.create<KubeObject>(client.leases, lease);
        const mine = { ...created, spec: { holderIdentity: "b" } };
        expect(await client.ask("PUT", `${client.leases}/claim`, mine)).toMatchObject({
          code: 200,
          body: { spec: { holderIdentity: "b" } },
        });
        const late = await client.ask<Status>("PUT", `${client.leases}/claim`, {
          ...created,
          spec: { holderIdentity: "c" },
        });
        const message =
          'Operation cannot be fulfilled on leases.coordination.k8s.io "claim": the object has been modified; please apply your changes to the latest version and try again';
        expect(late.body).toEqual(
          failure(409, "Conflict", message, { name: "claim", group: "coordination.k8s.io", kind: "leases" }),
        );
      }));

    it("selects by labels and fields, and lists in pages", () =>
      run(async (client) => {
        for (const [name, tier] of [
          ["p1", "web"],
          ["p2", "db"],
          ["p3", "web"],
        ] as const) {
          await client.create(client.secrets, { ...secret(name), metadata: { name, labels: { set: "paging", tier } } });
        }
        const select = async (labelSelector: string): Promise<string[]> =>
          names(
            await client.items(`${client.secrets}?labelSelector=${encodeURIComponent(`set=paging,${labelSelector}`)}`),
          );
        expect(await select("tier=web")).toEqual(["p1", "p3"]);
        expect(await select("tier!=web")).toEqual(["p2"]);
        expect(await select("tier in (db, cache)")).toEqual(["p2"]);
        expect(await select("tier notin (db)")).toEqual(["p1", "p3"]);
        expect(await select("tier,!other")).toEqual(["p1", "p2", "p3"]);
        expect(names(await client.items(`${client.secrets}?fieldSelector=metadata.name=p2`))).toEqual(["p2"]);

        type Page = { metadata: { continue?: string; resourceVersion: string }; items: KubeObject[] };
        const first = await client.ask<Page>("GET", `${client.secrets}?labelSelector=set=paging&limit=2`);
        expect(names(first.body.items)).toEqual(["p1", "p2"]);
        expect(first.body.items[0]).not.toHaveProperty("kind");
        const token = encodeURIComponent(first.body.metadata.continue ?? "");
        const second = await client.ask<Page>(
          "GET",
          `${client.secrets}?labelSelector=set=paging&limit=2&continue=${token}`,
        );
        expect(names(second.body.items)).toEqual(["p3"]);
        expect(second.body.metadata.continue).toBeUndefined();
        expect(second.body.metadata.resourceVersion).toBe(first.body.metadata.resourceVersion);
      }));

    it.each(REFUSALS)("says $code to $what", ({ method, path, body, code, reason, message }) =>
      run(async (client, { namespace }) => {
        const answer = await client.ask<Status>(method, path.replace("NS", namespace), body);
        expect({ code: answer.body.code, reason: answer.body.reason, message: answer.body.message }).toEqual({
          code,
          reason,
          message,
        });
      }),
    );

    it("takes JSON only", () =>
      run(async (client, { fetch }) => {
        const response = await fetch(client.secrets, {
          method: "POST",
          body: "{}",
          headers: { "content-type": "text/plain" },
        });
        expect(response.status).toBe(415);
        expect(await response.json()).toMatchObject({ reason: "UnsupportedMediaType" });
      }));
  });
}

const SUBDOMAIN =
  "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";

const template = (spec: object): object => ({
  apiVersion: "batch/v1",
  kind: "Job",
  metadata: { name: "j" },
  spec: { template: { spec } },
});
const JOBS = "/apis/batch/v1/namespaces/NS/jobs";
const SECRETS = "/api/v1/namespaces/NS/secrets";

interface Refusal {
  what: string;
  method: string;
  path: string;
  body?: unknown;
  code: number;
  reason: string;
  message: string;
}

const REFUSALS: Refusal[] = [
  {
    what: "a resource that there is not",
    method: "GET",
    path: "/api/v1/namespaces/NS/nothings",
    code: 404,
    reason: "NotFound",
    message: "the server could not find the requested resource",
  },
  {
    what: "a method that does not fit",
    method: "PUT",
    path: "/api/v1/namespaces/NS/pods",
    code: 405,
    reason: "MethodNotAllowed",
    message: "the server does not allow this method on the requested resource",
  },
  {
    what: "a field that cannot be selected by",
    method: "GET",
    path: "/api/v1/namespaces/NS/pods?fieldSelector=foo=bar",
    code: 400,
    reason: "BadRequest",
    message: "field label not supported: foo",
  },
  {
    what: "a selector that is none",
    method: "GET",
    path: "/api/v1/namespaces/NS/pods?labelSelector=a===",
    code: 400,
    reason: "BadRequest",
    message: "unable to parse requirement: found '=', expected: identifier",
  },
  {
    what: "a limit that is no number",
    method: "GET",
    path: "/api/v1/namespaces/NS/pods?limit=abc",
    code: 400,
    reason: "BadRequest",
    message: 'strconv.ParseInt: parsing "abc": invalid syntax',
  },
  {
    what: "a name with capitals",
    method: "POST",
    path: SECRETS,
    body: { apiVersion: "v1", kind: "Secret", metadata: { name: "X_y" } },
    code: 422,
    reason: "Invalid",
    message: `Secret "X_y" is invalid: metadata.name: Invalid value: "X_y": ${SUBDOMAIN}`,
  },
  {
    what: "no name",
    method: "POST",
    path: SECRETS,
    body: { apiVersion: "v1", kind: "Secret", metadata: {} },
    code: 422,
    reason: "Invalid",
    message: 'Secret "" is invalid: metadata.name: Required value: name or generateName is required',
  },
  {
    what: "another namespace than the path's",
    method: "POST",
    path: SECRETS,
    body: { apiVersion: "v1", kind: "Secret", metadata: { name: "q", namespace: "other" } },
    code: 400,
    reason: "BadRequest",
    message: "the namespace of the provided object does not match the namespace sent on the request",
  },
  {
    what: "another kind than the path's",
    method: "POST",
    path: SECRETS,
    body: { apiVersion: "v1", kind: "Pod", metadata: { name: "q" } },
    code: 400,
    reason: "BadRequest",
    message:
      'Pod in version "v1" cannot be handled as a Secret: converting (v1.Pod) to (core.Secret): unknown conversion',
  },
  {
    what: "a quantity that is none",
    method: "POST",
    path: JOBS,
    body: template({
      restartPolicy: "Never",
      containers: [{ name: "c", image: "x", resources: { limits: { cpu: "zz" } } }],
    }),
    code: 400,
    reason: "BadRequest",
    message:
      "Job in version \"v1\" cannot be handled as a Job: quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'",
  },
  {
    what: "a Job without restartPolicy",
    method: "POST",
    path: JOBS,
    body: template({ containers: [{ name: "c", image: "x" }] }),
    code: 422,
    reason: "Invalid",
    message:
      'Job.batch "j" is invalid: spec.template.spec.restartPolicy: Required value: valid values: "OnFailure", "Never"',
  },
  {
    what: "a Job whose pods would restart for ever",
    method: "POST",
    path: JOBS,
    body: template({ restartPolicy: "Always", containers: [{ name: "c", image: "x" }] }),
    code: 422,
    reason: "Invalid",
    message:
      'Job.batch "j" is invalid: spec.template.spec.restartPolicy: Required value: valid values: "OnFailure", "Never"',
  },
  {
    what: "a pod without containers",
    method: "POST",
    path: "/api/v1/namespaces/NS/pods",
    body: { apiVersion: "v1", kind: "Pod", metadata: { name: "j" }, spec: { containers: [] } },
    code: 422,
    reason: "Invalid",
    message: 'Pod "j" is invalid: spec.containers: Required value',
  },
  {
    what: "a mount of a volume that there is not",
    method: "POST",
    path: "/api/v1/namespaces/NS/pods",
    body: {
      apiVersion: "v1",
      kind: "Pod",
      metadata: { name: "j" },
      spec: { containers: [{ name: "c", image: "x", volumeMounts: [{ name: "v", mountPath: "/v" }] }] },
    },
    code: 422,
    reason: "Invalid",
    message: 'Pod "j" is invalid: spec.containers[0].volumeMounts[0].name: Not found: "v"',
  },
  {
    what: "a log of a pod that there is not",
    method: "GET",
    path: "/api/v1/namespaces/NS/pods/none/log",
    code: 404,
    reason: "NotFound",
    message: 'pods "none" not found',
  },
];

function failure(code: number, reason: string, message: string, details: object): Status {
  return { kind: "Status", apiVersion: "v1", metadata: {}, status: "Failure", message, reason, details, code };
}

function names(objects: KubeObject[]): string[] {
  return objects.map(({ metadata }) => metadata.name);
}
