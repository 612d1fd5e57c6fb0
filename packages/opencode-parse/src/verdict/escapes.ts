const ESC = String.fromCharCode(27);

/** Colours and cursor movements (CSI, ECMA-48): OpenCode colours stderr even where it is no terminal. */
const ESCAPES = new RegExp(String.raw`${ESC}\[[0-?]*[ -/]*[@-~]`, "g");

export function withoutEscapes(text: string): string {
  return text.replace(ESCAPES, "");
}
