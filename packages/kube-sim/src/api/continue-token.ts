import { type ApiFailure, badRequest, expired } from "./status.ts";

/** The place after which the next page begins, and the revision that all pages share; -1 for whichever is newest. */
export interface Position {
  rv: number;
  start: string;
}

/** What a page that asks for the newest revision carries instead of one. */
export const NEWEST = -1;

const VERSION = "meta.k8s.io/v1";

export function writeToken({ rv, start }: Position): string {
  return Buffer.from(JSON.stringify({ v: VERSION, rv, start: `${start}\u0000` })).toString("base64url");
}

/** @throws ApiFailure 400 when it is no token, 410 when its revision is compacted: with a token that goes on from the present */
export function readToken(token: string, compacted: number): Position {
  const { rv, start } = parse(token);
  if (rv === NEWEST || rv >= compacted) return { rv, start };
  throw expired(
    "The provided continue parameter is too old to display a consistent list result. You can start a new list without the continue parameter, or use the continue token in this response to retrieve the remainder of the results. Continuing with the provided token results in an inconsistent list - objects that were created, modified, or deleted between the time the first chunk was returned and now may show up in the list.",
    { continue: writeToken({ rv: NEWEST, start }) },
  );
}

function parse(token: string): Position {
  const text = Buffer.from(token, "base64url").toString("latin1");
  const refuse = (why: string): ApiFailure => badRequest(`invalid continue token: continue key is not valid: ${why}`);
  let place: Position & { v?: string };
  try {
    place = JSON.parse(text) as Position;
  } catch {
    throw refuse(`invalid character '${text[0] ?? ""}' looking for beginning of value`);
  }
  const { v = "", rv, start } = place;
  if (v !== VERSION) throw refuse(`server does not recognize this encoded version ${v}`);
  return { rv, start: start.replace("\u0000", "") };
}
