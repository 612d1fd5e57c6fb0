const GRAPHEMES = new Intl.Segmenter(undefined, { granularity: "grapheme" });

/** Nothing to see: control and format characters, combining marks. */
const INVISIBLE = /^[\p{Cc}\p{Cf}\p{Mn}\p{Me}]+$/u;

/** The scripts of East Asia with their full-width forms, as a character class. */
const EAST_ASIAN: string =
  "\\u1100-\\u115f\\u2e80-\\u303e\\u3041-\\ua4cf" +
  "\\uac00-\\ud7a3\\uf900-\\ufaff\\ufe30-\\ufe6f\\uff00-\\uff60\\uffe0-\\uffe6\\u{20000}-\\u{3fffd}";

/** Two columns: these, and emoji. */
const WIDE = new RegExp(`^(?:\\p{Emoji_Presentation}|.\ufe0f|[${EAST_ASIAN}])`, "u");

const ASCII = /^[\x20-\x7e]*$/;

/** Columns that one grapheme takes in a terminal; close enough for wrapping. */
function graphemeWidth(grapheme: string): number {
  if (INVISIBLE.test(grapheme)) return 0;
  return WIDE.test(grapheme) ? 2 : 1;
}

/** Columns that `text` takes in a terminal. */
export function displayWidth(text: string): number {
  if (ASCII.test(text)) return text.length;
  let width = 0;
  for (const { segment } of GRAPHEMES.segment(text)) width += graphemeWidth(segment);
  return width;
}

/** Longer graphemes exist only to annoy. */
const MAX_GRAPHEME_LENGTH = 16;

/** The longest beginning of `text` that fits into `width` columns, whole graphemes, at least one. */
export function fitting(text: string, width: number): string {
  // One more character, because it may combine with the one before it.
  if (ASCII.test(text.slice(0, width + 1))) return text.slice(0, width);
  let end = 0;
  let used = 0;
  for (const { segment } of GRAPHEMES.segment(text.slice(0, (width + 1) * MAX_GRAPHEME_LENGTH))) {
    used += graphemeWidth(segment);
    if (used > width && end > 0) break;
    end += segment.length;
  }
  return text.slice(0, end);
}
