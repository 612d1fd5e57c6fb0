/** Where a path of the container lies on this machine. */
export interface PathMapping {
  /** Absolute, as the container knows it. */
  inContainer: string;
  onHost: string;
}

/**
 * Replaces the container's paths in a text by those of this machine: a mapped path that begins a word and ends at a
 * path's boundary. So `/work` is replaced in `/work/x`, `a:/work:b`, `--dir=/work` and `{"dir":"/work"}`, and not in
 * `/workspace`, `/work.bak`, `/my/work` or `http://host/work`. The longest mapping wins.
 */
export function rewritePaths(text: string, mappings: readonly PathMapping[]): string {
  if (mappings.length === 0) return text;
  const onHost = new Map(mappings.map((mapping) => [mapping.inContainer, mapping.onHost]));
  const longestFirst = [...onHost.keys()].toSorted((a, b) => b.length - a.length).map(escape);
  const path = new RegExp(`(?<![\\w./~-])(?:${longestFirst.join("|")})(?![\\w.-])`, "g");
  return text.replaceAll(path, (found) => onHost.get(found) ?? found);
}

function escape(text: string): string {
  return text.replaceAll(/[^\w/]/g, "\\$&");
}
