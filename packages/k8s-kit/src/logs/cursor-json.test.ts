import { expect, test } from "vitest";
import { type CursorJson, LogCursor } from "./index.ts";
import { NO_LINE, type Batch } from "./events.ts";

const VALID: CursorJson = {
  version: 1,
  podUid: "uid-1",
  container: "main",
  containerId: "containerd://1",
  restarts: 0,
  complete: true,
  forgotten: null,
  lines: [[1_795_368_755, 123_456_789, 4_294_967_295, 300, 2]],
};

/** A cursor after so many lines; `nanosOf` says when each was written, within one second. */
function after(count: number, nanosOf: (index: number) => number, text = "the same line"): LogCursor {
  const cursor = new LogCursor();
  const batch: Batch = { events: [], hashes: [] };
  for (let index = 0; index < count; index += 1) {
    const stamp = { seconds: 1_795_368_755, nanos: nanosOf(index) };
    batch.events.push({ type: "line", text, bytes: text.length, stamp, truncated: false });
    batch.hashes.push(0xdeadbeef);
  }
  cursor.offer(batch, 0, count);
  cursor.accept();
  return cursor;
}

test("a cursor comes back from JSON, as text or parsed, as it was", () => {
  expect(JSON.parse(JSON.stringify(LogCursor.parse(VALID)))).toEqual(VALID);
  expect(JSON.parse(JSON.stringify(LogCursor.parse(JSON.stringify(VALID))))).toEqual(VALID);
});

test.each<[string, unknown, string]>([
  ["the whole", "no JSON", "that is no JSON"],
  ["the whole", null, "follow without a cursor"],
  ["the whole", [VALID], "follow without a cursor"],
  ["version", { ...VALID, version: 2 }, "only 1 is known"],
  ["podUid", { ...VALID, podUid: 7 }, "a text, or null"],
  ["container", { ...VALID, container: "" }, "a text, or null"],
  ["containerId", { ...VALID, containerId: undefined }, "a text, or null"],
  ["restarts", { ...VALID, restarts: -1 }, "a whole number"],
  ["complete", { ...VALID, complete: "yes" }, "true or false"],
  ["forgotten", { ...VALID, forgotten: [1, 1_000_000_000] }, "2 whole numbers"],
  ["lines", { ...VALID, lines: {} }, "up to 4096"],
  ["lines", { ...VALID, lines: Array.from({ length: 4097 }, () => VALID.lines[0]) }, "up to 4096"],
  ["lines[1]", { ...VALID, lines: [VALID.lines[0], [1, 2, 3, 4]] }, "5 whole numbers"],
  ["lines[0]", { ...VALID, lines: [[1, 2, 2 ** 32, 4, 5]] }, "5 whole numbers"],
  ["lines[0]", { ...VALID, lines: [[1.5, 2, 3, 4, 5]] }, "5 whole numbers"],
])("what is wrong in %s is named", (field, json, remedy) => {
  const parse = (): LogCursor => LogCursor.parse(json);
  expect(parse).toThrow(expect.objectContaining({ name: "CursorError", field }));
  expect(parse).toThrow(remedy);
});

test("a cursor of another pod, or another container, is an error and not silence", () => {
  expect(() => LogCursor.parse(VALID).bind({ podUid: "uid-2", container: "main" })).toThrow(
    'log cursor: podUid is "uid-1": the log to follow is that of "uid-2"',
  );
  expect(() => LogCursor.parse(VALID).bind({ podUid: "uid-1", container: "sidecar" })).toThrow("container");
  expect(() => LogCursor.parse(VALID).bind({ podUid: "uid-1", container: "main" })).not.toThrow();
});

test("50,000 identical lines of one moment are one entry, and of one second no more than any other", () => {
  expect(JSON.parse(JSON.stringify(after(50_000, () => 5)))).toMatchObject({
    lines: [[1_795_368_755, 5, 0xdeadbeef, 13, 50_000]],
  });
  const spread = JSON.stringify(after(50_000, (index) => index * 20_000));
  expect(spread.length).toBeLessThan(200_000);
  expect(JSON.parse(spread)).toMatchObject({ forgotten: [1_795_368_755, (50_000 - 4097) * 20_000] });
});

test("what was handed out is in it once it is accepted, not before", () => {
  const cursor = new LogCursor();
  const stamp = { seconds: 1, nanos: 2 };
  const line = { type: "line", text: "a", bytes: 1, stamp, truncated: false } as const;
  cursor.offer({ events: [{ type: "gap", after: null, before: stamp }, line], hashes: [NO_LINE, 3] }, 0, 2);
  expect(cursor).toMatchObject({ last: null, complete: true });
  cursor.accept();
  expect(cursor).toMatchObject({ last: stamp, complete: false });
});
