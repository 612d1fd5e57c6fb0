import type { AdapterExecutionResult } from "@paperclipai/adapter-utils";
import { type Row, table } from "./table.ts";

/** API requests of a run, and of the lists and watches that all runs share. */
interface Requests {
  readonly own: number;
  readonly shared: number;
}

/** The result of a run as a table of two columns. */
export function resultTable(result: AdapterExecutionResult, requests?: Requests): string {
  const { usage, costUsd } = result;
  const rows: Row[] = [
    ["status", result.errorMessage ? `failed: ${result.errorCode} · ${result.errorMessage}` : "succeeded"],
    ["session", result.sessionDisplayId ?? "none"],
    ["model", result.model ? `${result.provider}/${result.model}` : "none"],
    [
      "tokens",
      usage
        ? `${usage.inputTokens} in · ${usage.outputTokens} out · ${usage.cachedInputTokens ?? 0} cached`
        : "unknown",
    ],
    ["cost", typeof costUsd === "number" ? `$${costUsd.toFixed(4)}` : "unknown"],
    ["log", logRow(result.resultJson)],
    ["summary", result.summary ?? "none"],
  ];
  if (requests) {
    const { own, shared } = requests;
    rows.push(["API requests", `${own} for this run · ${shared} shared by all runs of the namespace`]);
  }
  return `\n${table(rows)}\n`;
}

function logRow(resultJson: AdapterExecutionResult["resultJson"]): string {
  const log = resultJson?.["log"] as { lines: number; bytes: number; complete: boolean } | undefined;
  if (!log) return "none";
  return `${log.lines} lines, ${log.bytes} bytes, ${log.complete ? "complete: the receipt agrees" : "incomplete"}`;
}
