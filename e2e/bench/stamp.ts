/**
 * Shell that prints the time as a line: the modification time of a file, because `date` of busybox knows no fractions of
 * a second. The file is touched first, so that the line names a moment before it is written.
 */
export const STAMP = 'touch "$TMPDIR/now" && TZ=UTC0 stat -c "stamp %y" "$TMPDIR/now"';

/** Milliseconds since the epoch; `null` for a line that {@link STAMP} did not print. */
export function stampOf(line: string): number | null {
  const [, day, time] = /^stamp (\S+) (\S+) \+0000$/.exec(line) ?? [];
  return day && time ? Date.parse(`${day}T${time}Z`) : null;
}
