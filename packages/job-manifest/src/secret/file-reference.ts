import { INPUT_DIR } from "../storage/paths.ts";

/**
 * What OpenCode's configuration has in place of a text that lies in the input directory. OpenCode trims what it reads,
 * so white space at the ends stays outside of the reference; it does not look for references in what it read.
 * (Measured with OpenCode 1.18.33, `opencode debug config`.)
 */
export function fileReference(key: string, text: string): string {
  const inner = text.trim();
  const start = text.indexOf(inner);
  return `${text.slice(0, start)}{file:${INPUT_DIR}/${key}}${text.slice(start + inner.length)}`;
}
