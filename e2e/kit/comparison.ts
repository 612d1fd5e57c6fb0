import { hash } from "node:crypto";

/** One line, or a hole that was reported before the next line. */
export type Delivery = DeliveredLine | DeliveredGap;

interface DeliveredLine {
  readonly kind: "line";
  readonly key: string;
  /** Of the first line behind a gap. */
  readonly behindGap?: Text;
}

interface DeliveredGap {
  readonly kind: "gap";
  /** The line that was delivered directly before it; `null` where there was none. */
  readonly behind: Text | null;
}

/** A text as it was decoded, and the bytes that it had. */
interface Text {
  readonly text: string;
  readonly bytes: number;
}

/** What became of the lines that a container wrote. */
export interface Measured {
  readonly written: number;
  readonly delivered: number;
  /** Neither delivered nor inside of a reported gap. */
  readonly lost: number;
  /** Delivered more often than written, or out of order. */
  readonly doubled: number;
  /** Reported. */
  readonly gaps: number;
  /** Not delivered, where a gap was reported. */
  readonly lostInGaps: number;
  /** Reported where nothing is missing. */
  readonly falseGaps: number;
  /** The end of a line whose beginning lies in the gap just before it: rotation cut the line in two. One a gap at most. */
  readonly rests: number;
  /**
   * The beginning of a line, and joined to it the end of a later one, just before the gap that has both: rotation cut two
   * lines, and the kubelet left out what was between them. One a gap at most.
   */
  readonly joined: number;
  /** The first line that was lost or doubled, by its beginning; "" where there is none. */
  readonly first: string;
}

/** What two lines share that have the same text: short, however long they are; begins as they do. */
function lineKeyOf(text: string): string {
  return `${text.slice(0, 12)} (${text.length}) ${hash("sha1", text, "base64")}`;
}

/** A delivered line as it is compared; `behindGap`: directly. */
export function lineDelivery(line: Text, behindGap: boolean): Delivery {
  const key = lineKeyOf(line.text);
  return behindGap ? { kind: "line", key, behindGap: { text: line.text, bytes: line.bytes } } : { kind: "line", key };
}

/** A gap as it is compared, with the event that came directly before it. */
export function gapDelivery(before: Text | null): Delivery {
  return { kind: "gap", behind: before && { text: before.text, bytes: before.bytes } };
}

/** Follows what was delivered through the texts that were written, line by line. */
export function compare(texts: readonly string[], deliveries: readonly Delivery[]): Measured {
  const written = texts.map(lineKeyOf);
  const places = new Map<string, number[]>();
  written.forEach((key, place) => {
    const known = places.get(key);
    if (known) known.push(place);
    else places.set(key, [place]);
  });
  const count = { lost: 0, doubled: 0, gaps: 0, lostInGaps: 0, falseGaps: 0, rests: 0, joined: 0 };
  let next = 0;
  let first = "";
  let inGap = false;
  /** The first line behind the gap, of which the next line decides whether it is the rest of one. */
  let rest: DeliveredLine | null = null;
  /** A line that was never written, of which what follows decides whether it is two halves. */
  let halves: DeliveredLine | null = null;
  const notWritten = (key: string): void => {
    first ||= `doubled ${key} before ${written[next]}`;
    count.doubled += 1;
  };
  const missing = (before: number): void => {
    if (rest?.behindGap && before > next && isRestOf(texts[before - 1] ?? "", rest.behindGap)) count.rests += 1;
    else if (rest) notWritten(rest.key);
    rest = null;
    if (!inGap) {
      if (before > next) first ||= `lost ${written[next]}`;
      count.lost += before - next;
    } else if (before === next) count.falseGaps += 1;
    else count.lostInGaps += before - next;
    inGap = false;
    next = before;
  };
  let delivered = 0;
  for (const delivery of deliveries) {
    if (halves) {
      const text = delivery.kind === "gap" ? delivery.behind : null;
      if (text && areHalves(texts, next, text)) count.joined += 1;
      else notWritten(halves.key);
      halves = null;
    }
    if (delivery.kind === "gap") {
      if (rest) missing(next); // Nothing of the line that it would be the rest of can be known.
      count.gaps += 1;
      inGap = true;
      continue;
    }
    delivered += 1;
    const place = written[next] === delivery.key ? next : firstFrom(places.get(delivery.key), next);
    if (place === undefined && delivery.behindGap) {
      rest = delivery;
      continue;
    }
    if (place === undefined) {
      halves = delivery;
      continue;
    }
    missing(place);
    next = place + 1;
  }
  if (halves) notWritten(halves.key);
  missing(written.length);
  return { written: written.length, delivered, ...count, first };
}

/** Byte for byte: where the line was cut amid a character, the rest begins with U+FFFD. */
function isRestOf(line: string, { text, bytes }: Text): boolean {
  const whole = Buffer.from(line);
  return bytes < whole.length && whole.toString("utf8", whole.length - bytes) === text;
}

/** Where a cut went amid a character, U+FFFD stands for its parts. */
function areHalves(texts: readonly string[], next: number, { text }: Text): boolean {
  const line = texts[next] ?? "";
  let shared = 0;
  while (shared < text.length && text[shared] === line[shared]) shared += 1;
  const end = text.slice(shared).replace(/^\uFFFD+/, "");
  return shared > 0 && shared < line.length && texts.some((later, place) => place > next && later.endsWith(end));
}

function firstFrom(places: readonly number[] | undefined, from: number): number | undefined {
  return places?.find((place) => place >= from);
}
