import { FAULT_GROUPS } from "../scenarios/scenario.ts";
import type { Figures } from "./figures.ts";
import type { Row } from "./row.ts";

const HEAD = `# Faults

What becomes of a run when something goes wrong: each row was played through the adapter's \`execute()\`, with the real OpenCode in
the pod, on a real cluster where nothing else is said.

_This page is made by \`pnpm e2e:faults\`, of what it counted; [e2e/README.md](../e2e/README.md) says what that needs. A test holds it equal to
the record, \`e2e/faults/record.json\`._
`;

const COLUMNS = `How to read it:

- **written**: OpenCode's lines in the log file of the pod's node, held open from its beginning on. Without a pod that ran, 0.
- **delivered**: lines that Paperclip was handed. **lost**: written and never delivered; **doubled**: delivered more often than written. Lines are
  compared by their text, each as often as it is there; of runs that followed the same Job one after the other, the last one counts.
- **receipt**: the last line of the program in the pod, how OpenCode ended. **log**: whether the result says that it is whole; of
  a line that rotation has cut in two, next to a gap, half may be delivered (\`halved\`).
- **code**: the result's \`errorCode\` ([errors.md](errors.md)). **Paperclip**: what 2026.916 does with the result. The
  runs here keep no session (\`agentDbMode: ephemeral\`): where it outlives the pod, what passes is gone on with, and nothing is held.
- **s**: seconds from Paperclip's first call to the last result.

Where a row has several runs, their words are in the order in which they began, and the lines of all are added up. A row fails where what
is expected does not come true, and besides where a line is doubled, or is lost while the result calls its log whole.
`;

/** docs/faults.md */
export function faultsPage(rows: readonly Row[]): string {
  const groups = FAULT_GROUPS.flatMap((group) => {
    const own = rows.filter((row) => row.group === group);
    return own.length === 0 ? [] : [`## ${group}\n\n${table(own)}\n`];
  });
  return [HEAD, summary(rows), COLUMNS, ...groups].join("\n");
}

function summary(rows: readonly Row[]): string {
  const count = (verdict: Row["verdict"]): number => rows.filter((row) => row.verdict === verdict).length;
  const lines = (key: keyof Figures): number =>
    rows.reduce((sum, { played: { figures } }) => sum + Number(figures?.[key] ?? 0), 0);
  const kubernetes = distinct(rows.flatMap(({ played }) => played.kubernetes ?? [])).filter(
    (each) => each !== "kube-sim",
  );
  const opencode = distinct(rows.flatMap(({ played }) => played.figures?.opencode ?? []));
  const dates = distinct(rows.flatMap(({ played }) => played.date ?? []));
  return [
    `${rows.length} faults: ${count("passed")} passed, ${count("failed")} failed, ${count("skipped")} skipped.`,
    `Of ${lines("written")} lines, ${lines("doubled")} were doubled and ${lines("lost")} lost, ${lines("unsaid")} of them without a word.`,
    `Kubernetes ${kubernetes.join(", ")}; OpenCode ${opencode.join(", ")}; played on ${dates.join(", ")}.\n`,
  ].join("\n");
}

const TITLES = [
  "fault",
  "expected",
  "written",
  "delivered",
  "lost",
  "doubled",
  "receipt",
  "log",
  "code",
  "Paperclip",
  "s",
  "played",
];

function table(rows: readonly Row[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.map(cell).join(" | ")} |`;
  return [line(TITLES), line(TITLES.map(() => "---")), ...rows.map((row) => line(cellsOf(row)))].join("\n");
}

function cellsOf({ name, expected, verdict, why, played }: Row): string[] {
  const { figures, kubernetes, date } = played;
  const marks = [verdict === "passed" ? [] : `**${verdict}**`, date ?? [], kubernetes === "kube-sim" ? kubernetes : []];
  const end = `${marks.flat().join(", ")}${why === undefined ? "" : `: ${why}`}`;
  if (!figures) return [name, expected, ...Array.from({ length: TITLES.length - 3 }, () => ""), end];
  const { written, delivered, lost, doubled, halves, receipts, logs, codes, paperclip, seconds } = figures;
  const numbers = [written, delivered, lost, doubled].map(String);
  const halved = halves > 0 ? [`halved: ${halves}`] : [];
  const words = [receipts, [...logs, ...halved], codes, paperclip].map(inTurn);
  return [name, expected, ...numbers, ...words, String(seconds), end];
}

/** `a; b` of two runs, `a` of two that are the same. */
function inTurn(words: readonly string[]): string {
  const shown = words.map((word) => (word === "none" ? "–" : word));
  return (new Set(shown).size === 1 ? shown.slice(0, 1) : shown).join("; ");
}

function distinct(words: readonly string[]): string[] {
  return [...new Set(words)].toSorted();
}

/** On one line, without a bar. */
function cell(text: string): string {
  return text.replace(/\s+/g, " ").replaceAll("|", "\\|");
}
