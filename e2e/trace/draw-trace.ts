/** What of a span is drawn. */
export interface DrawnSpan {
  readonly name: string;
  /** Seconds since the epoch, and nanoseconds. */
  readonly startTime: readonly [number, number];
  readonly endTime: readonly [number, number];
  readonly parentSpanContext?: { readonly spanId: string } | undefined;
  spanContext(): { readonly spanId: string };
}

const WIDTH = 960;
const LABELS = 250;
const MARGIN = 16;
const ROW = 22;
/** For the duration behind the longest bar. */
const BEHIND = 70;
const COLOURS: Readonly<Record<string, string>> = { step: "#8b5cf6", execute_tool: "#f59e0b", invoke_agent: "#334155" };

/** A trace as a picture: a row for each span, in the order of time, those in another one indented. */
export function drawTrace(spans: readonly DrawnSpan[]): string {
  const rows = inOrder(spans, undefined, 0);
  const begin = Math.min(...spans.map(({ startTime }) => ms(startTime)));
  const end = Math.max(...spans.map(({ endTime }) => ms(endTime)));
  const scale = (WIDTH - LABELS - BEHIND - 2 * MARGIN) / Math.max(1, end - begin);
  const height = rows.length * ROW + 2 * MARGIN + ROW;
  const bars = rows.map(({ span, depth }, at) => {
    const x = LABELS + MARGIN + (ms(span.startTime) - begin) * scale;
    const width = Math.max(2, (ms(span.endTime) - ms(span.startTime)) * scale);
    const y = MARGIN + at * ROW;
    const colour = COLOURS[span.name.split(" ")[0] ?? ""] ?? "#0ea5e9";
    return [
      `<text x="${MARGIN + depth * 14}" y="${y + 14}">${escaped(span.name)}</text>`,
      `<rect x="${x.toFixed(1)}" y="${y + 3}" width="${width.toFixed(1)}" height="14" rx="2" fill="${colour}"/>`,
      `<text x="${(x + width + 5).toFixed(1)}" y="${y + 14}" fill="#64748b">${inWords(ms(span.endTime) - ms(span.startTime))}</text>`,
    ].join("");
  });
  const foot = `<text x="${LABELS + MARGIN}" y="${height - MARGIN}" fill="#64748b">0</text><text x="${WIDTH - BEHIND - MARGIN}" y="${height - MARGIN}" text-anchor="end" fill="#64748b">${inWords(end - begin)}</text>`;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" font-family="system-ui, sans-serif" font-size="12" fill="#0f172a">
<rect width="${WIDTH}" height="${height}" fill="#fff"/>
${bars.join("\n")}
${foot}
</svg>
`;
}

interface Row {
  readonly span: DrawnSpan;
  readonly depth: number;
}

function inOrder(spans: readonly DrawnSpan[], parent: string | undefined, depth: number): Row[] {
  return spans
    .filter(({ parentSpanContext }) => parentSpanContext?.spanId === parent)
    .toSorted((a, b) => ms(a.startTime) - ms(b.startTime))
    .flatMap((span) => [{ span, depth }, ...inOrder(spans, span.spanContext().spanId, depth + 1)]);
}

function ms([seconds, nanoseconds]: readonly [number, number]): number {
  return seconds * 1000 + nanoseconds / 1e6;
}

function inWords(duration: number): string {
  return duration < 1000 ? `${Math.round(duration)} ms` : `${(duration / 1000).toFixed(1)} s`;
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
}
