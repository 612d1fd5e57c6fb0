/** For each factor the index of one of its values. */
export type Row = readonly number[];

/**
 * Rows in which every value of every factor meets every value of every other factor at least once. Most faults of
 * combinations are of two options; all combinations of fifteen would be thousands.
 * @param sizes how many values each factor has, at least one
 */
export function allPairs(sizes: readonly number[]): Row[] {
  const open = new Set(pairsOf(sizes));
  const rows: Row[] = [];
  for (let [pair] = open; pair !== undefined; [pair] = open) {
    const row: number[] = [];
    const [first = 0, a = 0, second = 0, b = 0] = pair.split(",").map(Number);
    row[first] = a;
    row[second] = b;
    sizes.forEach((size, factor) => {
      if (row[factor] !== undefined) return;
      const gains = Array.from({ length: size }, (_, value) => gain(row, factor, value, open));
      row[factor] = gains.indexOf(Math.max(...gains));
    });
    rows.push(row);
    for (const met of pairsIn(row)) open.delete(met);
  }
  return rows;
}

/** Every pair that a row has, as text. */
export function pairsIn(row: Row): string[] {
  return row.flatMap((a, first) => row.slice(first + 1).map((b, rest) => `${first},${a},${first + 1 + rest},${b}`));
}

function pairsOf(sizes: readonly number[]): string[] {
  return sizes.flatMap((size, first) =>
    sizes.slice(first + 1).flatMap((other, rest) => {
      const values = Array.from({ length: size * other }, (_, index) => [Math.floor(index / other), index % other]);
      return values.map(([a, b]) => `${first},${a},${first + 1 + rest},${b}`);
    }),
  );
}

/** How many open pairs the value would meet with what the row has already. */
function gain(row: readonly number[], factor: number, value: number, open: ReadonlySet<string>): number {
  let count = 0;
  row.forEach((other, index) => {
    const pair = index < factor ? `${index},${other},${factor},${value}` : `${factor},${value},${index},${other}`;
    if (open.has(pair)) count += 1;
  });
  return count;
}
