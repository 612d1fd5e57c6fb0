import type { FinishedStep } from "./frames/index.ts";
import type { Correction, RunUsage } from "./run-report.ts";

/** Sums of binary fractions end in noise (0.00063 + 1e-19); a price is never finer than 1e-12 dollars a token. */
const COST_PRECISION = 1e12;

/** Adds up tokens and money, and takes back what old versions counted twice. */
export class UsageSum {
  readonly #usage = { input: 0, output: 0, reasoning: 0, cacheRead: 0, cacheWrite: 0 };
  readonly #outputUsdPerMillion: number | null;
  #cost = 0;
  /** Reasoning that was printed as output, too. */
  #doubleTokens = 0;
  /** The part of it that a cost was printed for. */
  #doublePaidTokens = 0;

  constructor(outputUsdPerMillion: number | null) {
    this.#outputUsdPerMillion = outputUsdPerMillion;
  }

  add(step: FinishedStep): void {
    const usage = this.#usage;
    const double = outputIncludesReasoning(step) ? step.reasoning : 0;
    usage.input += step.input;
    usage.output += step.output - double;
    usage.reasoning += step.reasoning;
    usage.cacheRead += step.cacheRead;
    usage.cacheWrite += step.cacheWrite;
    this.#cost += step.cost;
    this.#doubleTokens += double;
    if (step.cost > 0) this.#doublePaidTokens += double;
  }

  usage(): RunUsage {
    return { ...this.#usage };
  }

  costUsd(): number | null {
    const { input, output, reasoning, cacheRead, cacheWrite } = this.#usage;
    if (this.#cost === 0 && input + output + reasoning + cacheRead + cacheWrite > 0) return null;
    return rounded(this.#cost - this.#doubleCost());
  }

  corrections(): Correction[] {
    const corrections: Correction[] = [];
    if (this.#doubleTokens > 0) corrections.push({ kind: "output_tokens", tokens: this.#doubleTokens });
    if (this.#doublePaidTokens === 0) return corrections;
    if (this.#outputUsdPerMillion === null) corrections.push({ kind: "cost_unknown" });
    else corrections.push({ kind: "cost", usd: rounded(this.#doubleCost()) });
    return corrections;
  }

  /** Never more than was printed: a price that is too high must not make money. */
  #doubleCost(): number {
    return Math.min(this.#cost, (this.#doublePaidTokens * (this.#outputUsdPerMillion ?? 0)) / 1e6);
  }
}

/**
 * Up to 1.2.27 `output` includes `reasoning`. Nothing printed names the version, but the numbers prove it: the total
 * (prompt and completion, from the provider) is reached without reasoning. 1.0.185 prints no total; it is known by
 * the order of members, which versions that print one and count right (from 1.14.41 on) do not share. A provider
 * whose total fits neither sum proves nothing, and nothing is corrected. Measured with nine versions.
 */
function outputIncludesReasoning(step: FinishedStep): boolean {
  const { total, input, output, reasoning, cacheRead, cacheWrite, costFirst } = step;
  if (reasoning === 0 || output < reasoning) return false;
  return total === null ? costFirst : total === input + output + cacheRead + cacheWrite;
}

function rounded(usd: number): number {
  return Math.round(usd * COST_PRECISION) / COST_PRECISION;
}
