import { existsSync } from "node:fs";
import { type Figure, median } from "../figure.ts";
import { bareLoop, clientNode, drain, follow, type LogReader } from "./readers.ts";
import { startLogServer } from "./server.ts";
import { countLines, type LinesOf } from "./text.ts";

const LOG_BYTES = 64_000_000;
const RUNS = 5;

/**
 * The log path of this package alone, from the socket to the line, over TLS, against a loop that does as little as it can, and
 * against client-node's `Log` with `readline`. What remains when nothing is done with the bytes is told beside it.
 */
export async function logSpeed(corpus: string): Promise<Figure[]> {
  const figures = await speedOf("lines of 300 bytes", { kind: "length", bytes: 300 });
  if (!existsSync(corpus))
    return [...figures, { name: "log follow, lines of OpenCode", skipped: `no corpus at ${corpus}` }];
  return [...figures, ...(await speedOf("lines of OpenCode", { kind: "corpus", folder: corpus }))];
}

async function speedOf(name: string, lines: LinesOf): Promise<Figure[]> {
  const expected = countLines(lines, LOG_BYTES);
  using server = await startLogServer({ lines, bytes: LOG_BYTES });
  const { kubeconfig } = server;
  const ratioTo = async (baseline: LogReader): Promise<number> => {
    const ratios: number[] = [];
    for (let run = 0; run <= RUNS; run += 1) {
      const theirs = await cpuSeconds(() => baseline(kubeconfig, expected));
      const ours = await cpuSeconds(() => follow(kubeconfig, expected));
      if (run > 0) ratios.push(theirs / ours); // The first pair warms up.
    }
    return median(ratios);
  };
  const bare = await ratioTo(bareLoop);
  const client = await ratioTo(clientNode);
  const floor = await ratioTo(drain);
  return [
    {
      name: `log follow, ${name}`,
      baseline: "split and decode, from the same socket",
      ratio: bare,
      wanted: "at least 0.5",
      ok: bare >= 0.5,
      note: `${floor.toFixed(2)} of the speed at which the socket can be read at all`,
    },
    {
      name: `log follow, ${name}`,
      baseline: "client-node's Log with readline",
      ratio: client,
      // Five times is out of reach: it takes hardly longer than the socket alone, which the figure above tells of.
      wanted: "at least 0.4",
      ok: client >= 0.4,
    },
  ];
}

/** Of this process: the server has another, and a neighbour on the machine does not count. */
async function cpuSeconds(work: () => Promise<unknown>): Promise<number> {
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1e6;
}
