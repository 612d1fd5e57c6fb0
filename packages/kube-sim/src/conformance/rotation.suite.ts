import { describe, expect, it } from "vitest";
import type { Pod } from "../wire.ts";
import { Client } from "./client.ts";
import type { Program } from "./program.ts";
import type { ConformanceWorld } from "./world.ts";

/** A line of 100 bytes with its newline, as `flood` writes it. */
const LINES = 115_000;

/**
 * More than the kubelet leaves in one file (10 MiB), then silence until it has looked (every 10 s). Begins and ends late enough for a
 * follower, and for a kubelet, that is slow.
 */
const PROGRAM: Program = {
  steps: [
    { print: "first\n" },
    { sleepSeconds: 15 },
    { flood: LINES },
    { sleepSeconds: 40 },
    { print: "last\n" },
    { sleepSeconds: 2 },
  ],
};

/** As `flood` writes them, with what the node stores beside them (40 bytes): almost a file, and a little more than one. */
const [ALMOST, BEYOND] = [72_000, 5_000];

/** A line whose head is written before the rotation, and whose tail after it. The kubelet has next to no time to look before the head. */
const STRADDLING: Program = {
  steps: [
    { sleepSeconds: 15 },
    { flood: ALMOST },
    { flood: BEYOND },
    { print: "head " },
    { sleepSeconds: 40 },
    { print: "tail\n" },
    { sleepSeconds: 2 },
  ],
};

/** A log that is rotated while it is written. */
export function rotationSuite(world: () => ConformanceWorld): void {
  const run = <T>(work: (client: Client) => Promise<T>): Promise<T> => world().run(() => work(new Client(world())));

  describe("rotation", () => {
    it("takes from later readers what it took away, and from a follower who kept up nothing", () =>
      run(async (client) => {
        await client.create(client.pods, client.pod("rotated", PROGRAM));
        await client.until<Pod>(`${client.pods}/rotated`, ({ status }) => status.phase === "Running");
        const { text } = await client.text(`${client.pods}/rotated/log?follow=true`);
        const lines = text.split("\n");
        expect([lines.length, lines[0], lines.at(-2), lines.at(-1)]).toEqual([LINES + 3, "first", "last", ""]);
        expect(new Set(lines.slice(1, -2))).toEqual(new Set(["x".repeat(99)]));
        // What the kubelet found when it looked is gone, be it the whole flood or a part of it.
        const left = (await client.text(`${client.pods}/rotated/log`)).text;
        expect([left.length < text.length, text.endsWith(left), left.includes("first")]).toEqual([true, true, false]);
        await client.send("DELETE", `${client.pods}/rotated?gracePeriodSeconds=0`);
      }));

    it("cuts a line in two that was begun before it: whole for a follower, and for later readers a line of its own that has a stamp", () =>
      run(async (client) => {
        await client.create(client.pods, client.pod("straddling", STRADDLING));
        await client.until<Pod>(`${client.pods}/straddling`, ({ status }) => status.phase === "Running");
        const { text } = await client.text(`${client.pods}/straddling/log?follow=true`);
        // Shown by its end: it is megabytes.
        expect(text.slice(-20)).toBe(`${"x".repeat(9)}\nhead tail\n`);
        const left = (await client.text(`${client.pods}/straddling/log?timestamps=true`)).text;
        expect(left).toMatch(/^\d{4}-\S+Z tail\n$/);
        await client.send("DELETE", `${client.pods}/straddling?gracePeriodSeconds=0`);
      }));
  });
}
