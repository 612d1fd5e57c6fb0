import { describe, expect, it } from "vitest";
import type { Status } from "../api/status.ts";
import type { Job, Pod, Secret } from "../wire.ts";
import { Client } from "./client.ts";
import type { ConformanceWorld } from "./world.ts";

const MERGE = "application/merge-patch+json";
const STRATEGIC = "application/strategic-merge-patch+json";
const STEPS = "application/json-patch+json";

/** Writes: fields that the server does not know, dry runs, patches, finalizers. */
export function writesSuite(world: () => ConformanceWorld): void {
  const run = <T>(work: (client: Client) => Promise<T>): Promise<T> => world().run(() => work(new Client(world())));
  const patch = async <T = Secret>(
    path: string,
    type: string,
    body: unknown,
  ): Promise<T & Pick<Status, "message" | "reason"> & { code: number }> => {
    const text = typeof body === "string" ? body : JSON.stringify(body);
    const response = await world().fetch(path, { method: "PATCH", body: text, headers: { "content-type": type } });
    return { ...((await response.json()) as T & Status), code: response.status };
  };
  const make = (client: Client, name: string): Promise<Secret> =>
    client.create(client.secrets, { metadata: { name, labels: { a: "1", b: "2" } }, stringData: { k: "v" } });

  describe("writes", () => {
    const MISSPELT = {
      metadata: { name: "misspelt", foo: 1 },
      spec: {
        backofLimit: 1,
        template: {
          spec: {
            restartPolicy: "Never",
            containers: [{ name: "c", image: "x", imagePullPolice: "Never", env: [{ name: "A", val: "x" }] }],
          },
        },
      },
    };
    const UNKNOWN = [
      'unknown field "metadata.foo"',
      'unknown field "spec.backofLimit"',
      'unknown field "spec.template.spec.containers[0].imagePullPolice"',
      'unknown field "spec.template.spec.containers[0].env[0].val"',
    ];

    it("refuse fields that there are not when asked to be strict, else warn and leave them out", () =>
      run(async (client) => {
        const strict = await client.ask<Status>("POST", `${client.jobs}?fieldValidation=Strict`, MISSPELT);
        expect([strict.code, strict.body.message]).toEqual([
          400,
          `Job in version "v1" cannot be handled as a Job: strict decoding error: ${UNKNOWN.join(", ")}`,
        ]);
        const warned = await client.send("POST", `${client.jobs}?dryRun=All`, MISSPELT);
        expect(warned.headers.get("warning")).toBe(UNKNOWN.map((text) => `299 - ${JSON.stringify(text)}`).join(", "));
        expect((await warned.json()) as Job).toMatchObject({ spec: { backoffLimit: 6 } });
        const silent = await client.send("POST", `${client.jobs}?dryRun=All&fieldValidation=Ignore`, MISSPELT);
        expect([silent.status, silent.headers.get("warning")]).toEqual([201, null]);
      }));

    it.each([
      ["secret", "Secret", { spec: {} }, 'unknown field "spec"'],
      ["lease", "Lease", { spec: { holder: "x" } }, 'unknown field "spec.holder"'],
      ["claim", "PersistentVolumeClaim", { spec: { size: 1 } }, 'unknown field "spec.size"'],
    ])("are strict with a misspelt %s, too", (_, kind, rest, unknown) =>
      run(async (client) => {
        const claims = client.pods.replace(/pods$/, "persistentvolumeclaims");
        const path = { Secret: client.secrets, Lease: client.leases, PersistentVolumeClaim: claims }[kind] ?? "";
        const { body } = await client.ask<Status>("POST", `${path}?fieldValidation=Strict`, {
          metadata: { name: "x" },
          ...rest,
        });
        expect(body.message).toBe(
          `${kind} in version "v1" cannot be handled as a ${kind}: strict decoding error: ${unknown}`,
        );
      }),
    );

    it("refuse options that there are not", () =>
      run(async (client) => {
        const said = async (query: string): Promise<unknown> =>
          (await client.ask<Status>("POST", `${client.secrets}?${query}`, { metadata: { name: "x" } })).body.message;
        expect(await said("dryRun=Some")).toBe(
          'CreateOptions.meta.k8s.io "" is invalid: dryRun: Unsupported value: ["Some"]: supported values: "All"',
        );
        expect(await said("fieldValidation=Bogus")).toBe(
          'CreateOptions.meta.k8s.io "" is invalid: fieldValidation: Unsupported value: "Bogus": supported values: "", "Ignore", "Strict", "Warn"',
        );
      }));

    it("of a dry run show what would be, and change nothing", () =>
      run(async (client) => {
        const { metadata } = await make(client, "dry");
        const path = `${client.secrets}/dry?dryRun=All`;
        const replaced = await client.ask<Secret>("PUT", path, { metadata: { name: "dry", labels: { dry: "1" } } });
        expect(replaced.body.metadata).toMatchObject({
          labels: { dry: "1" },
          resourceVersion: metadata.resourceVersion,
        });
        expect((await patch(path, MERGE, { metadata: { labels: { dry: "1" } } })).metadata.labels).toMatchObject({
          dry: "1",
        });
        expect((await client.ask<Status>("DELETE", path)).body).toMatchObject({ status: "Success" });
        const created = await client.ask<Secret>("POST", `${client.secrets}?dryRun=All`, {
          metadata: { name: "dry2" },
        });
        expect(created.body.metadata).not.toHaveProperty("resourceVersion");
        const now = (await client.ask<Secret>("GET", `${client.secrets}/dry`)).body.metadata;
        expect([now.resourceVersion, now.labels]).toEqual([metadata.resourceVersion, { a: "1", b: "2" }]);
      }));

    it("are merged: null takes away, nothing new writes nothing", () =>
      run(async (client) => {
        await make(client, "merged");
        const path = `${client.secrets}/merged`;
        const first = await patch(path, MERGE, { metadata: { labels: { a: null, c: "3" } } });
        expect(first.metadata.labels).toEqual({ b: "2", c: "3" });
        const second = await patch(path, MERGE, {});
        expect(second.metadata.resourceVersion).toBe(first.metadata.resourceVersion);
        expect(await patch(path, MERGE, { metadata: { resourceVersion: "1" } })).toMatchObject({
          code: 409,
          reason: "Conflict",
        });
        expect(await patch(path, MERGE, { metadata: { uid: "other" } })).toMatchObject({
          code: 422,
          message: 'Secret "merged" is invalid: metadata.uid: Invalid value: "other": field is immutable',
        });
        expect(await patch(path, MERGE, { metadata: { name: "other" } })).toMatchObject({
          code: 400,
          message: "the name of the object (other) does not match the name on the URL (merged)",
        });
        expect(await patch(`${client.secrets}/none`, MERGE, {})).toMatchObject({ code: 404 });
      }));

    it("go in steps: all of them, or none", () =>
      run(async (client) => {
        await make(client, "steps");
        const path = `${client.secrets}/steps`;
        const labels = "/metadata/labels";
        const done = await patch(path, STEPS, [
          { op: "test", path: `${labels}/a`, value: "1" },
          { op: "replace", path: `${labels}/a`, value: "9" },
          { op: "add", path: `${labels}/x~1y`, value: "slash" },
          { op: "remove", path: `${labels}/b` },
        ]);
        expect(done.metadata.labels).toEqual({ a: "9", "x/y": "slash" });
        for (const failing of [
          { op: "test", path: `${labels}/a`, value: "8" },
          { op: "remove", path: `${labels}/zz` },
          { op: "frobnicate", path: `${labels}/a` },
        ]) {
          const refused = await patch(path, STEPS, [{ op: "add", path: `${labels}/new`, value: "1" }, failing]);
          expect([refused.code, refused.message]).toEqual([
            422,
            "the server rejected our request due to an error in our request",
          ]);
        }
        expect((await client.ask<Secret>("GET", path)).body.metadata.labels).toEqual({ a: "9", "x/y": "slash" });
      }));

    it("are merged strategically: lists by their key, finalizers as a set", () =>
      run(async (client) => {
        const pod = client.pod("strategic", { steps: [{ sleepSeconds: 60 }] }, { nodeSelector: { none: "such" } });
        const { metadata, spec } = await client.create<Pod>(client.pods, pod);
        const path = `${client.pods}/strategic`;
        const image = `${spec.containers[0]?.image ?? ""}`;
        const merged = await patch<Pod>(path, STRATEGIC, {
          spec: { containers: [{ name: "main", image: `${image}-other` }] },
        });
        expect(merged.spec.containers.map((one) => [one.name, one.image])).toEqual([["main", `${image}-other`]]);
        expect(merged.spec.containers[0]?.command).toEqual(spec.containers[0]?.command);
        expect(merged.metadata.uid).toBe(metadata.uid);
        await patch(path, STRATEGIC, { metadata: { finalizers: ["x.test/y"] } });
        const both = await patch(path, STRATEGIC, { metadata: { finalizers: ["x.test/z"] } });
        expect(both.metadata.finalizers).toEqual(["x.test/z", "x.test/y"]);
        const one = await patch(path, STRATEGIC, {
          metadata: { "$deleteFromPrimitiveList/finalizers": ["x.test/y", "x.test/z"] },
        });
        expect(one.metadata.finalizers ?? []).toEqual([]);
        await client.send("DELETE", path);
      }));

    it("take patches of known formats only", () =>
      run(async (client) => {
        await make(client, "formats");
        const path = `${client.secrets}/formats`;
        for (const type of ["application/json", "text/plain"]) {
          expect(await patch(path, type, {})).toMatchObject({ code: 415, message: "415: Unsupported Media Type" });
        }
        expect(await patch(path, MERGE, [])).toMatchObject({
          code: 400,
          message: "error decoding patch: json: cannot unmarshal array into Go value of type map[string]interface {}",
        });
        expect(await patch(path, STEPS, {})).toMatchObject({
          code: 400,
          message: "error decoding patch: json: cannot unmarshal object into Go value of type []handlers.jsonPatchOp",
        });
        expect(await patch(path, MERGE, "{bad")).toMatchObject({ code: 400, reason: "BadRequest" });
        const strict = await patch(`${path}?fieldValidation=Strict`, MERGE, { foo: 1 });
        expect(strict.code).toBe(422);
        expect(strict.message).toMatch(/strict decoding error: unknown field "foo"$/);
      }));

    it("keep a deleted object until its finalizers are gone, and let it get no new ones", () =>
      run(async (client) => {
        const { metadata } = await make(client, "held");
        const path = `${client.secrets}/held`;
        await patch(path, MERGE, { metadata: { finalizers: ["x.test/z"] } });
        const deleted = await client.ask<Secret>("DELETE", path);
        expect(deleted.body.metadata).toMatchObject({ deletionGracePeriodSeconds: 0, finalizers: ["x.test/z"] });
        expect((await patch(path, MERGE, { metadata: { labels: { still: "1" } } })).metadata.uid).toBe(metadata.uid);
        const more = await patch(path, MERGE, { metadata: { finalizers: ["x.test/z", "x.test/new"] } });
        expect([more.code, more.message]).toEqual([
          422,
          'Secret "held" is invalid: metadata.finalizers: Forbidden: no new finalizers can be added if the object is being deleted, found new finalizers []string{"x.test/new"}',
        ]);
        expect((await patch(path, MERGE, { metadata: { finalizers: null } })).code).toBe(200);
        expect((await client.send("GET", path)).status).toBe(404);
      }));

    it("deletes only the version that was meant", () =>
      run(async (client) => {
        const { metadata } = await make(client, "versioned");
        const path = `${client.secrets}/versioned`;
        const wrong = await client.ask<Status>("DELETE", path, { preconditions: { resourceVersion: "1" } });
        const why = `the ResourceVersion in the precondition (1) does not match the ResourceVersion in record (${metadata.resourceVersion}). The object might have been modified`;
        expect([wrong.code, wrong.body.message]).toEqual([
          409,
          `Operation cannot be fulfilled on Secret "versioned": ${why}`,
        ]);
        const { resourceVersion } = metadata;
        expect((await client.ask("DELETE", path, { preconditions: { resourceVersion } })).code).toBe(200);
      }));
  });
}
