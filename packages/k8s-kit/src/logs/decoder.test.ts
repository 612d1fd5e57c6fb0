import { expect, test } from "vitest";
import { LogCursor } from "./cursor.ts";
import { LogDecoder } from "./decoder.ts";

const STAMP = "2026-01-02T03:04:05.000000006Z";

test("only a newline ends a line: NUL, CR and the separators of Unicode are part of it", () => {
  const text = "a\0b\rc\u2028d\u2029e\u0085f\v\f\r";
  const { events } = new LogDecoder(new LogCursor(), 1024).push(Buffer.from(`${STAMP} ${text}\n`));
  expect(events).toMatchObject([{ type: "line", text, bytes: Buffer.byteLength(text) }]);
});

test("a line that reads like the kubelet's own words is a line, by its stamp", () => {
  const decoder = new LogDecoder(new LogCursor(), 1024);
  const { events } = decoder.push(Buffer.from(`${STAMP} unable to retrieve container logs for containerd://a\n`));
  expect(events).toMatchObject([{ type: "line" }]);
  expect(decoder.missing).toBe(false);
});

test("a server that gives no stamps costs no memory: only its last messages are known again", () => {
  const said = new Set<string>();
  const push = (text: string): number =>
    new LogDecoder(new LogCursor(), 1024, said).push(Buffer.from(text)).events.length;
  const messages = Array.from({ length: 10_000 }, (_, index) => `message ${index}\n`);
  expect(push(messages.join(""))).toBe(10_000);
  expect(said.size).toBeLessThanOrEqual(256);
  expect(push(messages.slice(-100).join(""))).toBe(0);
});
