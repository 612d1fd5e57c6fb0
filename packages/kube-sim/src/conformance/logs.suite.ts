import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Pod } from "../wire.ts";
import { Client } from "./client.ts";
import type { Program } from "./program.ts";
import type { ConformanceWorld } from "./world.ts";

const STAMP = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}(?:Z|[+-]\d\d:\d\d)) /;
const LONG = 40_000;
const HANGS_MS = 900_000;

/** Says a, waits, says a long line, waits, says c, and ends without a newline. */
const PROGRAM: Program = {
  steps: [
    { print: "a\n" },
    { print: "oops\n", stream: "stderr" },
    { sleepSeconds: 3 },
    { printBytes: LONG },
    { sleepSeconds: 3 },
    { print: "c\n" },
    { print: "rest" },
  ],
};

/** Logs: what a container printed, as the API hands it out. */
export function logsSuite(world: () => ConformanceWorld): void {
  const run = <T>(work: (client: Client, world: ConformanceWorld) => Promise<T>): Promise<T> =>
    world().run(() => work(new Client(world()), world()));
  const log = async (query: string): Promise<string> =>
    run(async (client) => (await client.text(`${client.pods}/talks/log?${query}`)).text);
  const refusal = (query: string): Promise<{ code: number; message: string }> =>
    run(async (client) => {
      const { code, text } = await client.text(`${client.pods}/talks/log?${query}`);
      return { code, message: (JSON.parse(text) as { message: string }).message };
    });

  describe("logs", () => {
    let followed = "";

    beforeAll(async () => {
      followed = await run(async (client) => {
        await client.create(client.pods, client.pod("talks", PROGRAM));
        await client.until<Pod>(`${client.pods}/talks`, ({ status }) => status.phase === "Running");
        const { text } = await client.text(`${client.pods}/talks/log?follow=true&timestamps=true`);
        await client.until<Pod>(`${client.pods}/talks`, ({ status }) => status.phase === "Succeeded");
        return text;
      });
    }, HANGS_MS);
    afterAll(() => run((client) => client.send("DELETE", `${client.pods}/talks`)));

    it("follows from the first line to the end of the container", async () => {
      const lines = followed.split("\n");
      expect(lines).toHaveLength(5);
      for (const line of lines) expect(line).toMatch(STAMP);
      const texts = lines.map((line) => line.replace(STAMP, ""));
      expect(new Set(texts.slice(0, 2))).toEqual(new Set(["a", "oops"]));
      expect(texts.slice(2)).toEqual(["x".repeat(LONG), "c", "rest"]);
    });

    it("says the same again when it is read afterwards", async () => {
      expect(await log("timestamps=true")).toBe(followed);
    });

    it("leaves the timestamps out when they are not asked for", async () => {
      const lines = (await log("")).split("\n");
      expect(lines.slice(2)).toEqual(["x".repeat(LONG), "c", "rest"]);
    });

    it("begins at sinceTime's whole second, inclusive", async () => {
      const stamps = followed.split("\n").map((line) => STAMP.exec(line)?.[1] ?? "");
      const third = stamps[3] ?? "";
      const lastInstant = third.replace(/\.\d{9}/, ".999999999");
      expect(await log(`sinceTime=${encodeURIComponent(lastInstant)}`)).toBe("c\nrest");
      // What has no newline gets its stamp when the container ends.
      const last = stamps[4] ?? "";
      const nextSecond = new Date(Date.parse(last.slice(0, 19) + "Z") + 1000).toISOString();
      expect(await log(`sinceTime=${nextSecond}`)).toBe("");
    });

    it("counts tailLines in records: a long line is several", async () => {
      expect(await log("tailLines=2")).toBe("c\nrest");
      // 40,000 bytes are two records of 16 KiB and one of the rest.
      expect(await log("tailLines=3")).toBe(`${"x".repeat(LONG - 2 * 16_384)}\nc\nrest`);
      expect(await log("tailLines=0")).toBe("");
    });

    it("cuts at limitBytes", async () => {
      expect(await log("tailLines=2&limitBytes=3")).toBe("c\nr");
    });

    it("refuses what it cannot give", async () => {
      expect(await refusal("container=zz")).toEqual({ code: 400, message: "container zz is not valid for pod talks" });
      expect(await refusal("previous=true")).toEqual({
        code: 400,
        message: 'previous terminated container "main" in pod "talks" not found',
      });
      expect(await refusal("stream=Stderr")).toEqual({
        code: 422,
        message: 'PodLogOptions "talks" is invalid: stream: Forbidden: may not be specified',
      });
      expect(await refusal("tailLines=-1")).toEqual({
        code: 422,
        message: 'PodLogOptions "talks" is invalid: tailLines: Invalid value: -1: must be greater than or equal to 0',
      });
      expect(await refusal("limitBytes=0")).toMatchObject({ code: 422 });
    });
  });
}
