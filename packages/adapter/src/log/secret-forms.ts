/** Shorter values are words that occur anywhere, in UTF-16 units; and no search for them would be fast. */
const MIN_SECRET_LENGTH = 8;

/** What OpenCode prints is JSON, what it prints of a program's output may be JSON itself, and so may be a text in that. */
const JSON_LEVELS = 3;

/** Programs that write base64 break it into lines, of 64 or 76 characters: a longer form is looked for in pieces, too. */
const BASE64_PIECE = 32;

/**
 * How a secret value may be spelled: as it is, escaped as in JSON, URL-encoded, and in base64 wherever it begins within a
 * group of three bytes. Of a value of several lines each line is a secret, too, but for what begins and ends a PEM block.
 * What is shorter than `MIN_SECRET_LENGTH` has no form.
 */
export function secretForms(value: string): string[] {
  const whole = value.trim();
  const lines = /[\r\n]/.test(whole) ? whole.split(/[\r\n]+/).map((line) => line.trim()) : [];
  const texts = [whole, ...lines.filter((line) => !line.startsWith("-----"))];
  const forms = new Set<string>();
  for (const text of texts) {
    if (text.length < MIN_SECRET_LENGTH) continue;
    for (const form of [text, ...urlEncoded(text), ...base64(text)]) {
      for (const spelled of inJson(form)) forms.add(spelled);
    }
  }
  return [...forms];
}

/** The text as it is, and inside of JSON, with what is no ASCII as it is or escaped. */
function inJson(text: string): string[] {
  const forms = [text];
  let plain = text;
  let ascii = text;
  for (let level = 0; level < JSON_LEVELS; level++) {
    plain = escaped(plain);
    ascii = escaped(ascii).replace(/[^ -~]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);
    forms.push(plain, ascii);
  }
  return forms;
}

function escaped(text: string): string {
  return JSON.stringify(text).slice(1, -1);
}

/** With capital letters and small ones, and with a `+` for a space as forms have it. */
function urlEncoded(text: string): string[] {
  const encoded = encodeURIComponent(text.toWellFormed());
  const small = encoded.replace(/%../g, (escape) => escape.toLowerCase());
  return [encoded, small, encoded.replaceAll("%20", "+")];
}

/** Without the characters at the edges that also depend on what stands beside it. */
function base64(text: string): string[] {
  const bytes = Buffer.from(text);
  const forms: string[] = [];
  for (const before of [0, 1, 2]) {
    const encoded = Buffer.concat([Buffer.alloc(before), bytes]).toString("base64");
    const form = encoded.slice(Math.ceil((before * 8) / 6), Math.floor(((before + bytes.length) * 8) / 6));
    for (const spelled of [form, form.replaceAll("+", "-").replaceAll("/", "_")]) {
      forms.push(spelled);
      if (spelled.length <= 2 * BASE64_PIECE) continue;
      for (let at = 0; at + BASE64_PIECE <= spelled.length; at += BASE64_PIECE)
        forms.push(spelled.slice(at, at + BASE64_PIECE));
    }
  }
  return forms;
}
