import type { TranscriptEntry } from "@opencode-k8s/opencode-parse";
import type { Row } from "../output/table.ts";
import { html, Markup } from "./markup.ts";
import type { Phase } from "./phases.ts";
import type { RunRecording, Span, Step, ToolCall } from "./recording.ts";
import { STYLE } from "./style.ts";

/** What is told of a run on its page. */
export interface RunPage {
  readonly title: string;
  /** How it stands: `succeeded`, `failed`, `stuck`, `going_on`. */
  readonly verdict: string;
  /** The diagnosis and the facts, as in a terminal. */
  readonly rows: readonly Row[];
  readonly phases: readonly Phase[];
  readonly recording: Pick<RunRecording, "steps" | "tools" | "entries" | "left">;
  /** How to look further. */
  readonly commands: readonly string[];
  /** Wall clock, milliseconds since the epoch. */
  readonly now: number;
}

/** More bars than this cannot be told apart: the longest calls of tools are shown. */
const MAX_BARS = 60;

/** One page of HTML for all of it, which loads nothing and runs nothing: it can be sent to somebody, and opened anywhere. */
export function pageOf({ title, verdict, rows, phases, recording, commands, now }: RunPage): string {
  const { steps, tools, entries, left } = recording;
  const page = html`<!doctype html>
    <html lang="en">
      <meta charset="utf-8" />
      <meta name="viewport" content="width=device-width, initial-scale=1" />
      <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'" />
      <title>${title}</title>
      <style>
        ${new Markup(STYLE)}
      </style>
      <h1>${title} <span class="badge ${verdict}">${verdict.replace("_", " ")}</span></h1>
      <dl>
        ${rows.map(
          ([name, value]) =>
            html`<dt>${name}</dt>
              <dd>${value}</dd>`,
        )}
      </dl>
      ${timeline(phases, steps, tools)} ${usage(steps)}
      <h2>Transcript</h2>
      ${entries.map(entryOf)}
      ${left > 0 ? html`<p>${left} more entries are not shown; the command logs has all of them.</p>` : html``}
      ${entries.length === 0 ? html`<p>OpenCode has printed nothing that could be read.</p>` : html``}
      <h2>To look further</h2>
      <pre>${commands.join("\n")}</pre>
      <p><small>As of ${new Date(now).toISOString()}. Times are of the cluster and of OpenCode, in UTC.</small></p>
    </html>`;
  return `${page.text.trim()}\n`;
}

function timeline(phases: readonly Phase[], steps: readonly Step[], tools: readonly ToolCall[]): Markup {
  const all: readonly Span[] = [...phases, ...steps, ...tools];
  if (all.length === 0) return html``;
  const from = Math.min(...all.map(({ start }) => start));
  const whole: Span = { start: from, end: Math.max(from + 1, ...all.map(({ end }) => end)) };
  const longest = tools.toSorted((one, other) => length(other) - length(one)).slice(0, MAX_BARS);
  const shown = tools.filter((tool) => longest.includes(tool));
  return html`<h2>Timeline, ${duration(length(whole))} from ${clock(whole.start)}</h2>
    <div class="bars">
      ${phases.map((phase) => bar(phase.name, phase, whole, phase.name.startsWith("running") ? "" : "wait"))}
      ${steps.map((step, at) => bar(`step ${at + 1}: ${step.reason}`, step, whole, ""))}
      ${shown.map((tool) => bar(`${tool.name} ${tool.title}`, tool, whole, tool.isError ? "bad" : "tool"))}
    </div>
    ${tools.length > shown.length ? html`<p>The longest ${shown.length} of ${tools.length} calls of tools.</p>` : html``}`;
}

function bar(name: string, span: Span, whole: Span, kind: string): Markup {
  const percent = (ms: number): string => `${((100 * ms) / length(whole)).toFixed(2)}%`;
  const place = `left:${percent(span.start - whole.start)};width:${percent(length(span))}`;
  return html`<span title="${name}">${duration(length(span))} ${name}</span>
    <div class="track" title="${clock(span.start)} to ${clock(span.end)}">
      <i class="${kind}" style="${place}"></i>
    </div>`;
}

