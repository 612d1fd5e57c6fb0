import type { parseOpenCodeJsonl } from "@paperclipai/adapter-opencode-local/server";
import type { RunReport, TextEvent } from "../src/index.ts";
import { parseLine } from "../src/index.ts";
import { OUTPUT_USD_PER_MILLION } from "./captured-end.ts";

/** One run, read by both. */
export interface Compared {
  readonly version: string;
  readonly lines: readonly string[];
  readonly ours: RunReport;
  readonly theirs: ReturnType<typeof parseOpenCodeJsonl>;
}

/** What both tell of a run. */
export type Told = "session" | "usage" | "cost" | "errors" | "tool errors" | "answer";

/** A difference between both parsers that is meant. */
export interface Rule {
  readonly about: Told;
  /** What differs, and why ours is right. */
  readonly why: string;
  /** Does it explain the whole difference in this run? */
  readonly explains: (compared: Compared) => boolean;
}

export const RULES: readonly Rule[] = [
  {
    about: "answer",
    why: "Theirs joins all texts of the run, also what the model said before it called tools; the answer is what it said last.",
    explains: ({ lines, ours, theirs }) => {
      const texts = textsOf(lines);
      const said = texts.map(({ part }) => part.text.trim());
      return (
        texts.length > 1 &&
        texts.every(({ part }) => !part.synthetic) &&
        theirs.summary === said.join("\n\n") &&
        said.includes(ours.answer?.trim() ?? "")
      );
    },
  },
  {
    about: "answer",
    why: "Theirs includes the summary of a compaction and the notes that OpenCode wrote itself; they are no answer of the model.",
    explains: ({ lines, ours, theirs }) => {
      const texts = textsOf(lines);
      const own = texts.filter(({ part }) => part.synthetic);
      return (
        own.length > 0 &&
        own.every(({ part }) => theirs.summary.includes(part.text.trim()) && ours.answer !== part.text) &&
        ours.answer === texts.filter(({ part }) => !part.synthetic).at(-1)?.part.text
      );
    },
  },
  {
    about: "answer",
    why: "Theirs trims the text; white space belongs to the answer (a line feed at the end of a file, an indented list).",
    explains: ({ lines, ours, theirs }) =>
      textsOf(lines).length === 1 && ours.answer !== theirs.summary && ours.answer?.trim() === theirs.summary,
  },
  {
    about: "usage",
    why: "Up to 1.2.27 the printed output includes reasoning; theirs adds reasoning once more.",
    explains: ({ version, ours, theirs }) =>
      countsReasoningTwice(version) &&
      ours.usage.reasoning > 0 &&
      theirs.usage.inputTokens === ours.usage.input &&
      theirs.usage.cachedInputTokens === ours.usage.cacheRead &&
      theirs.usage.outputTokens === ours.usage.output + 2 * ours.usage.reasoning,
  },
  {
    about: "cost",
    why: "Up to 1.2.27 the printed cost counts reasoning twice; ours takes it back where the price of output is given.",
    explains: ({ version, ours, theirs }) =>
      countsReasoningTwice(version) &&
      ours.costUsd !== null &&
      equalMoney(theirs.costUsd - ours.costUsd, (ours.usage.reasoning * OUTPUT_USD_PER_MILLION) / 1e6),
  },
  {
    about: "cost",
    why: "Tokens were used and the cost is 0, because OpenCode has no price for the model: the cost is not known, and not nothing.",
    explains: ({ ours, theirs }) => ours.costUsd === null && theirs.costUsd === 0 && ours.usage.input > 0,
  },
];

/** What both tell differently. */
export function differences({ ours, theirs }: Compared): Told[] {
  const equal: Record<Told, boolean> = {
    session: ours.sessionId === theirs.sessionId,
    usage:
      ours.usage.input === theirs.usage.inputTokens &&
      ours.usage.cacheRead === theirs.usage.cachedInputTokens &&
      ours.usage.output + ours.usage.reasoning === theirs.usage.outputTokens,
    cost: ours.costUsd !== null && equalMoney(ours.costUsd, theirs.costUsd),
    errors: ours.errors.map(({ message }) => message).join("\n") === (theirs.errorMessage ?? ""),
    "tool errors": ours.toolErrors.map(({ message }) => message).join("\n") === theirs.toolErrors.join("\n"),
    answer: (ours.answer ?? "") === theirs.summary,
  };
  return (Object.keys(equal) as Told[]).filter((told) => !equal[told]);
}

/** But for the noise of binary fractions. */
function equalMoney(a: number, b: number): boolean {
  return Math.abs(a - b) < 1e-12;
}

function textsOf(lines: readonly string[]): TextEvent[] {
  return lines.map(parseLine).filter((event) => event.type === "text");
}

function countsReasoningTwice(version: string): boolean {
  return ["1.0.185", "1.1.65", "1.2.27"].includes(version);
}
