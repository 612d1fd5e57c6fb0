import { VirtualClock } from "@opencode-k8s/kube-sim";
import { expect, test } from "vitest";
import type { FetchJson } from "../server-process.ts";
import { isGivenUp } from "./given-up.ts";

/** The answer, and the virtual seconds that it took. */
async function asked(fetchJson: FetchJson, authToken: string | undefined = "token"): Promise<[boolean, number]> {
  const clock = new VirtualClock();
  const server = { env: { PAPERCLIP_API_URL: "http://paperclip:3100" }, readText: () => undefined, fetchJson };
  const options = { server, clock, signal: new AbortController().signal };
  const answer = await clock.run(isGivenUp({ runId: "run-1", authToken }, options));
  return [answer, clock.monotonic() / 1000];
}

const says =
  (status: string): FetchJson =>
  () =>
    Promise.resolve(Response.json({ status }));

test("a run is given up whose server goes away, and no other", async () => {
  expect(await asked(says("interrupted"))).toEqual([true, 0]);
  for (const status of ["running", "succeeded", "failed", "cancelled"])
    expect(await asked(says(status))).toEqual([false, 0]);
});

test("without an answer the process is given the time to go away", async () => {
  expect(await asked(() => Promise.reject(new Error("ECONNREFUSED")))).toEqual([false, 20]);
});

test("a run without a token is none that could be asked for", async () => {
  const never: FetchJson = () => Promise.reject(new Error("asked"));
  expect(await asked(never, "")).toEqual([false, 0]);
});
