import { constants, open } from "node:fs/promises";
import type { RunFile } from "@opencode-k8s/job-manifest";
import { sizeInWords } from "./words.ts";

/** What a Secret holds, which the file goes in with other things, less what these may take. */
const MAX_FILE_BYTES = 900 * 1024;

/**
 * A file as one of the run. @param path in the run, and in errors
 * @throws the system's error, and an Error for what is no file, which is not waited for, or too large, which is not read
 */
export async function readRunFile(file: string, path: string): Promise<RunFile & { content: Uint8Array }> {
  // A pipe that nobody writes to would be waited for, by one of the four threads that read all of the server's files.
  const handle = await open(file, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    const stat = await handle.stat();
    if (!stat.isFile()) throw new Error(`${path} is no file`);
    smallEnough(stat.size, path);
    const content = new Uint8Array(await handle.readFile());
    return { path, content, ...((stat.mode & 0o111) === 0 ? {} : { executable: true }) };
  } finally {
    await handle.close();
  }
}

/** @throws Error for more than goes into a Secret */
export function smallEnough(bytes: number, path: string): void {
  if (bytes > MAX_FILE_BYTES)
    throw new Error(`${path} has ${sizeInWords(bytes)}, more than ${sizeInWords(MAX_FILE_BYTES)}`);
}
