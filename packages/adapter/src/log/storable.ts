/** The text as Paperclip's database takes it: a NUL byte, or half of a surrogate pair, breaks the storing of a result. */
export function storable(text: string): string {
  return (text.includes("\0") ? text.replaceAll("\0", "\uFFFD") : text).toWellFormed();
}

/** Is it so already? */
export function isStorable(text: string): boolean {
  return !text.includes("\0") && text.isWellFormed();
}
