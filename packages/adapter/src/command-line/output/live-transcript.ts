import { parseLine, transcript } from "@opencode-k8s/opencode-parse";
import { formatEntry, type TerminalStyle, terminalStyle } from "@opencode-k8s/opencode-parse/terminal";
import type { Output, Terminal } from "./terminal.ts";

/** Begins a line of our own in the log of a run. */
export const OWN_LINE = "[paperclip] ";

/** Prints the lines of a run as they come, for a person. */
export class LiveTranscript {
  readonly #out: Output;
  readonly #style: TerminalStyle;

  constructor(out: Output, env: Terminal["env"]) {
    this.#out = out;
    this.#style = terminalStyle(out, env);
  }

  /** A chunk as Paperclip gets it: whole lines. */
  print(chunk: string): void {
    for (const line of chunk.split("\n").filter((text) => text !== "")) {
      if (line.startsWith(OWN_LINE)) this.note(line.slice(OWN_LINE.length));
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
