import { describe, expect, it } from "vitest";
import type { KubeObject, Secret } from "../wire.ts";
import { Client, type WatchLine } from "./client.ts";
import type { ConformanceWorld } from "./world.ts";

/** Watches: what is delivered, in which order, under which name. */
export function watchSuite(world: () => ConformanceWorld): void {
  const run = <T>(work: (client: Client, world: ConformanceWorld) => Promise<T>): Promise<T> =>
    world().run(() => work(new Client(world()), world()));

  const make = (client: Client, name: string, labels: Record<string, string>): Promise<Secret> =>
    client.create(client.secrets, { apiVersion: "v1", kind: "Secret", metadata: { name, labels } });
  const relabel = (client: Client, secret: Secret, labels: Record<string, string>): Promise<unknown> => {
    const { resourceVersion: _any, ...metadata } = secret.metadata;
    return client.ask("PUT", `${client.secrets}/${secret.metadata.name}`, {
      ...secret,
      metadata: { ...metadata, labels },
    });
  };
  const seen = (lines: WatchLine[]): string[] => lines.map(({ type, object }) => `${type} ${object.metadata.name}`);

  describe("watch", () => {
    it("delivers every write after the revision, in order, once", () =>
      run(async (client) => {
        const from = await client.revision(client.secrets);
        const secret = await make(client, "w1", { w: "order" });
        await relabel(client, secret, { w: "order", changed: "yes" });
        await client.ask("DELETE", `${client.secrets}/w1`);
        const lines = await client.watch(
          `${client.secrets}?labelSelector=w=order&resourceVersion=${from}`,
          (all) => all.length === 3,
        );
        expect(seen(lines)).toEqual(["ADDED w1", "MODIFIED w1", "DELETED w1"]);
        const revisions = lines.map(({ object }) => Number(object.metadata.resourceVersion));
        expect(revisions).toEqual([...revisions].sort((a, b) => a - b));
        expect(new Set(revisions).size).toBe(3);
        expect(lines[0]?.object).toMatchObject({ kind: "Secret", apiVersion: "v1" });
      }));

    it("begins with what is there when it is given no revision", () =>
      run(async (client) => {
        await make(client, "w2", { w: "initial" });
        const lines = await client.watch(`${client.secrets}?labelSelector=w=initial`, (all) => all.length === 1);
        expect(seen(lines)).toEqual(["ADDED w2"]);
      }));

    it("calls it added and deleted when an object enters and leaves the selector", () =>
      run(async (client) => {
        const from = await client.revision(client.secrets);
        const secret = await make(client, "w3", { w: "out" });
        await relabel(client, secret, { w: "in" });
        await relabel(client, secret, { w: "in", more: "yes" });
        await relabel(client, secret, { w: "out" });
        const lines = await client.watch<KubeObject>(
          `${client.secrets}?labelSelector=w=in&resourceVersion=${from}`,
          (all) => all.length === 3,
        );
        expect(seen(lines)).toEqual(["ADDED w3", "MODIFIED w3", "DELETED w3"]);
        // As it was when it still matched, at the revision at which it no longer did.
        expect(lines[2]?.object.metadata.labels).toEqual({ w: "in", more: "yes" });
        const now = await client.ask<Secret>("GET", `${client.secrets}/w3`);
        expect(lines[2]?.object.metadata.resourceVersion).toBe(now.body.metadata.resourceVersion);
      }));

    it("ends cleanly at timeoutSeconds, with a bookmark before it when asked and when there is anything to mark", () =>
      run(async (client, { sleep }) => {
        const from = await client.revision(client.secrets);
        const path = `${client.secrets}?labelSelector=w=none&resourceVersion=${from}&timeoutSeconds=40`;
        const write = async (): Promise<unknown> => {
          await sleep(2000);
          return make(client, "w5", { w: "other" });
        };
        const [quiet, marked] = await Promise.all([
          client.watch(path),
          client.watch(`${path}&allowWatchBookmarks=true`),
          write(),
        ]);
        expect(quiet).toEqual([]);
        // A real server sends one or two.
        expect(new Set(marked.map(({ type }) => type))).toEqual(new Set(["BOOKMARK"]));
        expect(Number(marked[0]?.object.metadata.resourceVersion)).toBeGreaterThan(Number(from));
      }));

    it("marks the end of what was there already for a watch with bookmarks and no revision", () =>
      run(async (client) => {
        await make(client, "w4", { w: "marked" });
        const path = `${client.secrets}?labelSelector=w=marked&allowWatchBookmarks=true&timeoutSeconds=120`;
        const lines = await client.watch(path, (all) => all.some(({ type }) => type === "BOOKMARK"));
        expect(lines.map(({ type }) => type)).toEqual(["ADDED", "BOOKMARK"]);
        expect(lines[1]?.object.metadata.annotations).toEqual({ "k8s.io/initial-events-end": "true" });
      }));

    it("says 410 in its first event, and ends, when its revision is too old; a list at that revision says it as its status", () =>
      run(async (client, { expiredRevision }) => {
        const old = await expiredRevision();
        const lines = await client.watch(`${client.secrets}?resourceVersion=${old}`);
        expect(lines).toMatchObject([
          { type: "ERROR", object: { kind: "Status", status: "Failure", reason: "Expired", code: 410 } },
        ]);
        const [message] = lines.map(({ object }) => (object as unknown as { message: string }).message);
        expect(message).toMatch(new RegExp(`^too old resource version: ${old} \\(\\d+\\)$`));
        const list = await client.ask("GET", `${client.secrets}?resourceVersion=${old}&resourceVersionMatch=Exact`);
        expect(list).toMatchObject({
          code: 410,
          body: { reason: "Expired", message: "The resourceVersion for the provided list is too old." },
        });
      }));

    it("goes on where another one stopped, and shows what was deleted as it was last", () =>
      run(async (client) => {
        const from = await client.revision(client.secrets);
        const secret = await make(client, "w6", { w: "resume" });
        const path = `${client.secrets}?labelSelector=w=resume`;
        const [first] = await client.watch(`${path}&resourceVersion=${from}`, (all) => all.length === 1);
        await relabel(client, secret, { w: "resume", last: "yes" });
        await client.ask("DELETE", `${client.secrets}/w6`);
        const resumed = await client.watch(
          `${path}&resourceVersion=${first?.object.metadata.resourceVersion}`,
          (all) => all.length === 2,
        );
        expect(seen(resumed)).toEqual(["MODIFIED w6", "DELETED w6"]);
        expect(resumed[1]?.object.metadata.labels).toEqual({ w: "resume", last: "yes" });
        expect(Number(resumed[1]?.object.metadata.resourceVersion)).toBeGreaterThan(
          Number(resumed[0]?.object.metadata.resourceVersion),
        );
      }));

    it("sends a list as events when asked, and refuses to without a match", () =>
      run(async (client) => {
        await make(client, "w7", { w: "stream" });
        const path = `${client.secrets}?labelSelector=w=stream&sendInitialEvents=true&timeoutSeconds=120`;
        const lines = await client.watch(
          `${path}&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true`,
          (all) => all.length === 2,
        );
        expect(lines.map(({ type }) => type)).toEqual(["ADDED", "BOOKMARK"]);
        expect(lines[1]?.object.metadata.annotations).toEqual({ "k8s.io/initial-events-end": "true" });
        const refused = await client.text(`${path}&watch=true`);
        expect([refused.code, (JSON.parse(refused.text) as { message: string }).message]).toEqual([
          422,
          'ListOptions.meta.k8s.io "" is invalid: resourceVersionMatch: Forbidden: sendInitialEvents requires setting resourceVersionMatch to NotOlderThan',
        ]);
      }));

    it("refuses a revision that is no number", () =>
      run(async (client) => {
        const { code } = await client.text(`${client.secrets}?watch=true&resourceVersion=abc`);
        expect(code).toBe(500);
      }));
  });
}
