import { mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { HeldFiles } from "./held-files.ts";

let folder: string;
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), "held-files-"))));
afterEach(() => rmSync(folder, { recursive: true }));

const write = (name: string, line: string): void =>
  writeFileSync(join(folder, name), `2026-01-01T00:00:00Z stdout F ${line}\n`);
const rotate = (time: string): void => renameSync(join(folder, "0.log"), join(folder, `0.log.20260101-0000${time}`));

test("a file that was new and rotated again between two looks is held, in its place; what was rotated before is not", async () => {
  write("0.log.20251231-235959", "before");
  write("0.log", "one");
  const held = await HeldFiles.in(folder);
  // Nobody looks while this goes on: it is one turn of the event loop.
  rotate("03");
  write("0.log", "two");
  rotate("06");
  write("0.log", "three");
  write("0.log.20260101-000001.gz", "compressed");
  write("1.log", "four");
  await vi.waitFor(async () => expect(await held.files()).toBe(4), { timeout: 30_000 });
  expect(await held.linesWritten()).toEqual(["one", "two", "three", "four"]);
  await held.release();
});
