import { crc32 } from "node:zlib";
import type { Stamp } from "./timestamp.ts";

/** Identity of one log line. Two lines that share stamp, length and hash are the same text. */
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

/** CRC-32 of the text, or of the next piece of a text whose hash so far is `before`. */
export function textHash(text: Uint8Array, before: number = 0): number {
  return crc32(text, before);
}

/** The key as the key of a Map. */
export function keyText(seconds: number, nanos: number, hash: number, length: number): string {
  return `${seconds}.${nanos}:${hash}:${length}`;
}
