import { expect, test } from "vitest";
import type { FetchJson } from "../server-process.ts";
import { type Standing, standingOf } from "./standing.ts";

function asked(fetchJson: FetchJson, authToken: string = "token"): Promise<Standing> {
  const server = { env: { PAPERCLIP_API_URL: "http://paperclip:3100" }, readText: () => undefined, fetchJson };
  return standingOf({ runId: "run-1", authToken }, server);
}

const says =
  (status: string): FetchJson =>
  () =>
    Promise.resolve(Response.json({ status }));

test("a run is given up whose server goes away, and no other", async () => {
  expect(await asked(says("interrupted"))).toBe("given_up");
  for (const status of ["running", "succeeded", "failed", "cancelled"]) expect(await asked(says(status))).toBe("open");
});

test("a server that does not answer may be going away", async () => {
  expect(await asked(() => Promise.reject(new Error("ECONNREFUSED")))).toBe("unknown");
  expect(await asked(() => Promise.resolve(new Response("", { status: 503 })))).toBe("unknown");
});

test("a run without a token is none that could be asked for", async () => {
  expect(await asked(() => Promise.reject(new Error("asked")), "")).toBe("open");
});
