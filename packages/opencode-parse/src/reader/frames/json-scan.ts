// Finds the ends of JSON values without parsing them. Exact for every line that is valid JSON.

const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/** Objects nested deeper are left to `JSON.parse`, which has no stack to run out of. */
const MAX_DEPTH = 64;

/** Index after the string that begins with the quote at `start`; -1 if it has no end. */
export function stringEnd(line: string, start: number): number {
  for (let quote = line.indexOf('"', start + 1); quote >= 0; quote = line.indexOf('"', quote + 1)) {
    let first = quote;
    while (line.charCodeAt(first - 1) === BACKSLASH) first--;
    // A quote is escaped by an odd number of backslashes.
    if ((quote - first) % 2 === 0) return quote + 1;
  }
  return -1;
}

/** Index after the object that begins at `start`; -1 if there begins none, if it has no end, or if it is nested deep. */
export function objectEnd(line: string, start: number): number {
  if (line[start] !== "{") return -1;
  let depth = 0;
  for (let at = start; at >= 0 && at < line.length;) {
    const code = line.charCodeAt(at);
    if (code === QUOTE) {
      at = stringEnd(line, at);
      continue;
    }
    at++;
    // { and [, } and ]: they differ from each other in one bit, and from all else outside strings.
    if ((code | 0x20) === 0x7b) {
      if (++depth > MAX_DEPTH) return -1;
    } else if ((code | 0x20) === 0x7d && --depth === 0) return at;
  }
  return -1;
}
