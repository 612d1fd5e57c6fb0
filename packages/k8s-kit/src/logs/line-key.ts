import type { Stamp } from "./timestamp.ts";

/**
 * Identity of one log line. Lines that share stamp, length and hash are interchangeable: each of them answers for one of those
 * that were delivered, and since a file is always sent in the same order, the right one does.
 */
export interface LineKey extends Stamp {
  /** {@link textHash} of the line's text: its stamp is not part of it, because a node may change its zone. */
  readonly hash: number;
  /** Bytes of the text. */
  readonly length: number;
}

/** A line that was delivered, `count` times in a row. */
export interface DeliveredLine extends LineKey {
  readonly count: number;
}

/** So much of a text is hashed: all that is kept of a line has it, and it costs a third of a CRC-32 of the whole (measured). */
const HASHED_BYTES = 64;

/** FNV-1a of the beginning of the text that lies in `bytes` from `start` to `end`. */
export function textHash(bytes: Uint8Array, start: number, end: number): number {
  const stop = Math.min(end, start + HASHED_BYTES);
  let hash = 0x811c9dc5;
  for (let at = start; at < stop; at += 1) hash = Math.imul(hash ^ (bytes[at] ?? 0), 0x01000193);
  return hash >>> 0;
}

/** The key as the key of a Map. */
export function keyText(seconds: number, nanos: number, hash: number, length: number): string {
  return `${seconds}.${nanos}:${hash}:${length}`;
}
