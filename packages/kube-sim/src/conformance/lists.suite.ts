import { describe, expect, it } from "vitest";
import type { Status } from "../api/status.ts";
import type { KubeObject } from "../wire.ts";
import { Client } from "./client.ts";
import type { ConformanceWorld } from "./world.ts";

interface Page {
  metadata: { continue?: string; resourceVersion: string };
  items: KubeObject[];
}

/** Lists in pages and at revisions. */
export function listsSuite(world: () => ConformanceWorld): void {
  const run = <T>(work: (client: Client) => Promise<T>): Promise<T> => world().run(() => work(new Client(world())));
  const names = ({ items }: Page): string[] => items.map(({ metadata }) => metadata.name);
  const make = async (client: Client, set: string, ...all: string[]): Promise<void> => {
    for (const name of all) await client.create(client.secrets, { metadata: { name, labels: { set } } });
  };
  const page = async (client: Client, query: string): Promise<Page> =>
    (await client.ask<Page>("GET", `${client.secrets}?${query}`)).body;

  describe("lists", () => {
    it("show one revision on all their pages, whatever is written in between", () =>
      run(async (client) => {
        await make(client, "pages", "l1", "l2", "l4");
        const first = await page(client, "labelSelector=set=pages&limit=1");
        await make(client, "pages", "l3");
        await client.ask("DELETE", `${client.secrets}/l2`);
        const token = encodeURIComponent(first.metadata.continue ?? "");
        const rest = await page(client, `labelSelector=set=pages&continue=${token}`);
        expect([names(first), names(rest)]).toEqual([["l1"], ["l2", "l4"]]);
        expect(rest.metadata.resourceVersion).toBe(first.metadata.resourceVersion);
        const again = await page(
          client,
          `labelSelector=set=pages&resourceVersionMatch=Exact&resourceVersion=${first.metadata.resourceVersion}`,
        );
        expect(names(again)).toEqual(["l1", "l2", "l4"]);
        // Any revision that the server has at hand, which may be an older one.
        const atHand = `${client.secrets}?labelSelector=set=pages&resourceVersion=0`;
        await client.until<Page>(atHand, (found) => names(found).join() === "l1,l3,l4");
      }));

    it.each([
      [
        "a token that is none",
        "continue=abc",
        400,
        "invalid continue token: continue key is not valid: invalid character 'i' looking for beginning of value",
      ],
      [
        "a token of another server",
        "continue=e30",
        400,
        "invalid continue token: continue key is not valid: server does not recognize this encoded version ",
      ],
      [
        "a match without a revision",
        "resourceVersionMatch=Exact",
        422,
        'ListOptions.meta.k8s.io "" is invalid: resourceVersionMatch: Forbidden: resourceVersionMatch is forbidden unless resourceVersion is provided',
      ],
      [
        "exactly any revision",
        "resourceVersionMatch=Exact&resourceVersion=0",
        422,
        'ListOptions.meta.k8s.io "" is invalid: resourceVersionMatch: Forbidden: resourceVersionMatch "exact" is forbidden for resourceVersion "0"',
      ],
      [
        "a match that there is not",
        "resourceVersionMatch=Foo&resourceVersion=5",
        422,
        'ListOptions.meta.k8s.io "" is invalid: resourceVersionMatch: Unsupported value: "Foo": supported values: "Exact", "NotOlderThan", ""',
      ],
    ])("refuse %s", (_, query, code, message) =>
      run(async (client) => {
        const { body } = await client.ask<Status>("GET", `${client.secrets}?${query}`);
        expect([body.code, body.message]).toEqual([code, message]);
      }),
    );

    it("say 504 with Retry-After for a revision that is still to come", () =>
      run(async (client) => {
        const response = await client.send("GET", `${client.secrets}?resourceVersion=999999999999`);
        const body = (await response.json()) as Status;
        expect([response.status, response.headers.get("retry-after"), body.reason]).toEqual([504, "1", "Timeout"]);
        expect(body.message).toMatch(/^Timeout: Too large resource version: 999999999999, current: \d+$/);
      }));
  });
}
