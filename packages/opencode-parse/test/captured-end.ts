import { existsSync, readFileSync } from "node:fs";
import type { RunEnd } from "../src/index.ts";

/** The price of output in the configuration of all captured runs whose model reasoned. */
export const OUTPUT_USD_PER_MILLION = 2;

/** What a caller would have known of the end of a captured run; the files beside its stdout tell. */
export function capturedEnd(directory: URL, name: string): RunEnd {
  const exit = read(directory, `${name}.exit`)?.trim() ?? "";
  const signal = exit.startsWith("signal ") ? exit.slice("signal ".length) : null;
  return {
    exitCode: signal === null ? Number(exit) : null,
    signal,
    stderr: read(directory, `${name}.stderr`) ?? "",
    version: capturedVersion(name),
  };
}

/** The version that printed a captured run: `old-VERSION/` is part of its name. */
export function capturedVersion(name: string): string {
  return /^old-([\d.]+)\//.exec(name)?.[1] ?? "1.18.33";
}

/** Was the run to go on with a session? The fixtures have no file that tells. */
export function wasResumed(directory: URL, name: string): boolean {
  const { args } = JSON.parse(readFileSync(new URL(`${name}.meta.json`, directory), "utf8")) as { args: string[] };
  return args[0] === "run" && args.some((argument) => argument === "--session" || argument === "--continue");
}

function read(directory: URL, file: string): string | null {
  const url = new URL(file, directory);
  return existsSync(url) ? readFileSync(url, "utf8") : null;
}
