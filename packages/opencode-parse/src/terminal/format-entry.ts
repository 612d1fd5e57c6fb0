import { STEP_STARTED } from "../view/transcript.ts";
import type { TranscriptEntry } from "../view/transcript-entry.ts";
import { usageText } from "../view/usage-text.ts";
import { displayWidth, fitting } from "./display-width.ts";
import type { TerminalStyle } from "./terminal-style.ts";
import { essentialInput } from "./tool-input.ts";
import { printable, printableOutput, wrap } from "./wrap.ts";

// SGR parameters (ECMA-48).
const BOLD = "1";
const DIM = "2";
const ITALIC = "2;3";
const RED = "31";
const GREEN = "32";
const CYAN = "36";
const MAGENTA = "35";

/** Narrower is not readable; a terminal that says 0 columns is none. */
const MIN_WIDTH = 20;

/** One entry as lines for a terminal, without line feeds: a glyph at the left, the text beside it, wrapped. */
export function formatEntry(entry: TranscriptEntry, style: TerminalStyle): string[] {
  const pen = new Pen(style);
  switch (entry.kind) {
    case "init":
      return pen.block({ glyph: "◇", color: DIM, textColor: DIM }, `session ${entry.sessionId} · ${entry.model}`);
    case "assistant":
      return pen.block({ glyph: "●", color: GREEN }, entry.text.trim());
    case "thinking":
      return pen.block({ glyph: "✻", color: MAGENTA, textColor: ITALIC }, entry.text.trim());
    case "tool_call":
      return pen.call(entry.name, essentialInput(entry.name, entry.input));
    case "tool_result":
      return pen.output(entry.toolName === "read" ? withoutFrame(entry.content) : entry.content, entry.isError);
    case "result":
      return pen.result(entry);
    case "system":
      if (entry.text === STEP_STARTED && style.verbose !== true) return [];
      return pen.block({ glyph: "·", color: DIM, textColor: DIM }, entry.text);
    case "stderr":
      return pen.block({ glyph: "✖", color: RED, textColor: RED }, entry.text);
    case "stdout":
      return pen.block({ glyph: " ", color: DIM, textColor: DIM }, printableOutput(entry.text));
  }
}

interface Look {
  /** One column. */
  readonly glyph: string;
  readonly color: string;
  readonly textColor?: string;
}

class Pen {
  readonly #color: boolean;
  readonly #width: number;
  readonly #maxOutputLines: number;
  readonly #maxInputLines: number;

  constructor({ color, width, maxOutputLines = 8, maxInputLines = 6 }: TerminalStyle) {
    this.#color = color;
    // Also where it is no number.
    this.#width = width > MIN_WIDTH ? width : MIN_WIDTH;
    this.#maxOutputLines = maxOutputLines;
    this.#maxInputLines = maxInputLines;
  }

  /** A glyph, and the text in a column to the right of it. */
  block({ glyph, color, textColor }: Look, text: string): string[] {
    const lines = wrap(printable(text), this.#width - 2);
    return lines.map((line, index) => {
      const margin = index === 0 ? `${this.#paint(color, glyph)} ` : "  ";
      return (margin + this.#paint(textColor, line)).trimEnd();
    });
  }

  /** The tool's name, and what it was asked to do. */
  call(name: string, input: string): string[] {
    const tool = fitting(printable(name).replaceAll("\n", " "), this.#width - 2);
    const title = `${this.#paint(CYAN, "◆")} ${this.#paint(BOLD, tool)}`;
    const indent = displayWidth(tool) + 4;
    // A long name leaves no room beside it: the input goes below.
    const below = indent > this.#width / 2;
    const margin = " ".repeat(below ? 4 : indent);
    const lines = wrapped(printable(input).trim(), this.#width - margin.length, this.#maxInputLines);
    if (lines.join("") === "") return [title];
    const rest = lines.slice(below ? 0 : 1).map((line) => (margin + line).trimEnd());
    return below ? [title, ...rest] : [`${title}  ${lines[0] ?? ""}`, ...rest];
  }

  /** What a tool said, behind a bar. */
  output(content: string, isError: boolean): string[] {
    const color = isError ? RED : DIM;
    const text = printableOutput(content).replace(/^\n+/, "").trimEnd();
    const width = this.#width - 4;
    // How a command failed stands at the end.
    const atEnd = Math.max(0, (this.#maxOutputLines - 1) >> 1);
    const lines = wrapped(text === "" ? "(no output)" : text, width, this.#maxOutputLines, atEnd);
    const bar = isError ? "✖" : "│";
    return lines.map((line, index) => this.#paint(color, `  ${index === 0 ? bar : "│"} ${line}`.trimEnd()));
  }

  /** The run's last lines. */
  result(result: Extract<TranscriptEntry, { kind: "result" }>): string[] {
    const { inputTokens: input, cachedTokens: cached, outputTokens: output, costUsd, isError, subtype } = result;
    const look = isError ? { glyph: "✖", color: RED } : { glyph: "✔", color: GREEN };
    const head = this.block(
      { ...look, textColor: BOLD },
      `${subtype} · ${usageText({ input, cached, output, costUsd })}`,
    );
    return [
      ...head,
      ...result.errors.flatMap((error) => this.block({ glyph: " ", color: RED, textColor: RED }, error)),
    ];
  }

  #paint(color: string | undefined, text: string): string {
    return this.#color && color !== undefined && text.trim() !== "" ? `\u001b[${color}m${text}\u001b[0m` : text;
  }
}

/** At most `max` lines: the first ones, how many are missing, and the last `atEnd`. */
function wrapped(text: string, width: number, max: number, atEnd: number = 0): string[] {
  const lines = wrap(text, width);
  if (lines.length <= max) return lines;
  const first = lines.slice(0, Math.max(0, max - 1 - atEnd));
  const last = lines.slice(lines.length - atEnd);
  return [...first, fitting(`… ${lines.length - first.length - last.length} more lines`, width), ...last];
}

/** A file as `read` gives it to the model stands in tags, below its path, which the call has told. */
function withoutFrame(content: string): string {
  return content.replace(/^<path>.*<\/path>\n<type>file<\/type>\n<content>\n/, "").replace(/\n<\/content>$/, "");
}
