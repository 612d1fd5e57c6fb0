/**
 * To be run in a page before Paperclip's own scripts: lets its worker for parsers of adapters start.
 *
 * As shipped (2026.824.1 and 2026.916.1) it does not, in any browser: its first lines assign to `caches` and `indexedDB`, which have
 * getters only, and that throws in strict mode (github.com/paperclipai/paperclip/issues/12223). Without these two lines it is
 * Paperclip's worker, unchanged.
 */
export function mendParserWorker(): void {
  const mended = (part: unknown): unknown =>
    typeof part === "string" ? part.replace(/^self\.(?:caches|indexedDB) = _undefined;$/gm, "") : part;
  globalThis.Blob = new Proxy(Blob, {
    construct: (target, [parts, options]: [unknown[], unknown]) =>
      Reflect.construct(target, [parts.map(mended), options]) as Blob,
  });
}
