import { ManifestError } from "./manifest-error.ts";

/**
 * The kernel takes at most this much for one argument, or one string of the environment, `NAME=value`; the closing NUL
 * counts (Linux: MAX_ARG_STRLEN, 32 pages). A longer one fails at exec, after the pod was scheduled.
 */
export const MAX_EXEC_STRING_BYTES: number = 128 * 1024;

/**
 * What the variables of a run may have together. The kernel takes a quarter of the stack's limit for arguments and
 * environment, 2 MiB where that is 8 MiB (measured: 2.08 MB pass, 2.21 MB do not); the rest is for the image's own
 * variables and the arguments of the agent's tools.
 */
export const MAX_ENVIRONMENT_BYTES: number = 1024 * 1024;

/**
 * What the arguments of a run may have together, so that they and the environment are far from the kernel's limit, with what
 * the shell and the image add.
 */
export const MAX_ARGUMENTS_BYTES: number = 512 * 1024;

/** What the kernel counts for a string that a program is started with: its bytes, the closing NUL, and a pointer. */
export function execBytes(text: string): number {
  return byteLength(text) + 1 + 8;
}

/** Bytes of the text in UTF-8. */
export function byteLength(text: string): number {
  return Buffer.byteLength(text, "utf8");
}

/**
 * Returns the text if it reaches a process byte for byte, through JSON, the API server, files and exec.
 * @throws {ManifestError} NUL ends a string at exec; half of a surrogate pair has no UTF-8.
 */
export function deliverable(field: string, text: string): string {
  if (text.includes("\0")) {
    throw new ManifestError(field, `contains a NUL character at position ${text.indexOf("\0")}`, "remove it");
  }
  if (!isWellFormed(text)) {
    throw new ManifestError(field, "is not well-formed Unicode (half of a surrogate pair)", "replace it by valid text");
  }
  return text;
}

/** As {@link deliverable}, for text that must not be empty. */
export function required(field: string, text: string): string {
  if (text.trim() === "") throw new ManifestError(field, "is empty", "give it a value");
  return deliverable(field, text);
}

/**
 * Escapes text for `command`, `args` and `env[].value`, in which Kubernetes expands `$(NAME)` and turns `$$` into `$`.
 * A `$` before a character outside ASCII is escaped too: Kubernetes copies "the next character" as one byte, and breaks it.
 */
export function literal(text: string): string {
  return text.replaceAll(/\$(?=[$(]|[^\0-\x7f])/g, "$$$$");
}

function isWellFormed(text: string): boolean {
  return !/\p{Surrogate}/u.test(text);
}
