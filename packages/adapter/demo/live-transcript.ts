import { parseLine, transcript } from "@opencode-k8s/opencode-parse";
import { formatEntry, type TerminalStyle, terminalStyle } from "@opencode-k8s/opencode-parse/terminal";

const PAPERCLIP = "[paperclip] ";

/** Prints the lines of a run as they come, for a person. */
export class LiveTranscript {
  readonly #out: NodeJS.WriteStream;
  readonly #style: TerminalStyle;

  constructor(out: NodeJS.WriteStream) {
    this.#out = out;
    this.#style = terminalStyle(out, process.env);
  }

  /** A chunk as Paperclip gets it: whole lines. */
  print(chunk: string): void {
    for (const line of chunk.split("\n").filter((text) => text !== "")) {
      if (line.startsWith(PAPERCLIP)) this.note(line.slice(PAPERCLIP.length));
      else for (const entry of transcript(parseLine(line), "")) this.#write(formatEntry(entry, this.#style));
    }
  }

  /** A line of our own. */
  note(text: string): void {
    this.#write(formatEntry({ kind: "system", ts: "", text }, this.#style));
  }

  #write(lines: readonly string[]): void {
    for (const line of lines) this.#out.write(`${line}\n`);
  }
}
