import type { Panel } from "./chart.ts";
import { estimate } from "./estimate.ts";
import type { Point } from "./point.ts";
import type { ScalingRecord } from "./record.ts";

const HEAD = `# Scaling

What one process takes that runs many agents at once, how that grows, and what it comes to.

_This page is made by \`pnpm bench scale\` and \`pnpm bench soak\`, of what they measured; a test holds it equal to the record,
\`e2e/bench/scale/record.json\`._
`;

const HOW = `All runs are begun at once through the adapter's \`execute()\`, each of an agent of its own, in one process that does nothing else. kube-sim and
its pods are another process, which the adapter reaches by HTTPS. Each container prints ten lines, waits until all the others
are there, and prints on, four lines of about 400 bytes a second. The runtime's compilers are warmed up with 50 runs before.

- **requests**: of each run, the lists and watches that all share left out. **watches**: open while all go on.
- **kB**: of JavaScript's heap and what it holds outside, for each run while all go on, after a collection of garbage; **process MB**: resident
  memory of the whole process, at home in a checkout, whose TypeScript Node reads as it is.
- **CPU ms**: processor time of a run from begin to end, its lines included.
- **to result**: from when the container wrote OpenCode's last line to the result, both by the clock of the same machine.
- **loop**: by how much timers were late. Both depend on what else the machine does; nothing is held against them.
`;

/** docs/scaling.md */
export function scalingPage(record: ScalingRecord): string {
  const { scale, onCluster, soak } = record;
  const sections = [
    HEAD,
    `## From 1 to 500 runs\n`,
    `\`pnpm bench scale\` on ${scale.date}: ${scale.machine}.\n`,
    table([...scale.onSim, scale.manyLines]),
    `\n![Requests, memory, processor time and time to the result, from 1 to 500 runs](images/scaling.svg)\n`,
    HOW,
    requestsInWords(scale.onSim.at(-1)),
  ];
  if (onCluster)
    sections.push(
      `## ${onCluster.point.runs} runs on a real cluster\n`,
      `The same process against Kubernetes ${onCluster.kubernetes}, whose one node is the same machine. \`pnpm bench scale\` on ${onCluster.date}: ${onCluster.machine}.`,
      `Small containers with a shell script in OpenCode's place; requests and watches are those of the API server's audit log, watches that were opened again counted again.\nMore was asked of that machine than it could do: pods, API server, kubelet and this process shared its processors, and each waited for them for seconds. So the times here are the machine's; the counts are ours.\n`,
      table([onCluster.point]),
      "",
    );
  if (soak) sections.push(soakInWords(soak));
  return [...sections, estimate(record)].join("\n");
}

export function panelsOf(points: readonly Point[]): Panel[] {
  const over = (name: string, pick: (point: Point) => number): Panel["series"][number] => ({
    name,
    points: points.map((point) => [point.runs, pick(point)]),
  });
  return [
    { title: "API requests of a run", series: [over("", ({ requestsPerRun }) => requestsPerRun)] },
    { title: "Memory of a run that goes on, kB", series: [over("", ({ heapPerRun }) => heapPerRun / 1000)] },
    { title: "Processor time of a run, ms", series: [over("", ({ cpuPerRun }) => cpuPerRun)] },
    {
      title: "Last line to result, ms",
      series: [over("median", ({ toResultP50 }) => toResultP50), over("99%", ({ toResultP99 }) => toResultP99)],
    },
  ];
}

const TITLES = [
  "runs at once",
  "lines",
  "lost",
  "doubled",
  "requests",
  "watches",
  "kB",
  "process MB",
  "CPU ms",
  "to result p50, p99 ms",
  "loop p50, p99, max ms",
];

function table(points: readonly Point[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
  return [line(TITLES), line(TITLES.map(() => "---")), ...points.map((point) => line(cellsOf(point)))].join("\n");
}

function cellsOf(point: Point): string[] {
  const { runs, together, lines, lost, doubled, watches } = point;
  return [
    together === runs ? String(runs) : `${runs} (${together} together)`,
    lines.toLocaleString("en"),
    String(lost),
    String(doubled),
    String(Number(point.requestsPerRun.toFixed(2))),
    String(watches),
    (point.heapPerRun / 1e3).toFixed(0),
    (point.resident / 1e6).toFixed(0),
    point.cpuPerRun.toFixed(0),
    [point.toResultP50, point.toResultP99].map((ms) => ms.toFixed(0)).join(", "),
    [point.loopDelayP50, point.loopDelayP99, point.loopDelayMax].map((ms) => ms.toFixed(0)).join(", "),
  ];
}

function requestsInWords(point: Point | undefined): string {
  if (!point) return "";
  const each = Object.entries(point.requests).map(
    ([what, count]) => `${Number((count / point.runs).toFixed(2))} ${what}`,
  );
  return `Requests of a run: ${each.join(", ")}. The watches are one each for Jobs, pods and Leases of the namespace.\n`;
}

function soakInWords(soak: NonNullable<ScalingRecord["soak"]>): string {
  const times = (counts: Readonly<Record<string, number>>): string =>
    Object.entries(counts)
      .map(([what, count]) => `${count} × ${what}`)
      .join(", ");
  return `## Soak

\`pnpm bench soak\` on ${soak.date}: ${soak.machine}. Runs began and ended in one process for ${soak.minutes} minutes, at most ${soak.atOnce} at once, with
random faults (seed ${soak.seed}): ${times(soak.faults)}; and one run in ten cancelled.

- ${soak.runs} runs, and a result of each: ${times(soak.codes)}.
- ${soak.written.toLocaleString("en")} lines written, ${soak.delivered.toLocaleString("en")} delivered; ${soak.lost} lost, of these ${soak.unsaid} without a word in the result; ${soak.doubled} doubled.
- Left afterwards: ${soak.objects} objects in the cluster; of the process ${soak.sockets} sockets and ${soak.timers} timers more than before it began;
  heap ${(soak.heapAfter / 1e6).toFixed(1)} MB, ${(soak.heapBefore / 1e6).toFixed(1)} MB when a fifth of the time had passed and nothing ran.
`;
}
