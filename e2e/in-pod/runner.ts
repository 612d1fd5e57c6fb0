/** Is the Paperclip server, in its pod, as far as the adapter is concerned: loads it, and runs each context that it is sent. */
import { createInterface } from "node:readline";
import type * as Adapter from "paperclip-adapter-opencode-k8s";
import type { FromPod, IntoPod } from "./messages.ts";

/** Lines of a run on their way out of the pod, at most: whoever takes none holds up the run, as Paperclip would. */
const MOST_ON_THE_WAY = 500;

const place = new URL("./dist/index.js", import.meta.url);
const { createServerAdapter } = (await import(place.href)) as typeof Adapter;
const adapter = createServerAdapter();

const tell = (message: FromPod): void => void process.stdout.write(`${JSON.stringify(message)}\n`);

/** How many lines of a run are on their way. */
class Way {
  #lines = 0;
  #less = Promise.withResolvers<void>();

  async send(line: FromPod): Promise<void> {
    tell(line);
    this.#lines += 1;
    while (this.#lines > MOST_ON_THE_WAY) await this.#less.promise;
  }

  taken(): void {
    this.#lines -= 1;
    this.#less.resolve();
    this.#less = Promise.withResolvers();
  }
}

const ways = new Map<string, Way>();

async function play({ ctx }: Extract<IntoPod, { kind: "run" }>): Promise<void> {
  const { runId } = ctx;
  const way = new Way();
  ways.set(runId, way);
  const result = await adapter.execute({
    ...ctx,
    signal: new AbortController().signal,
    onCancellationReady: () => Promise.resolve(),
    onMeta: () => Promise.resolve(),
    onEvent: () => Promise.resolve(),
    onLog: (stream, chunk) => way.send({ kind: "log", runId, stream, chunk }),
  });
  tell({ kind: "result", runId, result });
}

// Stays after a result, as a server does: the Job is collected then.
for await (const line of createInterface({ input: process.stdin })) {
  const message = JSON.parse(line) as IntoPod;
  if (message.kind === "run") void play(message);
  else ways.get(message.runId)?.taken();
}
