/**
 * An input that cannot become Kubernetes objects which carry it unchanged. Never worth a retry with the same input.
 * The message names the field, what it holds and what to do; it never contains a value that could be a secret.
 */
export class ManifestError extends Error {
  override readonly name = "ManifestError";
  /** Path of the input, such as `env.GITHUB_TOKEN` or `resources.requests.cpu`. */
  readonly field: string;
  /** What the field holds, in words that are safe to log. */
  readonly value: string;
  /** What to change. */
  readonly remedy: string;

  constructor(field: string, value: string, remedy: string) {
    super(`${field} ${value}: ${remedy}`);
    this.field = field;
    this.value = value;
    this.remedy = remedy;
  }
}
