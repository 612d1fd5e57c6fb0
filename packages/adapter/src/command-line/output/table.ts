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

/** Lines of as many columns as the rows have, the last of which is as long as it is. */
export function columns(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, at) => Math.max(...rows.map((row) => row[at]?.length ?? 0)));
  const line = (row: readonly string[]): string =>
    row.map((cell, at) => (at === row.length - 1 ? cell : cell.padEnd(widths[at] ?? 0))).join("  ");
  return rows.map((row) => `${line(row)}\n`).join("");
}
