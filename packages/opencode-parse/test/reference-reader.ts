import type {
  LineKind,
  OpenCodeEvent,
  RunError,
  RunLoop,
  RunReport,
  StepFinishEvent,
  ToolError,
} from "../src/index.ts";
import { parseLine } from "../src/index.ts";
import { runError } from "../src/reader/run-error.ts";
import { shorten } from "../src/shorten.ts";

/** What a reader must say, in the plainest way: parse every line in full, keep everything. */
export function referenceReport(lines: readonly string[]): RunReport {
  const events = lines.map(parseLine);
  const said = events.filter((event) => event.type !== "other" || /\S/.test(event.line));
  const last = said.at(-1);
  const known = events.filter((event) => event.type !== "unknown" && event.type !== "other");
  const finishes = known.filter((event) => event.type === "step_finish");
  const texts = known.filter((event) => event.type === "text");
  const tools = known.filter((event) => event.type === "tool_use");
  const stepsBefore = (index: number): number =>
    events.slice(0, index).filter(({ type }) => type === "step_finish").length;

  const double = sum(finishes.filter(countsTwice).map(({ part }) => part.tokens.reasoning));
  const usage = {
    input: sum(finishes.map(({ part }) => part.tokens.input)),
    output: sum(
      finishes.map((event) => event.part.tokens.output - (countsTwice(event) ? event.part.tokens.reasoning : 0)),
    ),
    reasoning: sum(finishes.map(({ part }) => part.tokens.reasoning)),
    cacheRead: sum(finishes.map(({ part }) => part.tokens.cache.read)),
    cacheWrite: sum(finishes.map(({ part }) => part.tokens.cache.write)),
  };
  const cost = sum(finishes.map(({ part }) => part.cost));
  const corrections: RunReport["corrections"] = [
    ...(double > 0 ? [{ kind: "output_tokens", tokens: double } as const] : []),
    ...(finishes.some((event) => countsTwice(event) && event.part.cost > 0) ? [{ kind: "cost_unknown" } as const] : []),
  ];

  const errors: RunError[] = events.flatMap((event, index) =>
    event.type === "error" ? [runError(event, stepsBefore(index), Infinity)] : [],
  );
  const toolErrors: ToolError[] = events.flatMap((event, index) =>
    event.type === "tool_use" && event.part.state.status === "error"
      ? [{ tool: event.part.tool, message: event.part.state.error, afterSteps: stepsBefore(index) }]
      : [],
  );
  const models = tools.flatMap(({ part }) => {
    const { model } = part.state.metadata as { model?: { providerID?: unknown; modelID?: unknown } | null };
    const named = typeof model?.providerID === "string" && typeof model.modelID === "string";
    return part.tool === "task" && named ? [`${String(model.providerID)}/${String(model.modelID)}`] : [];
  });
  return {
    sessionId: known[0]?.sessionID ?? null,
    answer: answerOf(inOrder(known)),
    steps: finishes.length,
    finishReason: finishes.at(-1)?.part.reason ?? null,
    usage,
    costUsd: cost === 0 && sum(Object.values(usage)) > 0 ? null : Math.round(cost * 1e12) / 1e12,
    errors: errors.slice(-20),
    toolErrors: toolErrors.slice(-20),
    models: [...new Set(models)],
    events: countKinds(events.map((event) => event.type)),
    complete: inOrder(known).at(-1)?.type === "step_finish",
    cutLine: /^\{($|"($|t($|y($|p($|e($|"($|:($|"))))))))/.test(last?.type === "other" ? last.line : ""),
    otherLines: said.flatMap((event) => (event.type === "other" ? [shorten(event.line, 500)] : [])).slice(-20),
    compactions: texts.filter(({ part }) => part.synthetic).length,
    oversizedLines: 0,
    loop: loopOf(known),
    corrections,
  };
}

/** How many lines there are of each kind. */
export function countKinds(kinds: readonly LineKind[]): Record<LineKind, number> {
  const counts = { step_start: 0, text: 0, reasoning: 0, tool_use: 0, step_finish: 0, error: 0, unknown: 0, other: 0 };
  for (const kind of kinds) counts[kind]++;
  return counts;
}

/** Without errors, and each text that was printed right after the finish of its step before that finish. */
function inOrder(events: readonly OpenCodeEvent[]): OpenCodeEvent[] {
  const ordered: OpenCodeEvent[] = [];
  for (const event of events.filter(({ type }) => type !== "error")) {
    const isLate = event.type === "text" && !event.part.synthetic && ordered.at(-1)?.type === "step_finish";
    ordered.splice(isLate ? -1 : ordered.length, 0, event);
  }
  return ordered;
}

function answerOf(events: readonly OpenCodeEvent[]): string | null {
  const last = events.findLastIndex(({ type }) => type === "step_finish");
  const before = events.slice(0, Math.max(0, last)).findLastIndex(({ type }) => type === "step_finish");
  const texts = events.slice(before + 1, Math.max(0, last)).filter((event) => event.type === "text");
  return texts.findLast(({ part }) => !part.synthetic)?.part.text ?? null;
}

function countsTwice({ part, raw }: StepFinishEvent): boolean {
  const { total, input, output, reasoning, cache } = part.tokens;
  if (reasoning === 0 || output < reasoning) return false;
  if (total !== null) return total === input + output + cache.read + cache.write;
  return Object.keys(raw.part as object).filter((key) => key === "cost" || key === "tokens")[0] === "cost";
}

function loopOf(events: readonly OpenCodeEvent[]): RunLoop {
  const finishes = events.filter((event) => event.type === "step_finish");
  const calls = events.filter((event) => event.type === "tool_use").map(({ part }) => part);
  const last = calls.at(-1);
  return {
    unknownFinishes: finishes.length - 1 - finishes.findLastIndex(({ part }) => part.reason !== "unknown"),
    sameToolCalls:
      calls.length -
      1 -
      calls.findLastIndex(
        ({ tool, state }) => tool !== last?.tool || JSON.stringify(state.input) !== JSON.stringify(last.state.input),
      ),
    tool: last?.tool ?? null,
  };
}

function sum(amounts: readonly number[]): number {
  return amounts.reduce((total, amount) => total + amount, 0);
}
