import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { errorOfShape, type Shape } from "../../test/error-shape.ts";
import { DeadlineError } from "../time/deadline.ts";
import * as predicates from "./predicates.ts";
import { KubernetesError } from "./kubernetes-error.ts";
import { readError } from "./recognise.ts";

interface Recorded {
  readonly api: string;
  readonly fault: string;
  readonly error: Shape;
}

const { retryAfterMs, ...PREDICATES } = predicates;
type Predicate = keyof typeof PREDICATES;
const holding = (error: unknown): Predicate[] =>
  (Object.keys(PREDICATES) as Predicate[]).filter((name) => PREDICATES[name](error)).sort();

/** Which predicates hold for a fault, as the server meant it. */
const MEANT: Readonly<Record<string, readonly Predicate[]>> = {
  "401 Unauthorized": ["isUnauthorized"],
  "403 Forbidden": ["isForbidden"],
  "404 NotFound": ["isNotFound"],
  "409 AlreadyExists": ["isAlreadyExists"],
  "409 Conflict": ["isConflict"],
  "410 Expired": ["isGone"],
  "410 as an event": ["isGone"],
  "422 Invalid": [],
  "429 TooManyRequests": ["isTooManyRequests", "isTransient"],
  "500 InternalError": ["isTransient"],
  "502 page of a proxy": ["isTransient"],
  "503 ServiceUnavailable": ["isTransient"],
  reset: ["isTransient"],
  "cut in the body": ["isTransient"],
  refused: ["isTransient"],
  "unknown host": ["isTransient"],
  "unknown authority": [],
};

/** Where client-node itself threw away what would tell the difference. */
function expected({ api, fault, error }: Recorded): readonly Predicate[] {
  const text = JSON.stringify(error);
  // Watches of all lines, and logs of 1.x and 2.x, keep the status and lose the reason.
  if (fault === "409 AlreadyExists" && !text.includes("AlreadyExists")) return ["isConflict"];
  // Logs of 1.x and 2.x make a 500 of every failure to connect.
  if (api === "Log" && fault === "unknown authority" && text.includes("HTTP-Code: 500")) return ["isTransient"];
  // A programming error inside client-node, when the answer is no list of resources.
  if (fault === "410 as an event" && api === "KubernetesObjectApi.read") return [];
  return MEANT[fault] ?? expect.fail(`no row for ${fault}`);
}

describe.each(["0.22.3", "1.4.0", "2.0.1"])("what client-node %s threw is recognised", (version) => {
  const file = new URL(`../../fixtures/client-node-errors/${version}.json`, import.meta.url);
  const recorded = JSON.parse(readFileSync(file, "utf8")) as Recorded[];

  test.each(recorded.map((row) => [row.api, row.fault, row] as const))("%s: %s", (_api, _fault, row) => {
    expect(holding(errorOfShape(row.error))).toEqual(expected(row));
  });

  test("Retry-After, wherever it was kept", () => {
    const refused = recorded.filter(({ api, fault }) => fault.startsWith("429") && api.startsWith("CoreV1Api"));
    expect(refused.length).toBeGreaterThan(0);
    for (const { error } of refused) expect(retryAfterMs(errorOfShape(error))).toBe(7_000);
  });
});

const request = { method: "GET", path: "/x" };
const ours = (status: number | null, reason?: string, cause?: unknown): KubernetesError =>
  new KubernetesError("m", { status, request, cause, ...(reason !== undefined && { reason }) });
const coded = (code: string, cause?: unknown): Error => Object.assign(new Error("m", { cause }), { code });

describe("errors of other makes", () => {
  test.each<[string, unknown, readonly Predicate[]]>([
    ["one of this package", ours(404, "NotFound"), ["isNotFound"]],
    ["one of this package without an answer", ours(null, undefined, coded("ECONNRESET")), ["isTransient"]],
    ["one of this package behind a certificate", ours(null, undefined, coded("CERT_HAS_EXPIRED")), []],
    ["a uid precondition that failed", ours(409, "Conflict"), ["isConflict"]],
    ["a deadline of this package", new DeadlineError("a list", 1), ["isTransient"]],
    ["AbortSignal.timeout", new DOMException("late", "TimeoutError"), ["isTransient"]],
    ["an abort, which somebody wanted", new DOMException("stop", "AbortError"), []],
    ["a cause three deep", new Error("a", { cause: new Error("b", { cause: ours(410) }) }), ["isGone"]],
    ["a Response", new Response("", { status: 429 }), ["isTooManyRequests", "isTransient"]],
    ["a Status as JSON", '{"kind":"Status","code":404,"reason":"NotFound"}', ["isNotFound"]],
    [
      "both addresses of a host refused",
      new AggregateError([coded("ECONNREFUSED"), coded("ECONNREFUSED")]),
      ["isTransient"],
    ],
    ["two deletes that failed alike", new AggregateError([ours(403), ours(403)]), ["isForbidden"]],
    ["two deletes that failed in different ways", new AggregateError([ours(403), ours(404)]), []],
    ["an empty AggregateError", new AggregateError([]), []],
    ["an exit code, which is no status", Object.assign(new Error("exit"), { code: 1 }), []],
    ["a success, which is no error", new Response("", { status: 200 }), []],
    ["a file that is missing", coded("ENOENT"), []],
    ["undefined", undefined, []],
    ["a word", "no", []],
    ["half a JSON", '{"kind":', []],
  ])("%s", (_, error, names) => {
    expect(holding(error)).toEqual(names);
  });

  test("a ring of causes comes to an end", () => {
    const ring: { cause?: unknown } = {};
    ring.cause = ring;
    expect(readError(ring)).toBeNull();
  });

  test("a getter that throws is a field that is not there", () => {
    const hostile = new Proxy(new Error("m"), {
      get: (target, name) => {
        if (name === "statusCode") return 404;
        if (name === "constructor") return target.constructor;
        throw new Error("no");
      },
    });
    expect(PREDICATES.isNotFound(hostile)).toBe(true);
  });
});
