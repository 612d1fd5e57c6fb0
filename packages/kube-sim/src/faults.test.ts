import { describe, expect, it } from "vitest";
import { Bench, PODS_PATH, SECRETS_PATH } from "./testing.ts";

describe("Faults", () => {
  const talker = (): Bench =>
    new Bench(async ({ print, sleep }) => {
      print("ärger\n");
      await sleep(60_000);
      print("end\n");
      return 0;
    });
  const LOG = `${PODS_PATH}/p/log?follow=true`;

  it("cuts a stream after exactly so many bytes, also in the middle of a character", async () => {
    const bench = talker();
    await bench.pod("p");
    await bench.clock.advance(2000);
    for (const afterBytes of [0, 1, 3, 7]) {
      bench.sim.faults.cut({ resource: "pods/log" }, { afterBytes });
      const response = await bench.clock.run(bench.sim.fetch(LOG));
      const received: number[] = [];
      const reading = (async () => {
        for await (const chunk of response.body ?? []) received.push(...(chunk as Uint8Array));
      })();
      await expect(bench.clock.run(reading)).rejects.toMatchObject({
        message: "terminated",
        cause: { code: "UND_ERR_SOCKET" },
      });
      expect(received).toEqual([...Buffer.from("ärger\n")].slice(0, afterBytes));
    }
    const whole = await bench.readToTheEnd(LOG);
    expect(whole).toEqual({ text: "ärger\nend\n", error: undefined });
  });

  it("ends a stream as if all were said", async () => {
    const bench = talker();
    await bench.pod("p");
    await bench.clock.advance(2000);
    bench.sim.faults.cut({ resource: "pods/log" }, { afterBytes: 4, how: "eof" });
    expect(await bench.readToTheEnd(LOG)).toEqual({ text: "ärg", error: undefined });
  });

  it("stalls a stream until its reader gives up", async () => {
    const bench = talker();
    await bench.pod("p");
    await bench.clock.advance(2000);
    bench.sim.faults.cut({ resource: "pods/log" }, { afterBytes: 2, how: "stall" });
    const patience = new AbortController();
    const response = await bench.clock.run(bench.sim.fetch(LOG, { signal: patience.signal }));
    const reading = response.text();
    const giveUp = bench.clock.sleep(3_600_000).then(() => patience.abort());
    await expect(bench.clock.run(Promise.all([reading, giveUp]))).rejects.toMatchObject({ name: "AbortError" });
    expect(bench.sim.faults.openStreams).toEqual([]);
  });

  it("breaks what is open now", async () => {
    const bench = talker();
    await bench.pod("p");
    await bench.clock.advance(2000);
    const following = bench.start(LOG);
    await bench.clock.advance(1000);
    expect(bench.sim.faults.cutOpen({ verb: "watch" })).toBe(0);
    expect(bench.sim.faults.cutOpen({ resource: "pods/log" })).toBe(1);
    expect(await following).toMatchObject({ text: "ärger\n", error: { message: "terminated" } });
  });

  it("answers with a status, as often as it was asked to", async () => {
    const bench = talker();
    bench.sim.faults.answer({ verb: "list", resource: "secrets" }, { status: 429, retryAfterSeconds: 3 }, 2);
    const first = await bench.send("GET", SECRETS_PATH);
    expect([first.status, first.headers.get("retry-after")]).toEqual([429, "3"]);
    expect(await first.json()).toMatchObject({
      kind: "Status",
      reason: "TooManyRequests",
      details: { retryAfterSeconds: 3 },
    });
    const statuses = [
      await bench.send("GET", PODS_PATH),
      await bench.send("GET", SECRETS_PATH),
      await bench.send("GET", SECRETS_PATH),
    ];
    expect(statuses.map(({ status }) => status)).toEqual([200, 429, 200]);
    expect(bench.sim.requests.map(({ verb, resource, status }) => `${verb} ${resource} ${status}`)).toEqual([
      "list secrets 429",
      "list pods 200",
      "list secrets 429",
      "list secrets 200",
    ]);
  });

  it("restarts: streams break, connections are refused for a while, nothing is forgotten", async () => {
    const bench = talker();
    await bench.pod("p");
    await bench.clock.advance(2000);
    const watching = bench.start(`${PODS_PATH}?watch=true`);
    await bench.clock.advance(10);
    bench.sim.faults.restart(8000);
    expect((await watching).error).toMatchObject({ message: "terminated" });
    const refused = { name: "TypeError", message: "fetch failed", cause: { code: "ECONNREFUSED" } };
    await expect(bench.send("GET", PODS_PATH)).rejects.toMatchObject(refused);
    await bench.clock.advance(7000);
    await expect(bench.send("GET", PODS_PATH)).rejects.toMatchObject(refused);
    await bench.clock.advance(1000);
    expect((await bench.getPod("p")).status.phase).toBe("Running");
    expect(await bench.readToTheEnd(LOG)).toMatchObject({ text: "ärger\nend\n" });
  });

  it("rejects a request whose signal has aborted, with its reason", async () => {
    const bench = talker();
    const signal = AbortSignal.abort(new Error("not any more"));
    await expect(bench.sim.fetch(PODS_PATH, { signal })).rejects.toThrow("not any more");
  });
});
