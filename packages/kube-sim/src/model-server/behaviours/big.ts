import type { Behaviour } from "../behaviour.ts";

/**
 * After `thinking` milliseconds one answer of exactly `bytes` bytes, in numbered lines, so that a hole in it is seen.
 * It is said to have few tokens: OpenCode would take a number that fits its length for a full context, and compact the
 * session.
 */
export function big(bytes: number, thinking: number): Behaviour {
  return async (_, pause) => {
    await pause(thinking);
    return { kind: "answer", text: numberedLines(bytes), completionTokens: 4000 };
  };
}

function numberedLines(bytes: number): string {
  const line = (index: number): string => `${String(index).padStart(8, "0")} ${".".repeat(90)}\n`;
  return Array.from({ length: Math.ceil(bytes / 100) }, (_, index) => line(index))
    .join("")
    .slice(0, bytes - 1)
    .concat("!");
}
