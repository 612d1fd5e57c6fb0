import { describe, expect, it } from "vitest";
import type { Status } from "../api/status.ts";
import type { KubeObject } from "../wire.ts";
import { Client } from "./client.ts";
import type { ConformanceWorld } from "./world.ts";

type Lease = KubeObject & { spec?: Record<string, unknown> };

/** Leases: what compare-and-swap on them may rely on. */
export function leasesSuite(world: () => ConformanceWorld): void {
  const run = <T>(work: (client: Client, world: ConformanceWorld) => Promise<T>): Promise<T> =>
    world().run(() => work(new Client(world()), world()));
  const lease = (name: string, spec: object, metadata: object = {}): object => ({
    apiVersion: "coordination.k8s.io/v1",
    kind: "Lease",
    metadata: { name, ...metadata },
    spec,
  });
  const uid = "00000000-0000-4000-8000-000000000000";

  describe("leases", () => {
    it("replaces a Lease only at the version that the writer saw", () =>
      run(async (client) => {
        const created = await client.create<Lease>(client.leases, lease("swap", { holderIdentity: "a" }));
        const swap = (holderIdentity: string): Promise<{ code: number; body: Status & Lease }> =>
          client.ask("PUT", `${client.leases}/swap`, { ...created, spec: { holderIdentity } });
        expect(await swap("b")).toMatchObject({ code: 200, body: { spec: { holderIdentity: "b" } } });
        const late = await swap("c");
        expect([late.code, late.body.reason]).toEqual([409, "Conflict"]);
        expect(late.body.message).toBe(
          'Operation cannot be fulfilled on leases.coordination.k8s.io "swap": the object has been modified; please apply your changes to the latest version and try again',
        );
        expect(late.body.details).toEqual({ name: "swap", group: "coordination.k8s.io", kind: "leases" });
      }));

    it("does not replace a Lease whose version is not given", () =>
      run(async (client) => {
        await client.create(client.leases, lease("blind", {}));
        const { body } = await client.ask<Status>("PUT", `${client.leases}/blind`, lease("blind", {}));
        expect(body).toMatchObject({ code: 422, reason: "Invalid" });
        expect(body.message).toContain("metadata.resourceVersion: Invalid value: 0: must be specified for an update");
      }));

    it("creates a Lease that is not there by a replace, even of a version, but not of a uid", () =>
      run(async (client) => {
        const put = (name: string, metadata: object): Promise<{ code: number; body: Status }> =>
          client.ask("PUT", `${client.leases}/${name}`, lease(name, {}, metadata));
        expect((await put("put1", {})).code).toBe(201);
        expect((await put("put2", { resourceVersion: "5" })).code).toBe(201);
        const named = await put("put3", { uid, resourceVersion: "5" });
        expect([named.code, named.body.reason]).toEqual([409, "Conflict"]);
        expect(named.body.message).toContain(`Precondition failed: UID in precondition: ${uid}, UID in object meta: `);
        const other = await put("put1", { uid, resourceVersion: "5" });
        expect([other.code, other.body.reason]).toEqual([409, "Conflict"]);
      }));

    it("takes a holder that is empty, and no spec at all", () =>
      run(async (client) => {
        const empty = await client.create<Lease>(client.leases, lease("empty", { holderIdentity: "" }));
        expect(empty.spec).toEqual({ holderIdentity: "" });
        const { spec: _, ...bare } = lease("bare", {}) as { spec: object };
        expect((await client.create<Lease>(client.leases, bare)).spec).toEqual({});
      }));

    it.each([
      ["a time in milliseconds", 400, { acquireTime: "2026-01-01T00:00:00.123Z" }, 'parsing time "2026-01-01'],
      ["a time in seconds", 400, { renewTime: "2026-01-01T00:00:00Z" }, 'parsing time "2026-01-01'],
      ["a count that is text", 400, { leaseTransitions: "1" }, "cannot unmarshal string into Go struct field"],
      ["a negative count", 422, { leaseTransitions: -1 }, "-1: must be greater than or equal to 0"],
      ["a duration of nothing", 422, { leaseDurationSeconds: 0 }, "0: must be greater than 0"],
    ] as const)("refuses %s with %i", (_, code, spec, words) =>
      run(async (client) => {
        const { body } = await client.ask<Status>("POST", client.leases, lease("bad", spec));
        expect(body.code).toBe(code);
        expect(body.message).toContain(words);
      }),
    );

    it("keeps a time in microseconds as it was given", () =>
      run(async (client) => {
        const acquireTime = "2026-01-01T00:00:00.123000Z";
        const created = await client.create<Lease>(client.leases, lease("time", { acquireTime, leaseTransitions: 0 }));
        expect(created.spec).toEqual({ acquireTime, leaseTransitions: 0 });
      }));

    it("deletes a Lease only at the version that was meant", () =>
      run(async (client) => {
        const { metadata } = await client.create<Lease>(client.leases, lease("gone", {}));
        const remove = (resourceVersion: string): Promise<{ code: number; body: Status }> =>
          client.ask("DELETE", `${client.leases}/gone`, { preconditions: { uid: metadata.uid, resourceVersion } });
        expect((await remove("1")).code).toBe(409);
        expect((await remove(metadata.resourceVersion)).code).toBe(200);
      }));

    it("shows the Leases with a label to a watch, also when it is put on and taken off", () =>
      run(async (client) => {
        const from = await client.revision(client.leases);
        const created = await client.create<Lease>(client.leases, lease("seen", {}));
        const put = async (before: Lease, labels: Record<string, string>): Promise<Lease> => {
          const metadata = { ...before.metadata, labels };
          return (await client.ask<Lease>("PUT", `${client.leases}/seen`, { ...before, metadata })).body;
        };
        await put(await put(created, { claim: "yes" }), {});
        const lines = await client.watch(
          `${client.leases}?labelSelector=claim=yes&resourceVersion=${from}`,
          (all) => all.length === 2,
        );
        expect(lines.map(({ type, object }) => `${type} ${object.metadata.name}`)).toEqual([
          "ADDED seen",
          "DELETED seen",
        ]);
      }));
  });
}
