import { existsSync } from "node:fs";
import { join } from "node:path";
import { chromium } from "playwright-core";
import type { Browser, Page } from "playwright-core";
import { findChromium } from "../../../packages/opencode-parse/test/browser/find-chromium.ts";
import { mendParserWorker } from "./mended-worker.ts";

/** How long anything may take to be seen, in ms: says only that it never is. */
const PATIENCE_MS = 300_000;

/** The executable of a Chromium; null where there is none. */
export const chromiumPath: string | null = findChromium(process.env, existsSync);

export interface PageOptions {
  /** Whether Paperclip's worker for parsers is mended first, which does not start as shipped. Default: yes. */
  readonly mended?: boolean;
}

/** Paperclip's pages in Chromium, each as of a browser that was never there before. */
export class PaperclipBrowser implements AsyncDisposable {
  readonly #browser: Browser;
  readonly #url: string;

  /** @param url of Paperclip */
  static async start(url: string, executablePath: string): Promise<PaperclipBrowser> {
    // Root may not use Chromium's sandbox; nothing foreign is opened.
    const args = ["--no-sandbox", "--disable-dev-shm-usage"];
    return new PaperclipBrowser(await chromium.launch({ executablePath, args, timeout: PATIENCE_MS }), url);
  }

  private constructor(browser: Browser, url: string) {
    this.#browser = browser;
    this.#url = url;
  }

  /** Opens a page, such as `/agents/ID`, of the only company that there is. It is closed with the browser. */
  async open(path: string, { mended = true }: PageOptions = {}): Promise<Page> {
    const page = await this.#browser.newPage({ viewport: { width: 1280, height: 900 } });
    page.setDefaultTimeout(PATIENCE_MS);
    if (mended) await page.addInitScript(mendParserWorker);
    await page.goto(this.#url + path, { waitUntil: "domcontentloaded" });
    return page;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#browser.close();
  }
}

/** Keeps what the page shows now as `NAME.png` in the folder `E2E_SCREENSHOTS`, where that is given: for the docs. */
export async function picture(page: Page, name: string): Promise<void> {
  const folder = process.env.E2E_SCREENSHOTS;
  if (folder) await page.screenshot({ path: join(folder, `${name}.png`) });
}
