import type { RunFile, RunFiles } from "../input/files.ts";
import { ManifestError } from "../values/manifest-error.ts";
import { INPUT_DIR } from "../storage/paths.ts";
import { fileKey } from "./secret-keys.ts";
import { byteLength, deliverable } from "../values/text.ts";

/** The folder of the files, in the input directory. */
const FOLDER = "files";

/** Where the container sees the files that go with a run. They cannot be written to. */
export const FILES_DIR: string = `${INPUT_DIR}/${FOLDER}`;

/** The kubelet makes no longer name (maxFileNameLength of its AtomicWriter), and no longer path. Bytes. */
const MAX_NAME_BYTES = 255;
const MAX_PATH_BYTES = 4096;

/** The API server takes 6 s for a Job with so many, and 20 s for twice as many (measured on a busy machine). */
const MAX_FILES = 2000;

/** A file that goes with the run, and its key in the Secrets. */
export interface CarriedFile extends RunFile {
  field: string;
  key: string;
}

/**
 * The files that go with the run.
 * @throws {ManifestError} for too many; naming the file: no plain relative path, the path of another file or of a folder of one, and text
 *   that has no UTF-8.
 */
export function carriedFiles({ files = [] }: RunFiles): CarriedFile[] {
  if (files.length > MAX_FILES)
    throw new ManifestError("files", `has ${files.length} files`, `give at most ${MAX_FILES}, or put them on a volume`);
  const taken = new Map<string, string>();
  return files.map((file, index) => {
    const field = `files[${index}]`;
    plainPath(`${field}.path`, file.path);
    if (typeof file.content === "string" && /\p{Surrogate}/u.test(file.content)) {
      throw new ManifestError(`${field}.content`, "is not well-formed Unicode", "give its bytes, or valid text");
    }
    apart(taken, field, file.path);
    return { ...file, field: `${field}.content`, key: fileKey(index) };
  });
}

/** Where the files lie in the input directory, and who may run them, by their keys. */
export function carriedItems(run: RunFiles): Map<string, { key: string; path: string; mode?: number }> {
  const items = carriedFiles(run).map(({ key, path, executable }) => ({
    key,
    path: `${FOLDER}/${path}`,
    ...(executable ? { mode: 0o550 } : {}),
  }));
  return new Map(items.map((item) => [item.key, item]));
}

function plainPath(field: string, path: string): void {
  deliverable(field, path);
  const names = path.split("/");
  const plain = names.every((name) => !["", ".", ".."].includes(name) && byteLength(name) <= MAX_NAME_BYTES);
  if (plain && byteLength(`${FILES_DIR}/${path}`) <= MAX_PATH_BYTES) return;
  const remedy = `give a relative path without \`.\`, \`..\` or doubled slashes, of names of at most ${MAX_NAME_BYTES} bytes`;
  throw new ManifestError(field, `is ${JSON.stringify(path.slice(0, 200))}`, remedy);
}

/** No path is that of another file, or of the folder that another file lies in. */
function apart(taken: Map<string, string>, field: string, path: string): void {
  const folders = path.split("/").map((_, index, names) => names.slice(0, index).join("/"));
  const clash = [path, ...folders].map((each) => (each === "" ? undefined : taken.get(`file ${each}`))).find(Boolean);
  const other = clash ?? taken.get(`folder ${path}`);
  if (other !== undefined) {
    throw new ManifestError(
      `${field}.path`,
      `is ${JSON.stringify(path.slice(0, 200))}`,
      `choose one apart from ${other}`,
    );
  }
  taken.set(`file ${path}`, field);
  for (const folder of folders) taken.set(`folder ${folder}`, field);
}
