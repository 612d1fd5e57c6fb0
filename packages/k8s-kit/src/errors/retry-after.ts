/**
 * `Retry-After` in milliseconds: seconds, or an HTTP date (RFC 9110, 10.2.3) as the time from `now`, both at least 0.
 * `null` when there is none, or it is neither.
 */
export function parseRetryAfter(header: unknown, now: number): number | null {
  if (typeof header === "number") return header >= 0 ? header * 1000 : null;
  if (typeof header !== "string" || header.trim() === "") return null;
  const seconds = Number(header);
  if (Number.isFinite(seconds)) return seconds >= 0 ? seconds * 1000 : null;
  const date = Date.parse(header);
  return Number.isNaN(date) ? null : Math.max(0, date - now);
}
