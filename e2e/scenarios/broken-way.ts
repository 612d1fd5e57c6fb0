import { expect } from "vitest";
import type { Fate } from "../world/tls-proxy.ts";
import type { Scenario } from "./scenario.ts";
import { type Proxied, throughProxy } from "./through-proxy.ts";

const isLog = (path: string): boolean => path.includes("/log?");
const isWatch = (path: string): boolean => /[?&]watch=/.test(path);
const isList = (path: string): boolean => /\/(jobs|pods|leases)\?/.test(path) && !isWatch(path);

/** An answer of the API server's, which the proxy gives. */
function answer(code: number, reason: string, headers: Record<string, string> = {}): Extract<Fate, { kind: "answer" }> {
  const body = { kind: "Status", apiVersion: "v1", metadata: {}, status: "Failure", code, reason, message: reason };
  return { kind: "answer", status: code, headers, body };
}

const tooMany = (): Fate => answer(429, "TooManyRequests", { "retry-after": "1" });

/** 500, 502, 503, 504, and again. */
function serverErrors(): () => Fate {
  let given = 0;
  return () => answer([500, 502, 503, 504][given++ % 4] ?? 500, "InternalError");
}

/** In the middle of a run, milliseconds. */
const STORM_MS = 30_000;
/** At its beginning: less than the 10 s that the cluster has there, milliseconds. */
const FIRST_STORM_MS = 5_000;
/** Of a run and its three watches together, in a storm. */
const MOST_REQUESTS_PER_SECOND = 4;

/** All that is open is cut, and each request gets such an answer, for so many milliseconds. @returns how many there were */
async function storm(
  { proxy, world }: Pick<Proxied, "proxy" | "world">,
  ms: number,
  fate: () => Fate,
): Promise<number> {
  const before = proxy.requests.length;
  proxy.fate = fate;
  proxy.cutOpen();
  await world.sleep(ms);
  proxy.fate = () => ({ kind: "pass" });
  return proxy.requests.length - before;
}

function stormInMidRun(what: string, fate: () => () => Fate): Scenario {
  return throughProxy(`${what} to every request for 30 s, in the middle of a run`, async (on) => {
    await on.begin().heartbeat.untilEvents(6);
    const requests = await storm(on, STORM_MS, fate());
    return () => {
      expect(requests).toBeGreaterThan(0);
      expect(requests).toBeLessThanOrEqual((MOST_REQUESTS_PER_SECOND * STORM_MS) / 1000);
    };
  });
}

/** Watches that are told that their version is gone: by the status of the answer, and by an event in it. */
const GONE_TIMES = 6;

async function stalled({ proxy, begin }: Proxied): Promise<() => void> {
  let streams = 0;
  proxy.fate = (path) => {
    if (isLog(path)) streams += 1;
    return isLog(path) && streams === 1 ? { kind: "stall", afterBytes: 3_000 } : { kind: "pass" };
  };
  await begin().heartbeat.untilEvents(1);
  return () => expect(streams).toBeGreaterThan(1);
}

async function gone({ proxy, world, begin }: Proxied): Promise<() => void> {
  await begin().heartbeat.untilEvents(6);
  const lists = proxy.requests.filter(isList).length;
  let told = 0;
  proxy.fate = (path) => {
    if (!isWatch(path) || told >= GONE_TIMES) return { kind: "pass" };
    told += 1;
    const expired = answer(410, "Expired");
    return told % 2 === 0 ? expired : { kind: "answer", status: 200, body: { type: "ERROR", object: expired.body } };
  };
  proxy.cutOpen(isWatch);
  await world.eventually(60_000, "the watches were told", () => told >= GONE_TIMES);
  return () => expect(proxy.requests.filter(isList).length).toBeGreaterThanOrEqual(lists + GONE_TIMES);
}

async function stormAtFirst(on: Proxied): Promise<() => void> {
  on.proxy.fate = tooMany;
  on.begin();
  const requests = await storm(on, FIRST_STORM_MS, tooMany);
  return () => expect(requests).toBeGreaterThan(0);
}

/** Those of `pnpm e2e`. */
export const brokenWays: readonly Scenario[] = [
  throughProxy("410 Gone to six watches, in the middle of a run", gone),
  stormInMidRun("429 with Retry-After", () => tooMany),
];

export const moreBrokenWays: readonly Scenario[] = [
  throughProxy("a stalled stream: the log's connection stays open, and nothing comes any more", stalled),
  throughProxy("429 with Retry-After to every request in the first 5 s of a run", stormAtFirst),
  stormInMidRun("500, 502, 503 and 504 in turn", serverErrors),
];
