import { parseJson } from "../json.ts";

const TEXT = String.raw`"[^"\\\ud800-\udfff]*"`;

/** Most inputs are like this. There is one way only to spell them without escapes: no number, no space, no key twice. */
const PLAIN = new RegExp(String.raw`^\{"([A-Za-z]+)":${TEXT}(?:,"(?!\1")[A-Za-z]+":${TEXT})?\}$`);

/** The input of a tool call as it was printed. */
export class SpelledInput {
  readonly #text: string;
  #canonical: string | null = null;

  constructor(text: string) {
    this.#text = text;
  }

  /** Whether both mean the same. OpenCode spells what is equal alike; others, between it and a reader, may not. */
  equals(other: SpelledInput): boolean {
    return this.#text === other.#text || this.#spellAgain() === other.#spellAgain();
  }

  /** As `JSON.stringify` spells it; as it is where it is no JSON. */
  #spellAgain(): string {
    this.#canonical ??= PLAIN.test(this.#text) ? this.#text : (canonicalText(parseJson(this.#text)) ?? this.#text);
    return this.#canonical;
  }
}

/** The JSON of an input that was parsed, "" where there is none; null where it is nested too deep to be spelled. */
export function inputText(input: unknown): string | null {
  return input === undefined ? "" : canonicalText(input);
}

function canonicalText(value: unknown): string | null {
  try {
    return JSON.stringify(value) ?? null;
  } catch {
    return null;
  }
}
