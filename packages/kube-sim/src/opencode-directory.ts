import { createRequire } from "node:module";
import { dirname, join } from "node:path";

/**
 * The folder that holds the real OpenCode of this machine's platform, for a container's PATH.
 * @throws Error where the platform's package is not installed
 */
export function openCodeDirectory(): string {
  return join(dirname(createRequire(import.meta.url).resolve("opencode-linux-x64/package.json")), "bin");
}
