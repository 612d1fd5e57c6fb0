/** What undici 8 needs, the HTTP client below the cluster's: its own `engines`. */
const LEAST = { major: 22, minor: 19 };

/** Why this adapter cannot run on a version of Node; `null` where it can. Paperclip itself starts on older ones. */
export function nodeProblem(version: string = process.versions.node): string | null {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  if (major > LEAST.major || (major === LEAST.major && minor >= LEAST.minor)) return null;
  const needed = `${LEAST.major}.${LEAST.minor}`;
  return `Paperclip runs on Node ${version}: the adapter needs ${needed} or newer. Start the server with Node 24.`;
}
