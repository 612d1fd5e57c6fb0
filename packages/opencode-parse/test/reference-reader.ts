import type { LineKind, RunError, RunReport, ToolError } from "../src/index.ts";
import { parseLine } from "../src/index.ts";

/** What a reader must say, in the plainest way: parse every line in full, keep everything. */
export function referenceReport(lines: readonly string[]): RunReport {
  const events = lines.map(parseLine);
  const known = events.filter((event) => event.type !== "unknown" && event.type !== "other");
  const finishes = known.filter((event) => event.type === "step_finish");
  const sum = (amounts: number[]): number => amounts.reduce((total, amount) => total + amount, 0);
  const usage = {
    input: sum(finishes.map(({ part }) => part.tokens.input)),
    output: sum(finishes.map(({ part }) => part.tokens.output)),
    reasoning: sum(finishes.map(({ part }) => part.tokens.reasoning)),
    cacheRead: sum(finishes.map(({ part }) => part.tokens.cache.read)),
    cacheWrite: sum(finishes.map(({ part }) => part.tokens.cache.write)),
  };
  const cost = sum(finishes.map(({ part }) => part.cost));

  let answer: string | null = null;
  let open: string | null = null;
  for (const event of known) {
    if (event.type === "text" && !event.part.synthetic) open = event.part.text;
    if (event.type !== "step_finish") continue;
    answer = open;
    open = null;
  }

  const errors: RunError[] = known.flatMap((event) => {
    if (event.type !== "error") return [];
    const { name, message, statusCode } = event.error;
    return [statusCode === null ? { name, message } : { name, message, statusCode }];
  });
  const toolErrors: ToolError[] = known.flatMap((event) =>
    event.type === "tool_use" && event.part.state.status === "error"
      ? [{ tool: event.part.tool, message: event.part.state.error }]
      : [],
  );
  return {
    sessionId: known[0]?.sessionID ?? null,
    answer,
    steps: finishes.length,
    finishReason: finishes.at(-1)?.part.reason ?? null,
    usage,
    costUsd: cost === 0 && sum(Object.values(usage)) > 0 ? null : Math.round(cost * 1e12) / 1e12,
    errors: errors.slice(-20),
    toolErrors: toolErrors.slice(-20),
    events: countKinds(events.map((event) => event.type)),
    complete: known.filter((event) => event.type !== "error").at(-1)?.type === "step_finish",
  };
}

/** How many lines there are of each kind. */
export function countKinds(kinds: readonly LineKind[]): Record<LineKind, number> {
  const counts = { step_start: 0, text: 0, reasoning: 0, tool_use: 0, step_finish: 0, error: 0, unknown: 0, other: 0 };
  for (const kind of kinds) counts[kind]++;
  return counts;
}
