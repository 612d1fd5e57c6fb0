import { expect, test } from "vitest";
import { countRequests } from "./audit-log.ts";

const TIME = "2026-01-01T00:00:10.000000Z";
const event = (username: string, verb: string, stage: string, more: object = {}): string =>
  JSON.stringify({
    stage,
    verb,
    user: { username },
    requestReceivedTimestamp: TIME,
    requestURI: "/version?a",
    ...more,
  });

test("requests of one user are counted once each, in all logs, by verb and resource, from a time on; not the line that is being written", () => {
  const pods = { objectRef: { resource: "pods" } };
  const log = [
    event("us", "watch", "ResponseStarted", pods),
    event("us", "watch", "ResponseComplete", pods),
    event("us", "get", "ResponseComplete", { objectRef: { resource: "pods", subresource: "log" } }),
    event("us", "get", "ResponseComplete"),
    event("us", "get", "ResponseComplete"),
    event("others", "get", "ResponseComplete"),
    event("us", "get", "ResponseComplete").slice(0, -10),
  ].join("\n");
  const full = event("us", "get", "ResponseComplete");
  expect(countRequests([log, full], "us", Date.parse(TIME))).toEqual(
    new Map([
      ["watch pods", 1],
      ["get pods/log", 1],
      ["get /version", 3],
    ]),
  );
  expect(countRequests([log, full], "us", Date.parse(TIME) + 1)).toEqual(new Map());
});
