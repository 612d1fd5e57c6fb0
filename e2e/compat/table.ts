import { type Versions } from "../kind/versions.ts";
import type { Part, Run } from "./runs.ts";

const NAMES: Readonly<Record<Part, string>> = {
  node: "Node",
  opencode: "OpenCode",
  paperclip: "Paperclip",
  kubernetes: "Kubernetes",
};

/** What was tried, as tables for the README. What no run shows is there as well: the node images that only CI has. */
export function compatibilityTables(runs: readonly Run[], { nodes }: Versions): string {
  const parts = Object.keys(NAMES) as Part[];
  return parts
    .map((part) =>
      tableOf(
        NAMES[part],
        runs.filter((run) => run.part === part),
        part === "kubernetes" ? nodes : {},
      ),
    )
    .join("\n");
}

function tableOf(name: string, runs: readonly Run[], elsewhere: Versions["nodes"]): string {
  const found = new Set(runs.flatMap(({ outcome }) => Object.keys(outcome)));
  const columns = found.size > 0 ? [...found] : ["scenarios"];
  const rows = runs.map(({ version, outcome, date }) => [
    version,
    ...columns.map((column) => cell(outcome[column])),
    date,
  ]);
  const minors = new Set(runs.map(({ version }) => version.replace(/\.\d+$/, "")));
  for (const [minor, image] of Object.entries(elsewhere)) {
    if (minors.has(minor)) continue;
    const version = /:v([\d.]+)@/.exec(image)?.[1] ?? minor;
    rows.push([version, ...columns.map(() => "CI only"), ""]);
  }
  rows.sort(([a = ""], [b = ""]) => b.localeCompare(a, "en", { numeric: true }));
  return aligned([[name, ...columns, "run on"], ...rows]);
}

function cell(outcome: true | string | undefined): string {
  if (outcome === undefined) return "";
  return outcome === true ? "✓" : outcome.replaceAll("|", "\\|");
}

/** As the formatter leaves a table. */
function aligned([head = [], ...rows]: readonly (readonly string[])[]): string {
  const widths = head.map((_, column) => Math.max(3, ...[head, ...rows].map((row) => row[column]?.length ?? 0)));
  const line = (cells: readonly string[]): string =>
    `| ${widths.map((width, column) => (cells[column] ?? "").padEnd(width)).join(" | ")} |\n`;
  return line(head) + line(widths.map((width) => "-".repeat(width))) + rows.map(line).join("");
}

const [BEGIN, END] = ["<!-- `pnpm run compat` writes this -->\n", "<!-- until here -->"] as const;

/** A text with the tables between its marks. */
export function withTables(text: string, tables: string): string {
  const [begin, end] = [text.indexOf(BEGIN), text.indexOf(END)];
  if (begin < 0 || end < begin) throw new Error("the README has lost the marks of its tables of compatibility");
  return `${text.slice(0, begin)}${BEGIN}\n${tables}\n${text.slice(end)}`;
}
