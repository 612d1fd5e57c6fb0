/** Whether a text takes more than `max` bytes in UTF-8. A lone surrogate counts as U+FFFD, as an encoder would write it. */
export function exceeds(text: string, max: number): boolean {
  // A UTF-16 unit takes one to three bytes: mostly the length alone tells.
  if (text.length > max) return true;
  if (text.length * 3 <= max) return false;
  return new TextEncoder().encode(text).length > max;
}
