import { shorten } from "../shorten.ts";

/** V8 copies shorter slices by itself (`SlicedString::kMinLength`). */
const SHORTEST_SLICE = 13;

/** `text` as a string of its own: a slice keeps all alive that it was cut from, a line of megabytes or a whole output. */
export function ownText(text: string): string {
  if (text.length < SHORTEST_SLICE) return text;
  const copy: unknown = JSON.parse(JSON.stringify(text));
  return String(copy);
}

/** `text`, shortened to `max` UTF-16 units, as a string of its own. */
export function kept(text: string, max: number): string {
  return ownText(shorten(text, max));
}
