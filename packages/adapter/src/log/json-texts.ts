/** Deeper values than this hold nothing that anybody reads, and would overflow the stack. */
const MAX_DEPTH = 100;

/** The JSON value with every text in it changed, names of members too; a number whose digits would be changed is 0. */
export function changeTexts(value: unknown, change: (text: string) => string, depth = MAX_DEPTH): unknown {
  if (typeof value === "string") return change(value);
  if (typeof value === "number") return change(String(value)) === String(value) ? value : 0;
  if (typeof value !== "object" || value === null) return value;
  if (depth === 0) return "…";
  if (Array.isArray(value)) return value.map((member: unknown) => changeTexts(member, change, depth - 1));
  const members = Object.entries(value).map(([name, member]) => [change(name), changeTexts(member, change, depth - 1)]);
  return Object.fromEntries(members) as unknown;
}

/** What the text spells; `undefined` where it is no JSON. */
export function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
