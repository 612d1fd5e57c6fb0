import { existsSync, readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { type Browser, chromium, type Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { FIXTURES } from "../runs.ts";
import { bundle } from "./bundle.ts";
import { findChromium } from "./find-chromium.ts";
import { emptyPage, inModuleWorker, inPage, inPaperclipWorker } from "./hosts.ts";
import { type Given, run } from "./program.ts";

const executablePath = findChromium(process.env, existsSync);
const found = executablePath ?? "left out: no Chromium found, set CHROMIUM_PATH";

const PROGRAM = `export * from ${JSON.stringify(fileURLToPath(new URL("program.ts", import.meta.url)))};`;

function fixtures(): Given[] {
  return readdirSync(FIXTURES, { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".jsonl"))
    .map((name) => ({ name, base64: readFileSync(new URL(name, FIXTURES), "base64") }));
}

describe.skipIf(executablePath === null)(`runs are read, judged and shown as in Node by Chromium (${found})`, () => {
  const given = fixtures();
  const expected = run(given);
  let browser: Browser | undefined;
  let page: Page;

  beforeAll(async () => {
    // Root may not use Chromium's sandbox; nothing foreign is opened.
    const args = ["--no-sandbox", "--disable-dev-shm-usage"];
    browser = await chromium.launch({ executablePath: found, args, timeout: 30_000 });
    page = await emptyPage(browser);
  }, 60_000);

  afterAll(() => browser?.close(), 30_000);

  test("in a page", async () => {
    expect(await inPage(page, await bundle(PROGRAM, "esm"), given)).toEqual(expected);
  });

  test("in a module worker", async () => {
    expect(await inModuleWorker(page, await bundle(PROGRAM, "esm"), given)).toEqual(expected);
  });

  test("in the worker that Paperclip gives a parser", async () => {
    expect(await inPaperclipWorker(page, await bundle(PROGRAM, "cjs"), given)).toEqual(expected);
  });
});
