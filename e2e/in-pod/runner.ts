/** Is the Paperclip server, in its pod, as far as the adapter is concerned: loads it, and runs each context that it is sent. */
import { createInterface } from "node:readline";
import type * as Adapter from "paperclip-adapter-opencode-k8s";
import type { FromPod, IntoPod } from "./messages.ts";

const place = new URL("./dist/index.js", import.meta.url);
const { createServerAdapter } = (await import(place.href)) as typeof Adapter;
const adapter = createServerAdapter();

const tell = (message: FromPod): void => void process.stdout.write(`${JSON.stringify(message)}\n`);

async function play({ ctx }: IntoPod): Promise<void> {
  const { runId } = ctx;
  const result = await adapter.execute({
    ...ctx,
    signal: new AbortController().signal,
    onCancellationReady: () => Promise.resolve(),
    onMeta: () => Promise.resolve(),
    onEvent: () => Promise.resolve(),
    onLog: (stream, chunk) => Promise.resolve(tell({ kind: "log", runId, stream, chunk })),
  });
  tell({ kind: "result", runId, result });
}

// Stays after a result, as a server does: the Job is collected then.
for await (const line of createInterface({ input: process.stdin })) void play(JSON.parse(line) as IntoPod);
