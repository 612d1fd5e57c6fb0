import { randomUUID } from "node:crypto";
import type { AdapterExecutionResult } from "@paperclipai/adapter-utils";
import type { ClusterSource } from "../clusters.ts";
import { execute } from "../execute.ts";
import { agentConfiguration, type AgentOptions } from "./options/agent-configuration.ts";
import { EXIT, type ExitCode } from "./exit-codes.ts";
import { asServer, heartbeat } from "./heartbeat.ts";
import { printerFor } from "./output/print-run.ts";
import { resultTable } from "./output/result-table.ts";
import type { Terminal } from "./output/terminal.ts";

export interface RunOptions extends AgentOptions {
  readonly namespace: string;
  /** Name of an agent that keeps its database, and runs once at a time; a new one for each run unless given. */
  readonly agent?: string;
  readonly json: boolean;
}

/**
 * One run on the cluster: its transcript as it comes, then its result. The terminal's signal cancels it, and everything of it is
 * deleted before this ends.
 * @throws UsageError
 */
export async function run(
  prompt: string,
  options: RunOptions,
  terminal: Terminal,
  clusterFor: ClusterSource,
): Promise<ExitCode> {
  const { namespace, json } = options;
  const runId = randomUUID();
  const { agent = `run-${runId.slice(0, 8)}` } = options;
  const request = { prompt, config: agentConfiguration(options, terminal), namespace, agent, runId };
  const print = printerFor(terminal, { json });
  const onLog = (_: string, chunk: string): Promise<void> => Promise.resolve(print(chunk));
  const ctx = heartbeat(request, { onLog, signal: terminal.signal });
  const result = await execute(ctx, clusterFor, asServer(terminal));
  if (json) terminal.out.write(`${JSON.stringify({ type: "result", result })}\n`);
  else terminal.out.write(`${resultTable(result)}\n`);
  return exitCodeOf(result, terminal.signal);
}

/** Codes of a result that say that the run was never possible as it was asked for. */
const IMPOSSIBLE = ["configuration_incomplete", "model_not_found"];
/** Codes of a result that speak of the cluster, or of the way to it. */
const OF_THE_CLUSTER = /^k8s_(api_unreachable|unauthorized|forbidden)/;

function exitCodeOf({ errorCode, errorMessage }: AdapterExecutionResult, signal: AbortSignal): ExitCode {
  if (signal.aborted) return EXIT.interrupted;
  if (!errorCode && !errorMessage) return EXIT.done;
  if (IMPOSSIBLE.includes(errorCode ?? "")) return EXIT.usage;
  return OF_THE_CLUSTER.test(errorCode ?? "") ? EXIT.cluster : EXIT.failed;
}
