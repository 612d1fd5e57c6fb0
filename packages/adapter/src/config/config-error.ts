/** One thing that is wrong with an agent's configuration. */
export interface ConfigProblem {
  /** Key as the form and the docs name it, dotted. */
  readonly key: string;
  /** What was there; `undefined` where nothing was. */
  readonly got: unknown;
  /** What is wanted, as a sentence that ends with what to do. */
  readonly want: string;
}

/** The configuration cannot be used. Every problem at once; a retry does not help before they are mended. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";
  readonly problems: readonly ConfigProblem[];

  constructor(problems: readonly ConfigProblem[]) {
    super(problems.map(({ key, got, want }) => `${key}: ${want} (got ${show(got)})`).join("; "));
    this.problems = problems;
  }
}

/** Long enough to recognise a value, too short to be a secret's hiding place. */
const SHOWN_CHARS = 80;

function show(value: unknown): string {
  if (value === undefined) return "nothing";
  const text = JSON.stringify(value) ?? typeof value;
  return text.length > SHOWN_CHARS ? `${text.slice(0, SHOWN_CHARS)}…` : text;
}
