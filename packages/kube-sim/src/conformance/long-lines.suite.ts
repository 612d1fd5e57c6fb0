import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Pod } from "../wire.ts";
import { Client } from "./client.ts";
import type { Program } from "./program.ts";
import type { ConformanceWorld } from "./world.ts";

const PIECE = 16_384;

/** containerd has seen a first piece of a line when so much of it was written (five buffers of 4 KiB). */
const SEEN = 20_480;

/** Seconds that a containerd may be late without taking two things that were written for one. */
const APART = 5;
const HANGS_MS = 900_000;

/** Long lines that stderr interrupts: once before containerd has written a piece, once after. Then one that takes its time. */
const PROGRAM: Program = {
  steps: [
    { fill: "a", bytes: SEEN - 1 },
    { sleepSeconds: APART },
    { print: "early\n", stream: "stderr" },
    { sleepSeconds: APART },
    { print: "\n" },
    { sleepSeconds: APART },
    { fill: "b", bytes: SEEN },
    { sleepSeconds: APART },
    { print: "late\n", stream: "stderr" },
    { sleepSeconds: APART },
    { print: "tail\n" },
    { fill: "c", bytes: SEEN },
    { sleepSeconds: 2 * APART },
    { print: "rest\n" },
  ],
};

/** Lines that the node stores in pieces, and how the kubelet puts them together again. */
export function longLinesSuite(world: () => ConformanceWorld): void {
  const run = <T>(work: (client: Client, world: ConformanceWorld) => Promise<T>): Promise<T> =>
    world().run(() => work(new Client(world()), world()));

  describe("long lines", () => {
    let log = "";
    beforeAll(async () => {
      log = await run(async (client) => {
        await client.create(client.pods, client.pod("long", PROGRAM));
        await client.until<Pod>(`${client.pods}/long`, ({ status }) => status.phase === "Succeeded");
        return (await client.text(`${client.pods}/long/log?timestamps=true`)).text;
      });
    }, HANGS_MS);
    afterAll(() => run((client) => client.send("DELETE", `${client.pods}/long`)));
    const lines = (): string[] => log.split("\n").map((line) => line.replace(/^\S+Z /, ""));

    it("come whole and in their time when stderr speaks before the first piece is full", () => {
      expect(lines().slice(0, 2)).toEqual(["early", "a".repeat(SEEN - 1)]);
    });

    it("have what stderr says glued to their first piece, and begin again with a stamp of their own", () => {
      expect(lines().slice(2, 4)).toEqual([`${"b".repeat(PIECE)}late`, `${"b".repeat(SEEN - PIECE)}tail`]);
      for (const line of log.trimEnd().split("\n")) expect(line).toMatch(/^\d{4}-\S+Z /);
    });

    it("begin in the middle, without a stamp, when only their end is as new as sinceTime", async () => {
      const [stamp = "", text = ""] = (log.split("\n")[4] ?? "").split(" ");
      expect(text).toBe(`${"c".repeat(SEEN)}rest`);
      const since = new Date(Date.parse(`${stamp.slice(0, 19)}Z`) + 2000).toISOString();
      const resumed = await run((client) => client.text(`${client.pods}/long/log?timestamps=true&sinceTime=${since}`));
      expect(resumed.text).toBe(`${"c".repeat(SEEN - PIECE)}rest\n`);
    });
  });
}
