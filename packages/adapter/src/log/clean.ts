import { redactHomePathUserSegments } from "@paperclipai/adapter-utils/log-redaction";
import { changeTexts, parsedJson } from "./json-texts.ts";
import { Masker } from "./masker.ts";
import { fits, shortenLine } from "./shortening.ts";
import { isStorable, storable } from "./storable.ts";

/** A home path inside of JSON: the user's name ends with the text that it is in. */
const HOME_PATH = /\/(?:home|Users)\/[^/\\\s"]+/g;

/**
 * Makes fit for Paperclip what a run gives it: without secrets, without users' names in home paths, without what its database does
 * not store. What needs nothing of this stays as it is, byte for byte.
 */
export class Cleaner {
  readonly #masker: Masker;

  /** @param secrets values that must not be shown */
  constructor(secrets: Iterable<string>) {
    this.#masker = new Masker(secrets);
  }

  /**
   * Lines of OpenCode, each as {@link line} cleans it. Most need nothing, and to see that of all at once is cheaper.
   */
  lines(lines: readonly string[]): readonly string[] {
    if (!this.#isClean(lines.join("\n"))) return lines.map((line) => this.line(line));
    return lines.every(fits) ? lines : lines.map((line) => this.#short(line));
  }

  /** A line of OpenCode, without its newline: 8 KiB at most, with it. One that is JSON stays JSON. */
  line(line: string): string {
    const redacted = hasHome(line) ? line.replace(HOME_PATH, (path) => redactHomePathUserSegments(path)) : line;
    return this.#short(storable(this.#maskedLine(redacted)));
  }

  /** A text for people. */
  text(text: string): string {
    return storable(this.#masker.mask(redactHomePathUserSegments(text)));
  }

  /** Data, with every text in it cleaned. */
  data(data: object): Record<string, unknown> {
    return changeTexts(data, (text) => this.text(text)) as Record<string, unknown>;
  }

  #short(clean: string): string {
    const short = shortenLine(clean);
    // Nobody has looked yet at what now stands side by side, nor at the note.
    return short === clean ? clean : this.#masker.mask(short);
  }

  /** Does nothing in these lines need to be changed? A secret of several lines is looked for in each. */
  #isClean(text: string): boolean {
    return !hasHome(text) && isStorable(text) && this.#masker.mask(text) === text;
  }

  /** A secret may be a part of a number, or of what is around the texts: then its place in the line is not enough. */
  #maskedLine(line: string): string {
    const masked = this.#masker.mask(line);
    if (masked === line || !line.startsWith("{") || parsedJson(masked) !== undefined) return masked;
    const value = parsedJson(line);
    if (value === undefined) return masked;
    const apart = JSON.stringify(changeTexts(value, (text) => this.#masker.mask(text)));
    return this.#masker.mask(apart) === apart ? apart : masked;
  }
}

function hasHome(text: string): boolean {
  return text.includes("/home/") || text.includes("/Users/");
}
