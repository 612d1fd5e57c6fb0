import { randomUUID } from "node:crypto";
import { execute } from "paperclip-adapter-opencode-k8s/execute";
import { openCodeVersion } from "@opencode-k8s/kube-sim";
import { npm } from "../paperclip/npm.ts";
import type { Run } from "./runs.ts";
import { openSimCluster, type SimCluster } from "./sim-cluster.ts";

/** The newest release of each minor from 1.0 on that the npm registry has for this platform, and the catalog's. */
export async function openCodeVersions(): Promise<string[]> {
  const name = `opencode-${process.platform}-${process.arch}`;
  const all = JSON.parse(await npm(["view", name, "versions", "--json"], import.meta.dirname)) as string[];
  const newest = new Map<string, string>();
  for (const version of all.filter((each) => /^[1-9]\d*\.\d+\.\d+$/.test(each))) {
    newest.set(version.slice(0, version.lastIndexOf(".")), version);
  }
  return [...new Set([...newest.values(), await openCodeVersion()])];
}

/** Heartbeats of one version of the real OpenCode: what of them works. */
export async function tryOpenCode(version: string): Promise<Omit<Run, "date">> {
  await using cluster = await openSimCluster(version);
  const note = await heartbeat(cluster, "demo", "Write a short note into note.md.");
  const first = await heartbeat(cluster, "text", "Remember the word heliotrope.");
  const second = await heartbeat(cluster, "text", "Which word was it?", first.result.sessionParams);
  return {
    part: "opencode",
    version,
    outcome: {
      text: succeeded(first, /Message 1|heliotrope/),
      tools: note.tools >= 2 ? succeeded(note, /note\.md/) : `${note.tools} tools of 2: ${problemOf(note.result)}`,
      "every line": whole(note) && whole(first) ? true : "not confirmed by the receipt",
      cost: (note.result.costUsd ?? 0) > 0 ? true : "no cost",
      "session resumed": succeeded(second, /^Message 2 of this session, .*heliotrope/),
    },
  };
}

type Result = Awaited<ReturnType<typeof execute>>;

interface Heartbeat {
  readonly result: Result;
  /** Tools that ended well, by OpenCode's own events. */
  readonly tools: number;
}

async function heartbeat(
  cluster: SimCluster,
  model: string,
  task: string,
  sessionParams: Record<string, unknown> | null = null,
): Promise<Heartbeat> {
  let log = "";
  const result = await execute({
    runId: randomUUID(),
    agent: { id: model, companyId: "compat", name: model, adapterType: "opencode_k8s", adapterConfig: {} },
    runtime: { sessionId: null, sessionParams, sessionDisplayId: null, taskKey: "compat" },
    config: cluster.config(model),
    context: { paperclipTaskMarkdown: task },
    onLog: (_, chunk) => {
      log += chunk;
      return Promise.resolve();
    },
  });
  return { result, tools: log.match(/"type":"tool_use".*"status":"completed"/g)?.length ?? 0 };
}

function succeeded({ result }: Heartbeat, summary: RegExp): true | string {
  if (result.errorMessage) return problemOf(result);
  return summary.test(result.summary ?? "") ? true : `it said ${JSON.stringify(result.summary)}`;
}

function problemOf({ errorCode, errorMessage }: Result): string {
  return errorCode ?? errorMessage ?? "no error";
}

/** Whether the receipt of the program in the pod agrees with what was delivered. */
function whole({ result }: Heartbeat): boolean {
  return JSON.stringify(result.resultJson ?? {}).includes(`"complete":true`);
}
