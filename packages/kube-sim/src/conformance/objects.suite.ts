import { describe, expect, it } from "vitest";
import type { KubeObject, Secret } from "../wire.ts";
import { Client } from "./client.ts";
import type { Status } from "../api/status.ts";
import { REFUSALS } from "./refusals.ts";
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

    it("remembers the fieldManager of a create, by which the creator finds its own object again", () =>
      run(async (client) => {
        const path = `${client.secrets}?fieldManager=creator-1`;
        const { body } = await client.ask<Secret>("POST", path, secret("managed", { stringData: { key: "text" } }));
        const [entry] = body.metadata.managedFields ?? [];
        expect(entry).toMatchObject({ manager: "creator-1", operation: "Update", apiVersion: "v1" });
        const got = await client.ask<Secret>("GET", `${client.secrets}/managed`);
        expect(got.body.metadata.managedFields).toMatchObject([{ manager: "creator-1" }]);
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

function failure(code: number, reason: string, message: string, details: object): Status {
  return { kind: "Status", apiVersion: "v1", metadata: {}, status: "Failure", message, reason, details, code };
}

function names(objects: KubeObject[]): string[] {
  return objects.map(({ metadata }) => metadata.name);
}
