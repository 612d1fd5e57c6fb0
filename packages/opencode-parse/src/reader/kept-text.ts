import { shorten } from "../shorten.ts";

/** `text`, shortened to `max` UTF-16 units, as a string of its own: a slice would keep the whole line in memory. */
export function kept(text: string, max: number): string {
  if (text.length <= max) return text;
  const copy: unknown = JSON.parse(JSON.stringify(shorten(text, max)));
  return String(copy);
}
