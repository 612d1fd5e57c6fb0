/** Why a file cannot be read, by the code of the system's error where it has one. */
export function whyUnreadable(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return "code" in error && typeof error.code === "string" ? error.code : error.message;
}

export function sizeInWords(bytes: number): string {
  return `${Math.ceil(bytes / 1024)} KiB`;
}
