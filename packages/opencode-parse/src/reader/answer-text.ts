import { parseJson } from "../json.ts";
import { ownText } from "./own-text.ts";

/** As long as what bytes are decoded into at a time, see the splitter of lines. */
const LONG = 65_536;

/** The model's last text in the last finished step. Keeps two texts at most, and parses the answer when it is asked for. */
export class AnswerText {
  /** Of the step that is open, as a JSON string. */
  #open: string | null = null;
  /** Of the last finished step; null once it was parsed into `#answer`. */
  #finished: string | null = null;
  #answer: string | null = null;

  note(json: string): void {
    this.#open = json;
  }

  /** Takes a text that was printed after its step had finished. */
  noteLate(json: string): void {
    this.#finished = json;
  }

  finishStep(): void {
    this.#finished = this.#open;
    this.#answer = null;
    this.#open = null;
  }

  read(): string | null {
    if (this.#finished !== null) {
      this.#answer = textOf(this.#finished);
      this.#finished = null;
    }
    return this.#answer;
  }
}

function textOf(json: string): string {
  const asPrinted = json.slice(1, -1);
  // Most of what a long slice keeps alive is itself: it need not be copied.
  if (json.length > LONG && !json.includes("\\")) return asPrinted;
  const text = parseJson(json);
  // A frame may hold a text that is damaged: its words are better than none.
  return typeof text === "string" ? text : ownText(asPrinted);
}
