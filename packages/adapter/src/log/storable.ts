/** The text as Paperclip's database takes it, and a file in a pod: without a NUL byte, and without half of a surrogate pair. */
export function storable(text: string): string {
  return (text.includes("\0") ? text.replaceAll("\0", "\uFFFD") : text).toWellFormed();
}

/** Is it so already? */
export function isStorable(text: string): boolean {
  return !text.includes("\0") && text.isWellFormed();
}
