/** What was used, by a step or by a run. */
export interface Used {
  /** Tokens that did not come from the cache. */
  readonly input: number;
  readonly cached: number;
  readonly output: number;
  /** US dollars; 0 when the price is not known. */
  readonly costUsd: number;
}

/** For example `2,000 tokens in (+ 8,000 cached) · 300 out · $0.0038`. */
export function usageText({ input, cached, output, costUsd }: Used): string {
  const fromCache = cached > 0 ? ` (+ ${count(cached)} cached)` : "";
  const cost = costUsd > 0 ? ` · $${dollars(costUsd)}` : "";
  return `${count(input)} tokens in${fromCache} · ${count(output)} out${cost}`;
}

function count(amount: number): string {
  return String(amount).replace(/\B(?=(?:\d{3})+$)/g, ",");
}

/** Two decimals for amounts that people pay, two significant digits for less. */
function dollars(amount: number): string {
  return amount >= 0.1 ? amount.toFixed(2) : String(Number(amount.toPrecision(2)));
}
