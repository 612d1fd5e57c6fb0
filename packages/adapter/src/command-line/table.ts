/** What something is called, and what is said of it. */
export type Row = readonly [name: string, value: string];

/** Two columns under a rule. */
export function table(rows: readonly Row[]): string {
  const width = Math.max(...rows.map(([name]) => name.length));
  const rule = "─".repeat(width + 2);
  return [`${rule}┬${"─".repeat(60)}`, ...rows.flatMap(([name, value]) => cells(name, value, width))].join("\n");
}

/** A row; a value of several lines stays in its column. */
function cells(name: string, value: string, width: number): string[] {
  return value.split("\n").map((line, index) => ` ${(index === 0 ? name : "").padEnd(width)} │ ${line}`);
}
