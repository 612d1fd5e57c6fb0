const UNITS: readonly (readonly [name: string, ms: number])[] = [
  ["d", 86_400_000],
  ["h", 3_600_000],
  ["min", 60_000],
  ["s", 1_000],
];

/** A time that has passed, in the largest unit that fits: `3 min`. */
export function inWords(ms: number): string {
  const [name = "s", unit = 1_000] = UNITS.find(([, each]) => ms >= each) ?? [];
  return `${Math.max(0, Math.floor(ms / unit))} ${name}`;
}
