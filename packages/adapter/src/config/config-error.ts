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
  /** Each problem as a sentence. */
  readonly lines: readonly string[];

  constructor(problems: readonly ConfigProblem[]) {
    const lines = problems.map(({ key, got, want }) => `${key}: ${want} (got ${show(key, got)})`);
    super(lines.join("; "));
    this.problems = problems;
    this.lines = lines;
  }
}

/** Long enough to recognise a value. */
const SHOWN_CHARS = 80;
/** Keys whose values may be, or hold, a secret: their messages say of which kind they are, and how long. */
const SECRET = /^(env|envFrom|envValueFrom|kubeconfig|kubeconfigText|providerKeys|authJson|mcpServers)\b/;

function show(key: string, value: unknown): string {
  if (value === undefined) return "nothing";
  if (SECRET.test(key))
    return typeof value === "string" ? `a text of ${value.length} characters` : `a value of type ${typeof value}`;
  const text = JSON.stringify(value) ?? typeof value;
  return text.length > SHOWN_CHARS ? `${text.slice(0, SHOWN_CHARS)}…` : text;
}
