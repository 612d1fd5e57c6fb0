import { fitting } from "./display-width.ts";

const TAB = "    ";

/**
 * What a terminal may be given of a foreign text: escape sequences and control characters gone (a tool's output must
 * not move the cursor or set a title), tabs as spaces. A carriage return breaks the line: nothing is hidden behind it.
 */
export function printable(text: string): string {
  return text
    .replace(ESCAPE_SEQUENCES, "")
    .replace(/\r+\n?/g, "\n")
    .replaceAll("\t", TAB)
    .replace(CONTROL_CHARACTERS, "");
}

/** The same of what a program printed: a line that it rewrote by carriage returns is shown as its last state. */
export function printableOutput(text: string): string {
  // What is printed after a sequence is what stays, too: sequences go first.
  return printable(text.replace(ESCAPE_SEQUENCES, "").split("\n").map(lastState).join("\n"));
}

function lastState(line: string): string {
  const written = line.replace(/\r+$/, "");
  return written.slice(written.lastIndexOf("\r") + 1);
}

// ECMA-48: CSI (colours, cursor); OSC (titles, links) up to BEL or ST, or to the end of the line, because output may be
// cut in one; and all others (character sets, saved cursor).
const ESCAPE_SEQUENCES =
  /(?:\u001b\[|\u009b)[0-?]*[ -/]*[@-~]|(?:\u001b\]|\u009d)[^\u0007\u001b\u009c\n]*(?:\u0007|\u001b\\|\u009c)?|\u001b[ -/]*[0-Z\\^-~]/g;

// All but the line feed; and the marks that reorder what is read (bidirectional overrides).
const CONTROL_CHARACTERS = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069\ufeff]/g;

/** `text` in lines of at most `width` columns, broken at spaces where there are any; indented and empty lines stay. */
export function wrap(text: string, width: number): string[] {
  return text.split("\n").flatMap((line) => wrapLine(line.trimEnd(), Math.max(1, width)));
}

function wrapLine(line: string, width: number): string[] {
  const lines: string[] = [];
  let rest = line;
  for (;;) {
    const most = fitting(rest, width);
    if (most.length === rest.length) return [...lines, rest];
    // A word that ends exactly at the edge fits; one that is wider than the line is broken.
    const space = rest[most.length] === " " ? most.length : most.lastIndexOf(" ");
    const end = space > 0 && most.slice(0, space).trim() !== "" ? space : most.length;
    lines.push(rest.slice(0, end).trimEnd());
    rest = rest.slice(end).trimStart();
  }
}
