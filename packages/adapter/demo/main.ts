import { randomUUID } from "node:crypto";
import { mkdtemp, realpath, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import {
  KubeSim,
  localProcesses,
  openCodeDirectory,
  providerConfig,
  serveTls,
  startModelServer,
} from "@opencode-k8s/kube-sim";
import { LiveTranscript } from "../src/command-line/output/live-transcript.ts";
import { resultTable } from "../src/command-line/output/result-table.ts";
import { execute } from "../src/execute.ts";

/** The task of the demo's heartbeat, as Paperclip would hand it over. */
const TASK = "# DEMO-1: Leave a note\n\nWrite a short note into `note.md`, check what you wrote, and say what you did.";
const MODEL = "demo";

/**
 * One whole heartbeat without a cluster: the adapter's own `execute()` against kube-sim over TLS, whose container is the
 * real OpenCode as a process of this machine, which asks a model server in this process.
 */
async function demo(): Promise<boolean> {
  await using made = new AsyncDisposableStack();
  const directory = await mkdtemp(join(await realpath(tmpdir()), "opencode-k8s-demo-"));
  made.defer(() => rm(directory, { recursive: true, force: true }));
  const model = await startModelServer();
  made.defer(() => model.close());
  const containers = localProcesses({ directory, path: `${await openCodeDirectory()}:${process.env.PATH ?? ""}` });
  made.defer(() => containers.close());
  const sim = new KubeSim({ runtime: containers });
  made.defer(() => sim.close());
  const api = await serveTls(sim);
  made.defer(() => api.close());

  const kubeconfig = join(directory, "kubeconfig");
  await writeFile(kubeconfig, api.kubeconfig);
  const transcript = new LiveTranscript(process.stdout, process.env);
  transcript.note(`kube-sim at ${api.url}, model server at ${model.url}`);
  const result = await execute({
    runId: randomUUID(),
    agent: { id: "demo", companyId: "demo", name: "Demo agent", adapterType: "opencode_k8s", adapterConfig: {} },
    runtime: { sessionId: null, sessionParams: null, sessionDisplayId: null, taskKey: null },
    config: {
      model: `demo/${MODEL}`,
      namespace: "default",
      image: "opencode",
      kubeconfig,
      env: { PAPERCLIP_OPENCODE_PROVIDERS: JSON.stringify(providerConfig(model.url, [MODEL])) },
    },
    context: { paperclipTaskMarkdown: TASK },
    onLog: (_, chunk) => Promise.resolve(transcript.print(chunk)),
  });
  await deletionOf(sim);
  // Not of this run alone: all runs of a namespace share two lists and two watches.
  const shared = sim.requests.filter(({ verb }) => verb === "list" || verb === "watch").length;
  console.log(resultTable(result, { own: sim.requests.length - shared, shared }));
  return result.errorMessage === undefined;
}

/** The adapter does not wait for the deletion of the Job that it asked for; the demo does, to count it. Bounded: 2 s. */
async function deletionOf({ requests }: KubeSim): Promise<void> {
  for (let look = 0; look < 40 && !requests.some(({ verb }) => verb === "delete"); look += 1) await setTimeout(50);
}

process.exitCode = (await demo()) ? 0 : 1;
