import { VirtualClock } from "@opencode-k8s/kube-sim";
import { describe, expect, test } from "vitest";
import type { FetchJson } from "../server-process.ts";
import { isDetach, stopSignal } from "./index.ts";

const SERVER = { env: { PAPERCLIP_API_URL: "http://127.0.0.1:3100" }, readText: () => undefined };
const RUN = { runId: "run/1", authToken: "token" };

/** Answers one after the other, the last one for ever. */
function paperclip(...answers: (Response | Error)[]): {
  asked: { url: string; authorization?: string }[];
  fetchJson: FetchJson;
} {
  const asked: { url: string; authorization?: string }[] = [];
  const fetchJson: FetchJson = (url, { headers }) => {
    asked.push({ url, ...(headers["authorization"] && { authorization: headers["authorization"] }) });
    const answer = answers.length > 1 ? answers.shift() : answers[0];
    return answer instanceof Response
      ? Promise.resolve(answer.clone())
      : Promise.reject(answer ?? new Error("no answer left"));
  };
  return { asked, fetchJson };
}

const status = (word: string): Response => Response.json({ id: "run/1", status: word });

describe("Paperclip 2026.916 and later", () => {
  test("has a signal of its own, and is never asked", async () => {
    const { asked, fetchJson } = paperclip(status("cancelled"));
    const clock = new VirtualClock();
    const { signal } = new AbortController();
    using stop = stopSignal({ ...RUN, signal }, { server: { ...SERVER, fetchJson }, clock });
    await clock.run(clock.sleep(60_000));
    expect(stop.signal).toBe(signal);
    expect(asked).toEqual([]);
  });

  test.each([
    ["Legacy controller lease lost", true],
    ["Cancelled by a board operator", false],
    ["Cancelled due to agent pause", false],
    ["Interrupted by board comment", false],
  ])("that says %s: the run is left, not ended: %s", (words, detach) => {
    expect(isDetach(AbortSignal.abort(new Error(words)))).toBe(detach);
  });
});

describe("an older Paperclip", () => {
  test("is asked with the run's token, and its cancel is noticed within two seconds", async () => {
    const { asked, fetchJson } = paperclip(status("running"), status("running"), status("cancelled"));
    const clock = new VirtualClock();
    using stop = stopSignal(RUN, { server: { ...SERVER, fetchJson }, clock });
    await clock.run(clock.sleep(6_100));
    expect(stop.signal.reason).toMatchObject({ message: "Cancelled in Paperclip" });
    expect(isDetach(stop.signal)).toBe(false);
    expect(asked).toHaveLength(3);
    expect(asked[0]).toEqual({
      url: "http://127.0.0.1:3100/api/heartbeat-runs/run%2F1",
      authorization: "Bearer token",
    });
  });

  test.each(["interrupted", "failed", "timed_out", "succeeded"])(
    "that says %s wants the run left alone",
    async (word) => {
      const clock = new VirtualClock();
      using stop = stopSignal(RUN, { server: { ...SERVER, ...paperclip(status(word)) }, clock });
      await clock.run(clock.sleep(3_000));
      expect(isDetach(stop.signal)).toBe(true);
    },
  );

  test.each([
    ["an error", new Error("ECONNREFUSED")],
    ["a refusal", Response.json({ error: "no" }, { status: 403 })],
    ["no JSON", new Response("<html>")],
    ["no status", Response.json([])],
    ["a status that nobody knows", status("pondering")],
  ])("whose answer is %s has not cancelled", async (_, answer) => {
    const { asked, fetchJson } = paperclip(answer);
    const clock = new VirtualClock();
    using stop = stopSignal(RUN, { server: { ...SERVER, fetchJson }, clock });
    await clock.run(clock.sleep(60_000));
    expect(stop.signal.aborted).toBe(false);
    expect(asked.length).toBeGreaterThan(20);
  });

  test("is no longer asked when the run is over", async () => {
    const { asked, fetchJson } = paperclip(status("running"));
    const clock = new VirtualClock();
    const stop = stopSignal(RUN, { server: { ...SERVER, fetchJson }, clock });
    await clock.run(clock.sleep(5_000));
    stop[Symbol.dispose]();
    await clock.run(clock.sleep(60_000));
    expect(asked).toHaveLength(2);
  });

  test("is not asked without a token, or where the server says no address", async () => {
    const { asked, fetchJson } = paperclip(status("cancelled"));
    const clock = new VirtualClock();
    using _ = stopSignal({ runId: "run" }, { server: { ...SERVER, fetchJson }, clock });
    using __ = stopSignal(RUN, { server: { ...SERVER, fetchJson, env: {} }, clock });
    await clock.run(clock.sleep(10_000));
    expect(asked).toEqual([]);
  });
});
