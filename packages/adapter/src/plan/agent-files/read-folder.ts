import { readdir } from "node:fs/promises";
import { join } from "node:path";
import type { RunFile } from "@opencode-k8s/job-manifest";
import { readRunFile } from "./read-file.ts";
import { sizeInWords } from "./words.ts";

/** Of one folder: they go through the API server with every run. */
const MAX_FOLDER_BYTES = 4 * 1024 * 1024;
const MAX_FOLDER_FILES = 300;

/** Of a path inside of the folder; it stands in the manifest of the pod. */
const MAX_PATH_CHARS = 400;

/** Folders that no skill is read from. */
const IGNORED: readonly string[] = [".git", "node_modules", "__pycache__"];

/**
 * The files of a folder and of the folders in it. Links are left out: they lead to what is not the folder's.
 * @throws the system's error, and an Error that says which bound the folder is above
 */
export async function readFolder(folder: string): Promise<readonly RunFile[]> {
  const files: RunFile[] = [];
  let bytes = 0;
  const walk = async (at: string): Promise<void> => {
    const entries = await readdir(join(folder, at), { withFileTypes: true });
    for (const entry of entries.toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
      const path = at === "" ? entry.name : `${at}/${entry.name}`;
      if (path.length > MAX_PATH_CHARS) throw new Error(`a path in it is longer than ${MAX_PATH_CHARS} characters`);
      if (entry.isDirectory() && !IGNORED.includes(entry.name)) await walk(path);
      if (!entry.isFile()) continue;
      if (files.length === MAX_FOLDER_FILES) throw new Error(`it has more than ${MAX_FOLDER_FILES} files`);
      const file = await readRunFile(join(folder, path), path);
      bytes += file.content.length;
      if (bytes > MAX_FOLDER_BYTES) throw new Error(`it has more than ${sizeInWords(MAX_FOLDER_BYTES)}`);
      files.push(file);
    }
  };
  await walk("");
  return files;
}
