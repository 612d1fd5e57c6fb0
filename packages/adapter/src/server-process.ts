import { readFileSync } from "node:fs";
import { Folder } from "./file-system/index.ts";

/** What of `fetch` is used; tests hand over their own. */
export type FetchJson = (
  url: string,
  init: { headers: Record<string, string>; signal: AbortSignal },
) => Promise<Response>;

/** The process of the Paperclip server, as far as a run depends on it; tests hand over their own. */
export interface ServerProcess {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Content of a small file; `undefined` where there is none. */
  readonly readText: (path: string) => string | undefined;
  /** A folder of its file system; absent: it may see none. */
  readonly openFolder?: (path: string) => Promise<Folder>;
  /** How it reaches Paperclip's API; absent: by its own `fetch`. */
  readonly fetchJson?: FetchJson;
}

/** The process that this code runs in. */
export const thisProcess: ServerProcess = {
  env: process.env,
  readText: (path) => {
    try {
      return readFileSync(path, "utf8");
    } catch {
      return undefined;
    }
  },
  openFolder: (path) => Folder.open(path),
};
