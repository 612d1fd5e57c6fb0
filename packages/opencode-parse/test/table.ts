import { readFileSync } from "node:fs";

/** Reads a table of this folder: a head, then one row a line, cells parted by ` | `, the last one to the end of the line. */
export function readTable<Column extends string>(file: string, columns: readonly Column[]): Record<Column, string>[] {
  const [head, ...lines] = readFileSync(new URL(file, import.meta.url), "utf8")
    .trimEnd()
    .split("\n");
  if (head === undefined || cells(head, columns.length).join() !== columns.join())
    throw new Error(`${file}: the columns are not ${columns.join(", ")}`);
  return lines.map((line) => {
    const row = cells(line, columns.length);
    return Object.fromEntries(columns.map((column, index) => [column, row[index] ?? ""])) as Record<Column, string>;
  });
}

function cells(line: string, count: number): string[] {
  const all = line.split(" | ");
  return [...all.slice(0, count - 1), all.slice(count - 1).join(" | ")].map((cell) => cell.trim());
}
