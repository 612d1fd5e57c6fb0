import { hash } from "node:crypto";

/** One line, or a hole that was reported before the next line. */
export type Delivery = { readonly kind: "line"; readonly key: string } | { readonly kind: "gap" };

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
  /** The first line that was lost or doubled, by its beginning; "" where there is none. */
  readonly first: string;
}

/** What two lines share that have the same text: short, however long they are; begins as they do. */
export function lineKeyOf(text: string): string {
  return `${text.slice(0, 12)} (${text.length}) ${hash("sha1", text, "base64")}`;
}

/** Follows what was delivered through what was written, line by line. */
export function compare(written: readonly string[], deliveries: readonly Delivery[]): Measured {
  const places = new Map<string, number[]>();
  written.forEach((key, place) => {
    const known = places.get(key);
    if (known) known.push(place);
    else places.set(key, [place]);
  });
  const count = { lost: 0, doubled: 0, gaps: 0, lostInGaps: 0, falseGaps: 0 };
  let next = 0;
  let first = "";
  let inGap = false;
  const missing = (before: number): void => {
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
    if (delivery.kind === "gap") {
      count.gaps += 1;
      inGap = true;
      continue;
    }
    delivered += 1;
    const place = written[next] === delivery.key ? next : firstFrom(places.get(delivery.key), next);
    if (place === undefined) {
      first ||= `doubled ${delivery.key} before ${written[next]}`;
      count.doubled += 1;
      continue;
    }
    missing(place);
    next = place + 1;
  }
  missing(written.length);
  return { written: written.length, delivered, ...count, first };
}

function firstFrom(places: readonly number[] | undefined, from: number): number | undefined {
  return places?.find((place) => place >= from);
}
