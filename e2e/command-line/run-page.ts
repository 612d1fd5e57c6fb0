import { pathToFileURL } from "node:url";
import { chromium } from "playwright-core";
import { expect } from "vitest";
import { chromiumPath, picture } from "../paperclip/browser/browser.ts";

/** Says only that something hangs, in ms. */
const PATIENCE_MS = 300_000;

/** A page about a run is whole in a browser as wide as a phone, without scrolling sideways, and loads nothing. Where there is a browser. */
export async function expectReadable(path: string, words: readonly string[]): Promise<void> {
  if (chromiumPath === null) return;
  const browser = await chromium.launch({
    executablePath: chromiumPath,
    // Root may not use Chromium's sandbox; nothing foreign is opened.
    args: ["--no-sandbox", "--disable-dev-shm-usage"],
    timeout: PATIENCE_MS,
  });
  try {
    const page = await browser.newPage({ viewport: { width: 390, height: 844 } });
    page.setDefaultTimeout(PATIENCE_MS);
    const complaints: string[] = [];
    page.on("console", (message) => complaints.push(message.text()));
    const asked: string[] = [];
    page.on("request", (request) => asked.push(request.url()));
    const url = pathToFileURL(path).href;
    await page.goto(url);
    const shown = await page.innerText("body");
    for (const word of words) expect(shown).toContain(word);
    expect(await page.evaluate("document.documentElement.scrollWidth")).toBeLessThanOrEqual(390);
    expect(await page.locator(".track i").count()).toBeGreaterThan(3);
    expect(complaints).toEqual([]);
    expect(asked).toEqual([url]);
    await page.setViewportSize({ width: 900, height: 1100 });
    await picture(page, "run-page");
  } finally {
    await browser.close();
  }
}