function usage(steps: readonly Step[]): Markup {
  const [first] = steps;
  if (!first) return html``;
  const points: { at: number; tokens: number; cost: number }[] = [{ at: first.start, tokens: 0, cost: 0 }];
  for (const { end, tokens, costUsd } of steps) {
    const { tokens: before, cost } = points.at(-1) ?? { tokens: 0, cost: 0 };
    points.push({ at: end, tokens: before + tokens.input + tokens.output, cost: cost + costUsd });
  }
  const last = points.at(-1) ?? { at: 0, tokens: 0, cost: 0 };
  const line = (value: (point: { tokens: number; cost: number }) => number): string =>
    points
      .map((point) => {
        const x = (1000 * (point.at - first.start)) / Math.max(1, last.at - first.start);
        return `${x.toFixed(1)},${(95 - (90 * value(point)) / (value(last) || 1)).toFixed(1)}`;
      })
      .join(" ");
  return html`<h2>Tokens${last.cost > 0 ? " and cost" : ""} over time</h2>
    <svg viewBox="0 0 1000 100" preserveAspectRatio="none" role="img" aria-label="Tokens and cost over time, summed up">
      <polyline points="${line(({ tokens }) => tokens)}" />
      ${last.cost > 0 ? html`<polyline class="cost" points="${line(({ cost }) => cost)}" />` : html``}
    </svg>
    <p>
      ${last.tokens.toLocaleString("en")} tokens in and
      out${last.cost > 0 ? `, $${last.cost.toFixed(4)} (dashed)` : ""}, in ${steps.length} steps.
    </p>
    <table>
      <tr>
        <th>step</th>
        <th>ended</th>
        <th>in</th>
        <th>out</th>
        <th>cached</th>
        <th>cost</th>
      </tr>
      ${steps.map(stepRow)}
    </table>`;
}

function stepRow({ end, reason, tokens, costUsd }: Step, at: number): Markup {
  const cost = costUsd > 0 ? `$${costUsd.toFixed(4)}` : "";
  return html`<tr>
    <td>${at + 1}: ${reason}</td>
    <td>${clock(end)}</td>
    <td>${tokens.input}</td>
    <td>${tokens.output}</td>
    <td>${tokens.cached}</td>
    <td>${cost}</td>
  </tr>`;
}

function entryOf(entry: TranscriptEntry): Markup {
  switch (entry.kind) {
    case "assistant":
      return html`<div class="entry assistant">${entry.text}</div>`;
    case "tool_call":
      return html`<details class="entry tool">
        <summary>${entry.name} ${shortly(entry.input)}</summary>
        <pre>${JSON.stringify(entry.input, null, 2)}</pre>
      </details>`;
    case "tool_result":
      return html`<details class="entry ${entry.isError ? "bad" : "tool"}">
        <summary>${entry.toolName}: ${entry.isError ? "failed" : "result"}</summary>
        <pre>${entry.content}</pre>
      </details>`;
    case "init":
      return html`<div class="entry system">session ${entry.sessionId}</div>`;
    case "result":
      return html`<div class="entry ${entry.isError ? "bad" : "system"}">
        ${[entry.text, ...entry.errors].join("\n")}
      </div>`;
    case "stderr":
      return html`<div class="entry bad">${entry.text}</div>`;
    case "thinking":
    case "system":
    case "stdout":
      return html`<div class="entry system">${entry.text}</div>`;
  }
}

/** What a tool was called with, in as much as a line has room for. */
function shortly(input: unknown): string {
  const values: readonly unknown[] = typeof input === "object" && input !== null ? Object.values(input) : [input];
  const text = values.map((value) => (typeof value === "string" ? value : JSON.stringify(value))).join(" ");
  return text.length > 80 ? `${text.slice(0, 79)}…` : text;
}

function length({ start, end }: Span): number {
  return end - start;
}

function duration(ms: number): string {
  if (ms < 10_000) return `${(ms / 1000).toFixed(1)} s`;
  const seconds = Math.round(ms / 1000);
  if (seconds < 120) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  return minutes < 120 ? `${minutes} min ${seconds % 60} s` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

function clock(ms: number): string {
  return new Date(ms).toISOString().slice(11, 19);
}
