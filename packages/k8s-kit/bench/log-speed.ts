import { existsSync } from "node:fs";
import { type Figure, medianRatio } from "../../../e2e/bench/figure.ts";
import { bareLoop, clientNode, drain, follow, type LogReader } from "./log-readers.ts";
import { startLogServer } from "./log-server.ts";
import { countLines, type LinesOf } from "./log-text.ts";

const LOG_BYTES = 64_000_000;
const RUNS = 7;

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
  const ratioTo = (baseline: LogReader): Promise<number> =>
    medianRatio({
      runs: RUNS,
      ours: () => follow(kubeconfig, expected),
      baseline: () => baseline(kubeconfig, expected),
    });
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
      wanted: "at least 5.0",
      ok: client >= 5,
    },
  ];
}
