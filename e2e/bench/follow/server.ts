import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { serveTls } from "@opencode-k8s/kube-sim";
import { type LinesOf, logText } from "./text.ts";

/** What the server has to serve: the same log for every request. */
export interface ServedLog {
  readonly lines: LinesOf;
  readonly bytes: number;
  /** Made anew for each request, a block at a time: for a log that shall not lie in memory. */
  readonly onTheFly?: boolean;
}

/** A server of one log, in a process of its own: it shares no event loop with what is measured. */
export interface LogServer extends Disposable {
  readonly kubeconfig: string;
}

export async function startLogServer(log: ServedLog): Promise<LogServer> {
  const child: ChildProcess = fork(import.meta.filename, [JSON.stringify(log)], { serialization: "json" });
  const [kubeconfig] = (await once(child, "message")) as [string];
  return { kubeconfig, [Symbol.dispose]: () => void child.kill() };
}

async function serve({ lines, bytes, onTheFly = false }: ServedLog): Promise<void> {
  const blocks = onTheFly ? null : [...logText(lines, bytes)];
  const fetch = (): Promise<Response> =>
    Promise.resolve(new Response(ReadableStream.from(blocks ?? logText(lines, bytes))));
  const { kubeconfig } = await serveTls({ fetch });
  process.send?.(kubeconfig);
  process.once("disconnect", () => process.exit());
}

if (process.argv[1] === import.meta.filename) await serve(JSON.parse(process.argv[2] ?? "") as ServedLog);
