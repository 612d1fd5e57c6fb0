/** One picture of a page: values over the number of runs. */
export interface Panel {
  readonly title: string;
  readonly series: readonly Series[];
}

interface Series {
  readonly name: string;
  /** Runs, and the value there. */
  readonly points: readonly (readonly [runs: number, value: number])[];
}

const WIDTH = 960;
const COLUMNS = 2;
const PANEL = { width: WIDTH / COLUMNS, height: 230 };
const MARGIN = { left: 64, right: 24, top: 44, bottom: 36 };
const COLOURS = ["#0369a1", "#c2410c"];

/** Panels side by side, each from 0 on; runs on a scale of powers. On white, so that it is legible on a dark page, too. */
export function drawPanels(panels: readonly Panel[]): string {
  const height = Math.ceil(panels.length / COLUMNS) * PANEL.height;
  const drawn = panels.map((panel, at) => {
    const x = (at % COLUMNS) * PANEL.width;
    const y = Math.floor(at / COLUMNS) * PANEL.height;
    return `<g transform="translate(${x} ${y})">\n${drawPanel(panel)}\n</g>`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" font-family="system-ui, sans-serif" font-size="12" fill="#0f172a">
<rect width="${WIDTH}" height="${height}" fill="#fff"/>
${drawn.join("\n")}
</svg>
`;
}

function drawPanel({ title, series }: Panel): string {
  const runs = [...new Set(series.flatMap(({ points }) => points.map(([count]) => count)))].sort((a, b) => a - b);
  const most = roundUp(Math.max(...series.flatMap(({ points }) => points.map(([, value]) => value))));
  const right = PANEL.width - MARGIN.right;
  const bottom = PANEL.height - MARGIN.bottom;
  const spread = Math.log(runs.at(-1) ?? 1) || 1;
  const x = (count: number): number => MARGIN.left + (Math.log(count) / spread) * (right - MARGIN.left);
  const y = (value: number): number => bottom - (value / most) * (bottom - MARGIN.top);
  const grid = [0, most / 2, most].map(
    (value) =>
      `<path d="M${MARGIN.left} ${at(y(value))}H${right}" stroke="#cbd5e1"/><text x="${MARGIN.left - 8}" y="${at(y(value) + 4)}" text-anchor="end">${value}</text>`,
  );
  const ticks = runs.map(
    (count) => `<text x="${at(x(count))}" y="${bottom + 18}" text-anchor="middle">${count}</text>`,
  );
  const lines = series.map(({ points }, index) => {
    const colour = COLOURS[index % COLOURS.length] ?? "";
    const path = points.map(([count, value]) => `${at(x(count))} ${at(y(value))}`).join("L");
    const dots = points.map(
      ([count, value]) => `<circle cx="${at(x(count))}" cy="${at(y(value))}" r="3" fill="${colour}"/>`,
    );
    return `<path d="M${path}" fill="none" stroke="${colour}" stroke-width="2"/>${dots.join("")}`;
  });
  const names = series.map(
    ({ name }, index) =>
      `<text x="${right - (series.length - 1 - index) * 60}" y="22" text-anchor="end" fill="${COLOURS[index % COLOURS.length]}">${name}</text>`,
  );
  const heading = `<text x="${MARGIN.left}" y="22" font-weight="600">${title}</text>`;
  return [heading, ...(series.length > 1 ? names : []), ...grid, ...ticks, ...lines].join("\n");
}

/** The next of 1, 2, 4, 6, 8, 10 and their tens, so that its half is a short number, too. */
function roundUp(value: number): number {
  const ten = 10 ** Math.floor(Math.log10(Math.max(value, 1e-9)));
  const step = [1, 2, 4, 6, 8, 10].find((each) => each * ten >= value) ?? 10;
  return step * ten;
}

function at(value: number): string {
  return value.toFixed(1);
}
