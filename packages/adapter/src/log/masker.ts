import { Needles, type Span } from "./needles.ts";
import { secretForms } from "./secret-forms.ts";

/** What stands in place of a secret: shorter than any, so that a text only ever shrinks. */
const MASK = "***";

/** Takes secret values out of texts, in every form in which they are likely to be spelled. */
export class Masker {
  readonly #needles: Needles;

  /** @param values those that are too short to be told from words have no effect: see `secretForms` */
  constructor(values: Iterable<string>) {
    this.#needles = new Needles([...new Set(values)].flatMap((value) => secretForms(value)));
  }

  /** The text without any form of a secret; the same text where there was none. */
  mask(text: string): string {
    let masked = text;
    // Again, because what stood on both sides of a secret may be one, too.
    for (let spans = this.#needles.find(masked); spans !== null; spans = this.#needles.find(masked))
      masked = withoutSpans(masked, spans);
    return masked;
  }
}

/** @param spans by the order of their beginnings */
function withoutSpans(text: string, spans: readonly Span[]): string {
  const parts: string[] = [];
  let done = 0;
  for (let index = 0; index < spans.length;) {
    const { start, end } = united(text, spans, index);
    parts.push(text.slice(done, start), MASK);
    done = end;
    while ((spans[index]?.start ?? Infinity) <= end) index += 1;
  }
  parts.push(text.slice(done));
  return parts.join("");
}

/** The span from which `index` on others overlap or touch it, all as one; with the whole of an escape of which it has a half. */
function united(text: string, spans: readonly Span[], index: number): Span {
  let { start = 0, end = 0 } = spans[index] ?? {};
  for (let next = index; (spans[next]?.start ?? Infinity) <= end; next++) end = Math.max(end, spans[next]?.end ?? end);
  if (endsInEscape(text, start)) start -= 1;
  if (endsInEscape(text, end)) end = Math.min(end + 1, text.length);
  return { start, end };
}

/** Whether what comes before `at` is the backslash that begins an escape of JSON. */
function endsInEscape(text: string, at: number): boolean {
  let backslashes = 0;
  while (text[at - 1 - backslashes] === "\\") backslashes += 1;
  return backslashes % 2 === 1;
}
