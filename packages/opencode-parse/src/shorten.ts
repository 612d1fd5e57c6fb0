/**
 * `text`, or its beginning and a note of how much is missing when it is longer than `max` UTF-16 units (the note comes
 * on top). Never cuts between the halves of a surrogate pair.
 */
export function shorten(text: string, max: number): string {
  if (text.length <= max) return text;
  const last = text.charCodeAt(max - 1);
  const end = last >= 0xd800 && last <= 0xdbff ? max - 1 : max;
  return `${text.slice(0, end)}… [${text.length - end} more characters]`;
}
