/** RFC 3339 in whole seconds, as `metav1.Time` is written. `ms` is milliseconds since the epoch. */
export function timestamp(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19)}Z`;
}

/** RFC 3339 with six digits, as `metav1.MicroTime` is written. */
export function microTimestamp(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 23)}000Z`;
}

/**
 * RFC 3339 with nine digits from nanoseconds since the epoch, as the log API writes it: in the zone of the node, which is
 * this many minutes east of Greenwich.
 */
export function nanoTimestamp(ns: bigint, offsetMinutes: number = 0): string {
  const seconds = Number(ns / 1_000_000_000n) + offsetMinutes * 60;
  const fraction = (ns % 1_000_000_000n).toString().padStart(9, "0");
  return `${new Date(seconds * 1000).toISOString().slice(0, 19)}.${fraction}${zone(offsetMinutes)}`;
}

function zone(offsetMinutes: number): string {
  if (offsetMinutes === 0) return "Z";
  const [hours, minutes] = [Math.floor(Math.abs(offsetMinutes) / 60), Math.abs(offsetMinutes) % 60];
  const digits = [hours, minutes].map((part) => String(part).padStart(2, "0")).join(":");
  return `${offsetMinutes < 0 ? "-" : "+"}${digits}`;
}
