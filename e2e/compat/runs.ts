import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";

const FILE = join(import.meta.dirname, "runs.json");

/** What the adapter is tried with. */
export type Part = "node" | "opencode" | "paperclip" | "kubernetes";

/** What came of trying one version of a part. */
export interface Run {
  readonly part: Part;
  /** In full, as it was there. */
  readonly version: string;
  /** By what was tried: `true`, or in a few words what came of it. */
  readonly outcome: Readonly<Record<string, true | string>>;
  /** The day, UTC. */
  readonly date: string;
}

/** Whether all of it went well: what is told in words is a number of tests, or a failure. */
export function isWhole({ outcome }: Pick<Run, "outcome">): boolean {
  return Object.values(outcome).every((each) => each === true || /^\d+ passed$/.test(each));
}

/** What was tried so far, on whatever machine; `runs.json`. */
export async function readRuns(): Promise<Run[]> {
  return JSON.parse(await readFile(FILE, "utf8")) as Run[];
}

/** Keeps a run. It takes the place of the one before with the same version. */
export async function keepRun(run: Omit<Run, "date">): Promise<void> {
  const date = new Date().toISOString().slice(0, 10);
  const others = (await readRuns()).filter(({ part, version }) => part !== run.part || version !== run.version);
  await writeFile(FILE, `${JSON.stringify([...others, { ...run, date }].sort(byVersion), null, 2)}\n`);
}

/** The other way round than one would count: the newest is what a reader looks for. */
function byVersion(a: Run, b: Run): number {
  return a.part.localeCompare(b.part) || b.version.localeCompare(a.version, "en", { numeric: true });
}
