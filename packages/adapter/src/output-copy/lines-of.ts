import type { FileHandle } from "node:fs/promises";
import { LineSplitter } from "@opencode-k8s/k8s-kit";
import type { OutputLine } from "./ledger.ts";

/** What is read at a time, bytes. */
const CHUNK_BYTES = 256 * 1024;
/** Of a longer line the beginning is kept: as much as of one in a log. */
const MAX_LINE_BYTES = 16 * 1024 * 1024;

/**
 * The lines of the first `bytes` bytes of a file, those of a chunk at a time.
 * @param bounded waits for a read, which on a volume that hangs may never end
 * @throws what `bounded` and the reads throw; Error for a file that has become shorter
 */
export async function* linesOf(
  file: FileHandle,
  bytes: number,
  bounded: <T>(read: Promise<T>) => Promise<T>,
): AsyncGenerator<readonly OutputLine[], void, undefined> {
  const lines: OutputLine[] = [];
  const splitter = new LineSplitter(MAX_LINE_BYTES, (chunk, start, end, cutFrom) =>
    lines.push({ text: chunk.toString("utf8", start, end), bytes: cutFrom || end - start }),
  );
  const chunk = Buffer.allocUnsafe(CHUNK_BYTES);
  for (let at = 0; at < bytes;) {
    const { bytesRead } = await bounded(file.read(chunk, 0, Math.min(CHUNK_BYTES, bytes - at), at));
    if (bytesRead === 0) throw new Error(`it has ended after ${at} of ${bytes} bytes`);
    at += bytesRead;
    splitter.push(chunk.subarray(0, bytesRead));
    yield lines.splice(0);
  }
  splitter.rest();
  yield lines;
}
