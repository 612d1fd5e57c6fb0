import type { Browser, Page } from "playwright-core";
import type { Given, run, Said } from "./program.ts";

/** As far as a page's scripts use it; the types of a browser are not there. */
declare const Worker: new (
  url: string,
  options?: { type: "module" },
) => {
  onmessage: (event: { data: Said[] }) => void;
  onerror: (event: { message: string }) => void;
  postMessage(message: readonly Given[]): void;
  terminate(): void;
};

/** An empty page with an origin of its own, as a module worker needs one. Nothing comes from the network. */
export async function emptyPage(browser: Browser): Promise<Page> {
  const page = await browser.newPage();
  await page.route("**/*", (route) => route.fulfill({ contentType: "text/html", body: "<!doctype html>" }));
  await page.goto("http://opencode-parse.invalid/");
  return page;
}

/** Runs the program, an ES module, in the page itself. */
export async function inPage(page: Page, program: string, runs: readonly Given[]): Promise<Said[]> {
  await page.addScriptTag({ type: "module", content: `${program}\nglobalThis.run = run;` });
  // The tag of a module is there before the module has run.
  await page.waitForFunction(() => "run" in globalThis);
  return await page.evaluate((given) => (globalThis as unknown as { run: typeof run }).run(given), runs);
}

/** Runs the program, an ES module, in a module worker. */
export function inModuleWorker(page: Page, program: string, runs: readonly Given[]): Promise<Said[]> {
  return inWorker(page, `${program}\nself.onmessage = ({ data }) => self.postMessage(run(data));`, "module", runs);
}

/** Runs the program, a CommonJS module, as Paperclip runs a parser: in a classic worker that has lost its means to reach out. */
export function inPaperclipWorker(page: Page, program: string, runs: readonly Given[]): Promise<Said[]> {
  return inWorker(
    page,
    `for (const name of ["fetch", "XMLHttpRequest", "WebSocket", "importScripts", "Worker", "Blob", "indexedDB", "caches"])
      Object.defineProperty(self, name, { value: undefined });
    const module = { exports: {} };
    const source = ${JSON.stringify(program)};
    const evaluate = new Function("exports", "module", "self", "globalThis", '"use strict";{' + source + "\\n}");
    evaluate(module.exports, module, undefined, undefined);
    self.onmessage = ({ data }) => self.postMessage(module.exports.run(data));`,
    "classic",
    runs,
  );
}

function inWorker(page: Page, script: string, type: "module" | "classic", runs: readonly Given[]): Promise<Said[]> {
  return page.evaluate(
    ([source, kind, given]) =>
      new Promise<Said[]>((resolve, reject) => {
        const url = URL.createObjectURL(new Blob([source], { type: "text/javascript" }));
        const worker = kind === "module" ? new Worker(url, { type: "module" }) : new Worker(url);
        worker.onmessage = ({ data }) => {
          worker.terminate();
          resolve(data);
        };
        worker.onerror = ({ message }) => {
          worker.terminate();
          reject(new Error(message));
        };
        worker.postMessage(given);
      }),
    [script, type, runs] as const,
  );
}
